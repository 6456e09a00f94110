// SPDX-License-Identifier: Apache-2.0
// Life cycle and mail. Batches are in entity_step.cpp.
#include "actors/entity.hpp"

#include "actors/entity_log.hpp"

#include <algorithm>

namespace perdure::actors {

entity::entity(std::string target, services& hub) : target_(std::move(target)), hub_(&hub) {
    counters::add(hub_->counted->live_entities);
}

entity::~entity() {
    hub_->counted->live_entities.fetch_sub(1, std::memory_order_relaxed);
}

bool entity::step() noexcept {
    std::vector<mail> letters = std::exchange(letters_, {});
    received_ += letters.size();
    load();
    fetch_inputs(letters);
    for (mail& each : letters)
        accept(each);
    work();
    hub_->routes->handled(letters.size());
    const bool must_rest = std::any_of(letters.begin(), letters.end(), [](const mail& each) {
        return std::holds_alternative<rest_mail>(each);
    });
    return !(must_rest && can_rest() && hub_->routes->try_leave(target_, received_));
}

/// A held one stays: what was sent to it meanwhile is in its inbox, and would come too late. So
/// does one for which something waits, because the inbox is read at opening only.
bool entity::can_rest() const {
    return live_ && queue_.is_empty() && last_commit_ <= hub_->commits->durable_number();
}

void entity::load() {
    if (std::exchange(is_loaded_, true))
        return;
    try {
        entity_id id = entity_id::parse(target_);
        const auto* code = hub_->functions->find_entity(id.name);
        if (code == nullptr)
            return hold("entity '" + id.name +
                        "' is not registered in this process; add it to "
                        "the registry and reopen the hub");
        if (const auto stored = hub_->rows->get(store::table::entities, target_)) {
            row_ = store::decode_entity_row(*stored);
            queue_.lock_for(row_.holder);
        }
        live_ = loaded(*hub_, std::move(id), *code, row_, &snapshot_blobs_);
    } catch (const error& damaged) {
        hold(damaged.what());
    }
}

/// Operations that arrive from now on stay in the inbox; clients are told.
void entity::hold(const std::string& reason) {
    live_.reset();
    held_ = reason;
    hub_->log("entity " + target_ + " is held: " + reason);
    queue_.for_each([this](queue::item& each) {
        refuse(each.origin.acknowledge);
        if (each.origin.trip)
            give_back(each.origin.trip);
    });
    queue_.clear();
}

void entity::refuse(const commit_callback& acknowledge) const {
    if (acknowledge)
        acknowledge(std::make_exception_ptr(
            error(errc::held, "entity " + target_ + " is held: " + *held_)));
}

void entity::fetch_inputs(std::vector<mail>& letters) {
    try {
        for (mail& each : letters) {
            if (auto* due = std::get_if<scheduled_mail>(&each); due != nullptr && !held_)
                due->body = read_due(due->key);
            else if (auto* sent = std::get_if<inbox_mail>(&each); sent != nullptr && !held_)
                history::for_each_payload(sent->body.body, [this](payload& input) {
                    turn::bring_inline(input, *hub_->blobs);
                });
        }
    } catch (const error& damaged) {
        hold(damaged.what());
    }
}

void entity::accept(mail& letter) {
    if (auto* sent = std::get_if<inbox_mail>(&letter)) {
        if (!held_)
            queue_.push({std::move(sent->body), {sent->order, {}, {}}});
    } else if (auto* signal = std::get_if<signal_mail>(&letter)) {
        if (held_)
            refuse(signal->acknowledge);
        else if (std::get<history::operation_signaled>(signal->body.body).due != timestamp{})
            schedule(*signal);
        else
            queue_.push({std::move(signal->body), {{}, std::move(signal->acknowledge), {}}});
    } else if (auto* due = std::get_if<scheduled_mail>(&letter)) {
        if (!held_)
            accept_due(*due);
    } else if (auto* visit = std::get_if<visit_mail>(&letter)) {
        if (held_)
            give_back(visit->trip);
        else
            queue_.push({visit->trip->request, {{}, {}, visit->trip}});
    } else if (auto* home = std::get_if<return_mail>(&letter)) {
        take_back(*home->trip);
    }
}

} // namespace perdure::actors
