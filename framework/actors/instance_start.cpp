// SPDX-License-Identifier: Apache-2.0
// The beginning of an instance: by a client, by its parent, or by an orchestration that does not
// wait for it; at once or at a given time; under a new id, or in place of one that has finished.
#include "actors/instance.hpp"

#include "store/keys.hpp"

#include <algorithm>

namespace perdure::actors {

using namespace history;

namespace {

bool has(const std::vector<std::string>& keys, const std::string& key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool may_reuse(runtime_status status, id_reuse policy) {
    switch (policy) {
    case id_reuse::if_finished:
        return is_finished(status);
    case id_reuse::if_failed:
        return is_finished(status) && status != runtime_status::completed;
    case id_reuse::never:
        break;
    }
    return false;
}

/// Adds a key, if there is one, and forgets the oldest of too many.
void remember(std::vector<std::string>& keys, std::string key) {
    if (!key.empty())
        keys.push_back(std::move(key));
    if (keys.size() > detail::start_keys_max)
        keys.erase(keys.begin());
}

} // namespace

void instance::handle(start_mail& letter, gathered& into) {
    turn::move_out_of_line(letter.begun.input, hub_->inline_payload_max, into.part.blobs);
    const bool is_repeated = row_ && is_repetition(letter);
    if (row_ && !is_repeated && !may_reuse(row_->status, letter.reuse))
        return letter.acknowledge(
            refusal(errc::instance_exists,
                    "instance id '" + id_ +
                        "' is taken by another start; choose another id, or repeat the same "
                        "function, input and key"));
    if (!is_repeated) {
        auto keys = make_room(into.part);
        if (!keys)
            return letter.acknowledge(refusal(errc::damaged, "the history of instance '" + id_ +
                                                                 "' can't be read to be replaced"));
        remember(*keys, std::move(letter.key));
        create(std::move(letter.begun), std::move(*keys), into);
    }
    into.must_tell |= is_repeated;
    into.acknowledge.push_back(std::move(letter.acknowledge));
}

/// Whether the start was made before and its instance, or one after it, is this one.
bool instance::is_repetition(const start_mail& letter) const {
    if (!letter.key.empty())
        return has(row_->start_keys, letter.key);
    if (may_reuse(row_->status, letter.reuse))
        return false;
    return row_->started_as.empty()
               ? row_->name == letter.begun.name && row_->input == letter.begun.input
               : row_->started_as == store::start_digest(letter.begun.name, letter.begun.input);
}

/// Removes a finished instance for the one that takes its place. Gives the keys of its starts;
/// nothing if it can't be read.
std::optional<std::vector<std::string>> instance::make_room(commit& part) {
    if (!row_)
        return std::vector<std::string>();
    try {
        std::vector<std::string> keys = row_->start_keys;
        clear_instance(part);
        return keys;
    } catch (const error& damaged) {
        hub_->log("instance " + id_ + " can't be replaced: " + damaged.what());
        return std::nullopt;
    }
}

void instance::create(execution_started begun, std::vector<std::string> start_keys,
                      gathered& into) {
    const timestamp now = hub_->clock->now();
    begun.execution = base::time_ordered_uuid(now, hub_->entropy->draw(), hub_->entropy->draw());
    row_ = std::make_unique<store::instance_row>();
    is_history_known_ = true;
    row_->name = begun.name;
    row_->execution = begun.execution;
    row_->status = runtime_status::pending;
    row_->created = now;
    row_->parent = begun.parent;
    row_->input = begun.input;
    row_->start_keys = std::move(start_keys);
    must_put_row_ = true;
    if (begun.start_at <= now)
        begun.start_at = {};
    else
        set_timer(store::start_timer, begun.start_at, row_->execution, into.part);
    make_execution();
    into.arrived.push_back(std::move(begun));
    deliver_kept(into);
}

void instance::make_execution() {
    if (const auto* code = hub_->functions->find_orchestration(row_->name))
        execution_ =
            std::make_unique<turn::execution>(id_, *code, *hub_->blobs, hub_->inline_payload_max);
    else
        hold("orchestration '" + row_->name +
             "' is not registered in this process; add it to the registry and reopen the hub");
}

/// Somebody in the hub starts the instance: its parent, or one that does not wait for it.
void instance::start_by(const message& sent, gathered& into) {
    auto begun = std::get<execution_started>(sent.body);
    if (row_ && !begun.parent.instance.empty() && row_->parent == begun.parent)
        return start_again(into);
    if (!row_ || is_finished(row_->status))
        if (auto keys = make_room(into.part))
            return create(std::move(begun), std::move(*keys), into);
    const std::string taken = "instance id '" + id_ + "' is taken by another start";
    if (begun.parent.instance.empty())
        return hub_->log("instance id '" + id_ + "', under which " + sent.sender +
                         " starts orchestration '" + begun.name +
                         "', is taken; nothing is started");
    into.part.messages.push_back(
        {begun.parent.instance,
         message{id_,
                 {},
                 begun.parent.execution,
                 child_rejected{begun.parent.task_id, {"perdure::error", taken, nullptr}}}});
}

/// The time to start has come.
void instance::begin_scheduled(gathered& into) {
    if (!execution_)
        return; // the timer stays, for a hub that has the code
    remove_timer(store::start_timer, into.part);
}

bool instance::is_start_awaited() const {
    return timers_.contains(store::start_timer);
}

} // namespace perdure::actors
