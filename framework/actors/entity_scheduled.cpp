// SPDX-License-Identifier: Apache-2.0
// Signals that wait for their time. They lie in a table of their own, put by whoever sent them.
// When one is due, the entity reads it, and consumes it in the commit that holds what it changed. A
// second mail about the same one finds that it is gone, or that this entity has just taken it.
#include "actors/entity.hpp"

#include "history/codec.hpp"

namespace perdure::actors {

/// Nothing if the entity has taken it before. Also forgets what the store knows by now.
std::optional<history::message> entity::read_due(const std::string& key) {
    const std::uint64_t durable = hub_->commits->durable_number();
    std::erase_if(taken_, [&](const auto& each) { return each.second <= durable; });
    if (taken_.contains(key))
        return std::nullopt;
    const auto stored = hub_->rows->get(store::table::scheduled, key);
    if (!stored)
        return std::nullopt;
    history::message due = history::decode_message(*stored);
    history::for_each_payload(due.body,
                              [this](payload& input) { turn::bring_inline(input, *hub_->blobs); });
    return due;
}

/// From here on it waits for its turn, as everything else does.
void entity::accept_due(scheduled_mail& letter) {
    if (letter.body && taken_.emplace(letter.key, this_commit).second)
        queue_.push({std::move(*letter.body), {{}, {}, {}, std::move(letter.key)}});
}

/// A client's. It is no operation yet, so nothing has to wait for it, nor it for a lock.
void entity::schedule(signal_mail& signal) {
    commit part;
    part.time = hub_->clock->now();
    part.done = std::move(signal.acknowledge);
    const timestamp due = std::get<history::operation_signaled>(signal.body.body).due;
    history::for_each_payload(signal.body.body, [&](payload& input) {
        turn::move_out_of_line(input, hub_->inline_payload_max, part.blobs);
    });
    part.messages.push_back({target_, std::move(signal.body), due});
    submit(std::move(part));
}

} // namespace perdure::actors
