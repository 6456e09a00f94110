// SPDX-License-Identifier: Apache-2.0
#include "sim/workloads/flood.hpp"

namespace perdure::sim {

void flood::act(session& on) {
    if (has_ended_)
        return;
    if (!lost_.empty() && on.one_in(2))
        send(on, *lost_.begin());
    else if (sent < last)
        send(on, ++sent);
    else if (pending_ == 0 && lost_.empty()) // the end comes after all that is acknowledged
        send(on, end_of_numbers);
}

void flood::send(session& on, int value) {
    ++pending_;
    lost_.erase(value);
    known_before.emplace(value, acknowledged.size());
    raise_options options;
    if (how == sending::until_acknowledged)
        options.key = std::to_string(value);
    on.attempt(
        "raise " + std::to_string(value) + " to " + instance,
        [&] { return on.client().raise_async(instance, number, value, options); },
        [this, value](answer came) {
            --pending_;
            learn(value, came);
        });
}

void flood::learn(int value, answer came) {
    const bool is_end = value == end_of_numbers;
    // An end without a key may be refused: an earlier one, whose answer got lost, was enough.
    const bool may_be_refused = is_end && how == sending::once;
    if (came == answer::refused && !may_be_refused)
        throw violation("event " + std::to_string(value) + " to " + instance + " was refused");
    if (is_end)
        has_ended_ |= came != answer::unknown;
    else if (came == answer::acknowledged)
        acknowledged.push_back(value);
    else if (how == sending::until_acknowledged)
        lost_.insert(value);
}

} // namespace perdure::sim
