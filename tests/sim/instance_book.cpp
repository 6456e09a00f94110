// SPDX-License-Identifier: Apache-2.0
#include "sim/instance_book.hpp"

#include <algorithm>

namespace perdure::sim {
namespace {

std::string print(const history_entry& each) {
    return std::to_string(each.time.time_since_epoch().count()) + ' ' + each.kind + ' ' +
           each.target + ' ' + each.value.data;
}

} // namespace

void instance_book::expect(std::string instance,
                           std::function<std::future<std::string>(client&, start_options)> start,
                           judge is_right) {
    instances_[std::move(instance)] = {std::move(start), std::move(is_right), false, false, {}, {}};
}

instance_book::judge instance_book::completed_with(payload result) {
    return [result = std::move(result)](const instance_status& seen) {
        if (seen.status != runtime_status::completed)
            throw violation(std::string("has status ") + to_string(seen.status) + " " +
                            (seen.failed ? seen.failed->message : ""));
        if (seen.output.data != result.data)
            throw violation("gave " + seen.output.data + " instead of " + result.data);
    };
}

instance_book::judge instance_book::failed_with(std::string message_part) {
    return [part = std::move(message_part)](const instance_status& seen) {
        if (seen.status != runtime_status::failed || !seen.failed ||
            seen.failed->message.find(part) == std::string::npos)
            throw violation(std::string("should have failed with '") + part + "', but has status " +
                            to_string(seen.status));
    };
}

void instance_book::act(session& on) {
    std::vector<std::string> open;
    for (const auto& [instance, each] : instances_)
        if (!each.is_acknowledged && !each.is_pending)
            open.push_back(instance);
    if (open.empty())
        return;
    const std::string instance = open[on.below(open.size())];
    known& chosen = instances_.at(instance);
    chosen.is_pending = true;
    on.attempt(
        "start " + instance,
        [&] {
            start_options named;
            named.instance = instance;
            // Its answer may get lost, and then it is sent again: it must not run twice.
            if (base::seed_of(instance) % 2 == 0)
                named.key = "start of " + instance;
            else
                named.reuse = id_reuse::never;
            return chosen.start(on.client(), std::move(named));
        },
        [this, instance](answer came) {
            known& each = instances_.at(instance);
            each.is_pending = false;
            each.is_acknowledged |= came == answer::acknowledged;
            if (came == answer::refused)
                throw violation("the start of " + instance + " was refused");
        });
}

bool instance_book::is_through() const {
    return std::all_of(instances_.begin(), instances_.end(), [](const auto& each) {
        return each.second.is_acknowledged && !each.second.is_pending;
    });
}

void instance_book::check(session& on) {
    for (auto& [instance, each] : instances_)
        if (each.is_acknowledged)
            check_one(on, instance, each);
}

void instance_book::check_one(session& on, const std::string& instance, known& each) {
    const auto seen = on.client().status(instance);
    if (!seen)
        throw violation("instance " + instance + " is lost: its start was acknowledged");
    if (each.end &&
        (seen->status != each.end->status || seen->output.data != each.end->output.data))
        throw violation("instance " + instance + " had ended and is different now: " +
                        to_string(seen->status) + " " + seen->output.data);
    if (is_finished(seen->status) && !each.end) {
        each.end = *seen;
        try {
            each.is_right(*seen);
        } catch (const violation& wrong) {
            throw violation("instance " + instance + " " + wrong.what());
        }
    }
    if (seen->held && !is_held_allowed_)
        throw violation("instance " + instance + " is held: " + *seen->held);
    std::vector<std::string> now;
    for (const auto& entry : on.client().history(instance))
        now.push_back(print(entry));
    if (now.size() < each.history.size() ||
        !std::equal(each.history.begin(), each.history.end(), now.begin()))
        throw violation("the history of " + instance + " is not what it was, and more");
    each.history = std::move(now);
}

void instance_book::check_end(session& on) {
    check(on);
    for (const auto& [instance, each] : instances_) {
        if (each.end)
            continue;
        const auto seen = on.client().status(instance);
        throw violation("instance " + instance + " has not ended, though nothing is due any more" +
                        (seen && seen->held ? ": it is held, " + *seen->held : ""));
    }
}

} // namespace perdure::sim
