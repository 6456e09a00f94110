// SPDX-License-Identifier: Apache-2.0
#include "actors/entity.hpp"

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
    commit part;
    std::vector<commit_callback> acknowledge;
    const auto wanted = operations(letters, part, acknowledge);
    part.done = [acknowledge = std::move(acknowledge)](std::exception_ptr failed) {
        for (const auto& each : acknowledge)
            each(failed);
    };
    if (!wanted.empty())
        apply(wanted, std::move(part));
    hub_->routes->handled(letters.size());
    const bool must_rest = std::any_of(letters.begin(), letters.end(), [](const mail& each) {
        return std::holds_alternative<rest_mail>(each);
    });
    // A held one stays: what was sent to it meanwhile is in its inbox, and would come too late.
    return !(must_rest && live_ && last_commit_ <= hub_->commits->durable_number() &&
             hub_->routes->try_leave(target_, received_));
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
        std::optional<payload> state;
        if (const auto stored = hub_->rows->get(store::table::entities, target_)) {
            row_ = store::decode_entity_row(*stored);
            state = row_.state;
        }
        live_ = std::make_unique<turn::entity_turn>(std::move(id), *code, std::move(state),
                                                    *hub_->blobs, hub_->inline_payload_max);
    } catch (const error& damaged) {
        hold(damaged.what());
    }
}

/// Operations that arrive from now on stay in the inbox; clients are told.
void entity::hold(const std::string& reason) {
    live_.reset();
    held_ = reason;
    hub_->log("entity " + target_ + " is held: " + reason);
}

void entity::fetch_inputs(std::vector<mail>& letters) {
    try {
        for (mail& each : letters)
            if (auto* sent = std::get_if<inbox_mail>(&each); sent != nullptr && live_)
                history::for_each_payload(sent->body.body, [this](payload& input) {
                    turn::bring_inline(input, *hub_->blobs);
                });
    } catch (const error& damaged) {
        hold(damaged.what());
    }
}

std::vector<history::message> entity::operations(std::vector<mail>& letters, commit& part,
                                                 std::vector<commit_callback>& acknowledge) {
    std::vector<history::message> wanted;
    for (mail& each : letters) {
        if (auto* sent = std::get_if<inbox_mail>(&each); sent != nullptr && live_) {
            consumed_message consumed{target_, sent->order, {}};
            history::collect_blobs(sent->body.body, consumed.blobs);
            part.consumed.push_back(std::move(consumed));
            wanted.push_back(std::move(sent->body));
        } else if (auto* signal = std::get_if<signal_mail>(&each)) {
            if (!live_) {
                signal->acknowledge(std::make_exception_ptr(
                    error(errc::held, "entity " + target_ + " is held: " + held_)));
                continue;
            }
            wanted.push_back(std::move(signal->body));
            acknowledge.push_back(std::move(signal->acknowledge));
        }
    }
    return wanted;
}

void entity::apply(const std::vector<history::message>& operations, commit part) {
    const timestamp now = hub_->clock->now();
    turn::entity_decision decided = live_->run(now, hub_->entropy->draw(), operations);
    for (const auto& line : decided.log)
        hub_->log(line);
    if (decided.state) {
        history::collect_blobs(row_.state, part.released);
        history::collect_blobs(*decided.state, part.retained);
        row_.state = std::move(*decided.state);
        ++row_.version;
        row_.updated = now;
        part.put(store::table::entities, target_, store::encode(row_));
    }
    part.time = now;
    part.blobs = std::move(decided.blobs);
    part.messages = std::move(decided.messages);
    submit(std::move(part));
}

void entity::submit(commit part) {
    std::vector<turn::outgoing_message> letters = part.messages;
    for (const auto& each : part.blobs)
        hub_->blobs->remember(each);
    const submitted placed = hub_->commits->submit(std::move(part));
    last_commit_ = placed.number;
    for (std::size_t i = 0; i < letters.size(); ++i)
        hub_->routes->send(letters[i].target,
                           inbox_mail{placed.first_order + i, std::move(letters[i].body)});
}

} // namespace perdure::actors
