// SPDX-License-Identifier: Apache-2.0
// Who may use an entity now, and who waits. Everything sent to an entity passes through its queue:
// while it is in somebody's critical section, what others sent waits, in order; what the holder
// sends passes. So do unlocks, which also take back a request that waits.
//
//   free ── request ──► locked ── unlock of the holder ──► free
//
// A request and its unlock travel from entity to entity in the same order; see lock_events.hpp.
#pragma once

#include "history/event.hpp"
#include "turn/outgoing_message.hpp"

#include <algorithm>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace perdure::turn {

/// Whose a lock request is, or the request that an unlock is about.
history::lock_owner owner_of(const history::message& sent);
/// Whether it was sent in the holder's critical section.
bool is_from(const history::message& sent, const history::lock_owner& holder);
/// What a request granted by entity `here` becomes: the request to the next entity, or the grant.
outgoing_message granted(const history::message& request, const std::string& here);
/// The unlock to the next entity, if there is one.
std::optional<outgoing_message> passed_on(const history::message& unlock);

/// `Origin` is whatever the owner of the queue has to remember with a message.
template <class Origin>
class lock_queue {
  public:
    struct item {
        history::message body;
        Origin origin;
    };

    const history::lock_owner& holder() const noexcept { return holder_; }
    bool is_locked() const noexcept { return !holder_.instance.empty(); }
    void lock_for(history::lock_owner holder) { holder_ = std::move(holder); }
    void unlock() { holder_ = {}; }

    void push(item arrived) { arrived_.push_back(std::move(arrived)); }

    /// The next that may be handled now.
    std::optional<item> take() {
        if (!is_locked() && !waiting_.empty())
            return pop(waiting_);
        while (!arrived_.empty()) {
            item next = pop(arrived_);
            if (passes(next.body))
                return next;
            waiting_.push_back(std::move(next));
        }
        return std::nullopt;
    }

    /// Takes out the waiting lock request of that owner.
    std::optional<item> withdraw(const history::lock_owner& owner) {
        const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const item& each) {
            return std::holds_alternative<history::lock_requested>(each.body.body) &&
                   owner_of(each.body) == owner;
        });
        if (found == waiting_.end())
            return std::nullopt;
        item taken = std::move(*found);
        waiting_.erase(found);
        return taken;
    }

    bool is_empty() const noexcept { return waiting_.empty() && arrived_.empty(); }

    template <class Visit>
    void for_each(Visit visit) {
        for (item& each : waiting_)
            visit(each);
        for (item& each : arrived_)
            visit(each);
    }

    void clear() {
        waiting_.clear();
        arrived_.clear();
    }

  private:
    static item pop(std::list<item>& from) {
        item first = std::move(from.front());
        from.pop_front();
        return first;
    }

    bool passes(const history::message& sent) const {
        return !is_locked() || is_from(sent, holder_) ||
               std::holds_alternative<history::unlock_sent>(sent.body);
    }

    history::lock_owner holder_;
    std::list<item> waiting_; ///< For the holder to leave.
    std::list<item> arrived_; ///< Not looked at yet.
};

} // namespace perdure::turn
