// SPDX-License-Identifier: Apache-2.0
// Batches of an entity: what may be handled is applied and committed, what has to wait is made
// durable.
#include "actors/entity.hpp"

#include <algorithm>

namespace perdure::actors {

using namespace history;

void entity::work() {
    while (live_) {
        batch next;
        auto transaction = gather(next);
        finish(std::move(next));
        if (!transaction)
            break;
        join(std::move(*transaction));
    }
    keep_waiting();
}

std::optional<entity::queue::item> entity::gather(batch& into) {
    while (auto next = queue_.take()) {
        if (std::holds_alternative<transaction_requested>(next->body.body))
            return next;
        consume(*next, into.part);
        if (next->origin.acknowledge)
            into.acknowledge.push_back(std::move(next->origin.acknowledge));
        if (std::holds_alternative<lock_requested>(next->body.body))
            lock(next->body, into);
        else if (std::holds_alternative<unlock_sent>(next->body.body))
            unlock(next->body, into);
        else
            into.operations.push_back(std::move(next->body));
    }
    return std::nullopt;
}

void entity::consume(queue::item& taken, commit& part) const {
    if (const auto& key = taken.origin.scheduled) {
        collect_blobs(taken.body.body, part.released);
        part.remove(store::table::scheduled, *key);
    }
    if (!taken.origin.order)
        return;
    consumed_message consumed{target_, *taken.origin.order, {}};
    collect_blobs(taken.body.body, consumed.blobs);
    part.consumed.push_back(std::move(consumed));
}

void entity::lock(const message& request, batch& into) {
    queue_.lock_for(turn::owner_of(request));
    into.lock_messages.push_back(turn::granted(request, target_));
    into.must_put_row = true;
}

/// Of the holder, who leaves; or of somebody whose request waits here and has come no further.
void entity::unlock(const message& sent, batch& into) {
    const lock_owner owner = turn::owner_of(sent);
    if (auto withdrawn = queue_.withdraw(owner)) {
        consume(*withdrawn, into.part);
    } else if (queue_.holder() == owner) {
        queue_.unlock();
        into.must_put_row = true;
        if (auto onward = turn::passed_on(sent))
            into.lock_messages.push_back(std::move(*onward));
    }
}

void entity::finish(batch done) {
    if (done.operations.empty() && done.part.consumed.empty())
        return;
    const timestamp now = hub_->clock->now();
    commit& part = done.part;
    part.time = now;
    part.done = [acknowledge = std::move(done.acknowledge)](std::exception_ptr failed) {
        for (const auto& each : acknowledge)
            each(failed);
    };
    try {
        apply(done);
    } catch (const error& damaged) { // nothing is consumed: it will be found again
        hold(damaged.what());
        return refuse(part.done);
    }
    std::move(done.lock_messages.begin(), done.lock_messages.end(),
              std::back_inserter(part.messages));
    if (done.must_put_row) {
        if (row_.holder != queue_.holder())
            row_.locked = queue_.is_locked() ? now : timestamp{};
        row_.holder = queue_.holder();
        put_row(row_, target_, part);
    }
    submit(std::move(part));
}

void entity::apply(batch& now) {
    if (now.operations.empty())
        return;
    turn::entity_decision decided =
        live_->run(now.part.time, hub_->entropy->draw(), now.operations);
    for (const auto& line : decided.log)
        hub_->log(line);
    if (live_->is_sourced()) {
        put_events(decided, now);
    } else if (decided.state) {
        change_state(row_, std::move(*decided.state), now.part.time, now.part);
        now.must_put_row = true;
    }
    now.part.blobs = std::move(decided.blobs);
    now.part.messages = std::move(decided.messages);
}

/// Clients are told that their operations are on disk, even if that is only in the inbox.
void entity::keep_waiting() {
    commit part;
    std::vector<queue::item*> kept;
    std::vector<commit_callback> acknowledge;
    queue_.for_each([&](queue::item& each) {
        if (!each.origin.acknowledge)
            return;
        for_each_payload(each.body.body, [&](payload& input) {
            turn::move_out_of_line(input, hub_->inline_payload_max, part.blobs);
        });
        part.messages.push_back({target_, each.body});
        acknowledge.push_back(std::exchange(each.origin.acknowledge, {}));
        kept.push_back(&each);
    });
    if (kept.empty())
        return;
    part.done = [acknowledge = std::move(acknowledge)](std::exception_ptr failed) {
        for (const auto& each : acknowledge)
            each(failed);
    };
    for (const auto& each : part.blobs)
        hub_->blobs->remember(each);
    const submitted placed = hub_->commits->submit(std::move(part));
    last_commit_ = placed.number;
    for (std::size_t i = 0; i < kept.size(); ++i)
        kept[i]->origin.order = placed.first_order + i;
}

void entity::submit(commit part) {
    std::vector<std::string> taken;
    for (const auto& each : part.changes)
        if (each.where == store::table::scheduled)
            taken.push_back(each.key);
    for (const auto& each : part.blobs)
        hub_->blobs->remember(each);
    submitted placed = hub_->commits->submit(std::move(part));
    last_commit_ = placed.number;
    for (const std::string& key : taken)
        taken_[key] = last_commit_;
    for (auto& [key, each] : recent_)
        each.commit = std::min(each.commit, last_commit_);
    removed_by_ = std::min(removed_by_, last_commit_);
    hub_->routes->send_messages(std::move(placed.messages), placed.first_order);
}

} // namespace perdure::actors
