// SPDX-License-Identifier: Apache-2.0
#include "actors/committer.hpp"

#include "history/codec.hpp"
#include "store/keys.hpp"
#include "store/rows.hpp"

#include <perdure/error.hpp>

#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace perdure::actors {
namespace {

using flush_atom = caf::atom_constant<caf::atom("flush")>;

/// A group of so many commits is released in less time than it takes to wake a thread.
constexpr std::size_t few_commits = 4;
/// A larger group is not kept for its room.
constexpr std::size_t spare_changes_max = 1 << 15;

/// A written group on its way to the releasing actor.
struct written_group {
    std::shared_ptr<committer::group> group;
};

} // namespace
} // namespace perdure::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(perdure::actors::written_group)

namespace perdure::actors {
namespace {

caf::behavior writing(caf::event_based_actor*, committer* owner) {
    return {[owner](flush_atom) { owner->flush(); }};
}

caf::behavior releasing(caf::event_based_actor*, committer* owner) {
    return {[owner](const written_group& written) { owner->release(written.group); }};
}

} // namespace

committer::committer(caf::actor_system& system, bool is_detached, store::store& rows, bool sync,
                     std::uint64_t first_order, counters& counted)
    : rows_(&rows), sync_(sync), is_detached_(is_detached), counted_(&counted), ledger_(rows),
      next_order_(first_order), releaser_(system.spawn(releasing, this)),
      writer_(is_detached ? system.spawn<caf::detached>(writing, this)
                          : system.spawn(writing, this)) {}

submitted committer::submit(commit part) {
    counters::add(counted_->commits);
    std::vector<std::string> messages; // encoded before the lock: it is everybody's
    for (const auto& each : part.messages) {
        messages.push_back(history::encode(each.body));
        history::collect_blobs(each.body.body, part.retained);
    }
    submitted placed{0, 0, std::move(part.messages)};
    std::unique_lock lock(mutex_);
    placed.number = next_number_;
    placed.first_order = next_order_;
    if (poisoned_) {
        const auto reason = poisoned_;
        lock.unlock();
        if (part.done)
            part.done(reason);
        return placed;
    }
    ++next_number_;
    for (auto& each : part.changes)
        open_.changes.push_back(std::move(each));
    for (std::size_t i = 0; i < messages.size(); ++i, ++next_order_)
        send(part, placed.messages[i], std::move(messages[i]));
    for (const auto& each : part.consumed)
        consume(each);
    part.changes.clear();
    open_.time = std::max(open_.time, part.time);
    open_.parts.push_back(std::move(part));
    open_.last = placed.number;
    const bool must_request = !std::exchange(is_flush_requested_, true);
    lock.unlock();
    if (must_request)
        caf::anon_send(writer_, flush_atom::value);
    return placed;
}

/// The lock is held.
void committer::send(commit& part, const turn::outgoing_message& message, std::string stored) {
    if (message.due == timestamp{}) {
        open_.inbox.emplace(next_order_, open_.changes.size());
        open_.changes.push_back({store::table::inbox, store::inbox_key(message.target, next_order_),
                                 std::move(stored)});
        return;
    }
    part.scheduled.push_back(
        store::scheduled_key({message.due, part.time, next_order_, opening_, message.target}));
    open_.changes.push_back({store::table::scheduled, part.scheduled.back(), std::move(stored)});
}

void committer::consume(const consumed_message& message) {
    const auto pending = open_.inbox.find(message.order);
    if (pending == open_.inbox.end()) {
        open_.changes.push_back(
            {store::table::inbox, store::inbox_key(message.target, message.order), std::nullopt});
        return;
    }
    open_.changes[pending->second].key.clear(); // it never reaches the disk
    open_.inbox.erase(pending);
}

bool committer::is_idle() const noexcept {
    const std::scoped_lock lock(mutex_);
    return !is_flush_requested_ && unreleased_ == 0;
}

bool committer::is_poisoned() const noexcept {
    const std::scoped_lock lock(mutex_);
    return poisoned_ != nullptr;
}

void committer::flush() noexcept {
    std::shared_ptr<group> gathered;
    {
        const std::scoped_lock lock(mutex_);
        ++unreleased_;
        is_flush_requested_ = false;
        gathered = std::exchange(spare_, nullptr);
        if (!gathered)
            gathered = std::make_shared<group>();
        std::swap(*gathered, open_);
        if (is_killed_)
            return;
    }
    gathered->failed = write(*gathered);
    if (gathered->failed)
        poison(gathered->failed);
    else
        durable_.store(gathered->last, std::memory_order_release);
    if (is_quiet_behind(*gathered))
        release(std::move(gathered));
    else
        caf::anon_send(releaser_, written_group{std::move(gathered)});
}

/// Whether releasing a group at once keeps nobody waiting. Earlier groups come first. Under a
/// test's scheduler another actor does it always: what happens in between is to be tested.
bool committer::is_quiet_behind(const group& written) const noexcept {
    if (!is_detached_ || written.parts.size() > few_commits)
        return false;
    const std::scoped_lock lock(mutex_);
    return !is_flush_requested_ && unreleased_ == 1;
}

void committer::group::clear() {
    changes.clear();
    parts.clear();
    inbox.clear();
    last = 0;
    time = {};
    failed = nullptr;
}

void committer::release(std::shared_ptr<group> written) noexcept {
    const bool is_told = [this] {
        const std::scoped_lock lock(mutex_);
        return !is_killed_;
    }();
    for (auto& each : written->parts) {
        if (each.done && is_told)
            each.done(written->failed);
        if (on_scheduled_ && is_told && !written->failed)
            on_scheduled_(std::move(each.scheduled));
    }
    if (written->changes.capacity() <= spare_changes_max) {
        written->clear();
        const std::scoped_lock lock(mutex_);
        spare_ = std::move(written);
    }
    --unreleased_;
}

void committer::kill() noexcept {
    const std::scoped_lock lock(mutex_);
    is_killed_ = true;
}

std::exception_ptr committer::write(group& gathered) {
    try {
        {
            const std::scoped_lock lock(mutex_);
            if (poisoned_)
                return poisoned_;
        }
        auto& changes = gathered.changes;
        std::erase_if(changes, [](const auto& each) { return each.key.empty(); });
        if (gathered.time > time_) {
            time_ = gathered.time;
            changes.push_back(
                {store::table::meta, std::string(store::clock_key), store::encode_clock(time_)});
        }
        for (auto& each : gathered.parts)
            ledger_.add(each);
        ledger_.settle(changes);
        std::uint64_t bytes = 0;
        for (const auto& each : changes)
            bytes += each.key.size() + (each.value ? each.value->size() : 0);
        counters::add(counted_->bytes, bytes);
        counters::add(counted_->puts, changes.size());
        counters::add(counted_->groups);
        rows_->write(changes, sync_);
        return nullptr;
    } catch (const std::exception& failed) {
        return std::make_exception_ptr(
            error(errc::poisoned, std::string("a write failed and its outcome is unknown; close "
                                              "and reopen the task hub: ") +
                                      failed.what()));
    }
}

void committer::poison(std::exception_ptr reason) {
    {
        const std::scoped_lock lock(mutex_);
        if (poisoned_)
            return;
        poisoned_ = reason;
    }
    if (on_poison_)
        on_poison_(reason);
}

} // namespace perdure::actors
