// SPDX-License-Identifier: Apache-2.0
#include "check/lock_check.hpp"

#include "store/rows.hpp"

#include <algorithm>

namespace perdure::check {

using namespace history;
using store::table;

namespace {

std::string lock_key(std::string_view entity, const lock_owner& owner) {
    return std::string(entity) + '\0' + owner_key(owner);
}

/// How many of the entities a message has passed.
std::size_t passed(const std::vector<std::string>& all, const std::vector<std::string>& rest) {
    return all.size() - rest.size();
}

} // namespace

bool is_about_lock(const history::event& body) noexcept {
    return std::holds_alternative<lock_requested>(body) ||
           std::holds_alternative<lock_granted>(body) || std::holds_alternative<unlock_sent>(body);
}

bool lock_check::is_rest_of(const std::vector<std::string>& rest) const {
    return rest.size() <= entities().size() &&
           std::equal(rest.rbegin(), rest.rend(), entities().rbegin());
}

bool lock_check::take(const letter& sent) {
    const letter** place = &granting_;
    if (const auto* asking = std::get_if<lock_requested>(&sent.body)) {
        if (!is_rest_of(asking->entities) || request_->outcome)
            return false;
        place = &asking_;
    } else if (const auto* leaving = std::get_if<unlock_sent>(&sent.body)) {
        if (!is_rest_of(leaving->entities) || !request_->is_canceled)
            return false;
        place = &leaving_;
    } else if (sent.sender != entities().back() || request_->outcome) {
        return false;
    }
    return std::exchange(*place, &sent) == nullptr;
}

void lock_check::finish() {
    const auto& all = entities();
    const bool is_doubtful = of_->cut(table::entities) || of_->inbox.is_doubtful(owner_.instance) ||
                             std::any_of(all.begin(), all.end(), [&](const auto& each) {
                                 return of_->inbox.is_doubtful(each);
                             });
    for (const std::string& each : all)
        of_->locks.add(lock_key(each, owner_));
    if (is_doubtful)
        return;
    std::size_t first = 0;
    if (request_->is_canceled)
        first = leaving_ != nullptr ? passed(all, std::get<unlock_sent>(leaving_->body).entities)
                                    : all.size();
    std::size_t last = all.size();
    if (asking_ != nullptr)
        last = passed(all, std::get<lock_requested>(asking_->body).entities);
    else if (granting_ == nullptr && !request_->outcome && !request_->is_canceled)
        return of_->add(table::instances, owner_.instance,
                        describe(request_->asked) + " is open, and nothing will answer it");
    for (std::size_t i = 0; i < all.size(); ++i)
        check_holder(all[i], first <= i && i < last);
}

void lock_check::check_holder(const std::string& entity, bool must_hold) {
    try {
        const auto stored = of_->rows->get(table::entities, entity);
        const bool is_held = stored && store::decode_entity_row(*stored).holder == owner_;
        if (is_held != must_hold)
            of_->add(table::entities, entity,
                     describe(request_->asked) + " of '" + owner_.instance +
                         (must_hold ? "' should hold it and does not"
                                    : "' should not hold it and does"));
    } catch (const error&) {
        // its own check says what is wrong
    }
}

void check_holders(audit& of) {
    if (of.cut(table::instances) || of.cut(table::history) || of.cut(table::inbox) ||
        of.cut(table::entities))
        return;
    of.rows->scan(table::entities, {}, {}, [&](std::string_view id, std::string_view stored) {
        try {
            const lock_owner holder = store::decode_entity_row(stored).holder;
            if (!holder.instance.empty() && !of.unreadable.contains(holder.instance) &&
                !of.locks.contains(lock_key(id, holder)) && !of.inbox.is_unlocking(holder))
                of.add(table::entities, id,
                       "it is locked by '" + holder.instance +
                           "', which did not ask for it or has ended");
        } catch (const error&) {
            // reported before
        }
        return true;
    });
}

} // namespace perdure::check
