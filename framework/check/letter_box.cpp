// SPDX-License-Identifier: Apache-2.0
#include "check/letter_box.hpp"

#include "check/cursor.hpp"
#include "history/codec.hpp"
#include "store/keys.hpp"
#include "store/rows.hpp"

#include <perdure/error.hpp>

#include <optional>

namespace perdure::check {

using namespace history;
using store::table;

namespace {

bool is_entity(std::string_view target) {
    return target.starts_with('@');
}

void require_target(std::string_view target) {
    if (is_entity(target))
        entity_id::parse(target);
    else
        require_instance_id(target);
}

} // namespace

/// Judges one message by itself, and finds out whose request it is about.
struct letter_box::reader {
    audit& of;
    const std::string& target;
    const message& stored;
    std::string owner;
    letter about;

    /// What is wrong with it, or null.
    const char* read() {
        return std::visit([this](const auto& body) { return flaw(body); }, stored.body);
    }

  private:
    const char* flaw(const execution_started& e) {
        if (is_entity(target))
            return "it starts an entity";
        if (!e.execution.empty() || !stored.execution.empty())
            return "it starts an instance that has an execution already";
        if (e.parent == parent_link{} && is_entity(stored.sender))
            return stored.sender_execution.empty() ? nullptr : "its sender has no execution";
        if (e.parent == parent_link{})
            return detached();
        if (!stored.sender_execution.empty())
            return "it starts a child and is sent as if it did not";
        if (stored.sender.empty() || stored.sender != e.parent.instance)
            return "it is not sent by the parent it names";
        return is_about(stored.sender, e.parent.execution, e.parent.task_id);
    }
    const char* flaw(const operation_called& e) { return operation(e, is_entity(stored.sender)); }
    const char* flaw(const operation_signaled& e) {
        if (e.due != timestamp{})
            return "it waits for its time";
        if (stored.sender.empty() && stored.sender_execution.empty() && e.task_id == 0)
            return addressed(e); // a client's: it waits
        if (!is_entity(stored.sender))
            return operation(e, false);
        if (!stored.sender_execution.empty() || e.task_id != 0)
            return "an entity sent it, and entities have no executions";
        return addressed(e);
    }
    const char* flaw(const child_completed& e) { return reply(e.task_id, false); }
    const char* flaw(const child_rejected& e) { return reply(e.task_id, false); }
    const char* flaw(const operation_completed& e) { return reply(e.task_id, true); }
    const char* flaw(const operation_rejected& e) { return reply(e.task_id, true); }
    const char* flaw(const lock_granted& e) { return reply(e.task_id, true); }
    const char* flaw(const transaction_completed& e) { return reply(e.task_id, true); }
    const char* flaw(const transaction_rejected& e) { return reply(e.task_id, true); }
    const char* flaw(const lock_requested& e) { return to_first(e, e.entities); }
    const char* flaw(const unlock_sent& e) { return to_first(e, e.entities); }
    const char* flaw(const transaction_requested& e) { return to_first(e, route_of(e)); }

    const char* flaw(const execution_terminated&) const {
        if (is_entity(target))
            return "it terminates an entity";
        if (stored.sender.empty() || is_entity(stored.sender) || stored.sender_execution.empty())
            return "it is not sent by an execution of an instance";
        return stored.execution.empty() ? nullptr : "it is for one execution of a child";
    }

    const char* flaw(const execution_completed&) { return never_sent; }
    const char* flaw(const task_scheduled&) { return never_sent; }
    const char* flaw(const task_completed&) { return never_sent; }
    const char* flaw(const task_rejected&) { return never_sent; }
    const char* flaw(const child_created&) { return never_sent; }
    const char* flaw(const timer_created&) { return never_sent; }
    const char* flaw(const timer_fired&) { return never_sent; }
    const char* flaw(const timer_canceled&) { return never_sent; }
    const char* flaw(const task_canceled&) { return never_sent; }
    const char* flaw(const child_canceled&) { return never_sent; }
    const char* flaw(const event_raised&) { return never_sent; }
    const char* flaw(const execution_suspended&) { return never_sent; }
    const char* flaw(const execution_resumed&) { return never_sent; }
    const char* flaw(const execution_rewound&) { return never_sent; }
    const char* flaw(const start_requested&) { return never_sent; }
    const char* flaw(const execution_continued&) { return never_sent; }
    const char* flaw(const scope_entered&) { return never_sent; }
    const char* flaw(const scope_completed&) { return never_sent; }
    const char* flaw(const scope_rejected&) { return never_sent; }
    const char* flaw(const scope_canceled&) { return never_sent; }
    const char* flaw(const event_taken&) { return never_sent; }
    const char* flaw(const event_returned&) { return never_sent; }

    static constexpr const char* never_sent = "events of its kind are never sent";

    const char* addressed(const auto& operation) const {
        if (operation.entity.text() != target)
            return "its operation is for another entity";
        return stored.execution.empty() ? nullptr : "it is for an execution of an entity";
    }
    /// Nothing in it says which request it is about, because nothing answers it.
    const char* detached() {
        if (stored.sender.empty() || is_entity(stored.sender) || stored.sender_execution.empty())
            return "it is not sent by an execution of an instance";
        return is_about(stored.sender, stored.sender_execution, 0);
    }
    const char* operation(const auto& e, bool is_from_entity) {
        if (is_from_entity || stored.sender.empty() || stored.sender_execution.empty())
            return "it is not sent by an execution of an instance";
        if (const char* wrong = addressed(e))
            return wrong;
        return is_about(stored.sender, stored.sender_execution, e.task_id);
    }
    const char* to_first(const auto& e, const std::vector<std::string>& route) {
        if (route.empty() || route.front() != target)
            return "it is for another entity";
        if (stored.sender.empty() || is_entity(stored.sender) || stored.sender_execution.empty())
            return "it is not sent by an execution of an instance";
        return is_about(stored.sender, stored.sender_execution, e.task_id);
    }
    const char* reply(std::uint32_t task_id, bool must_be_entity) {
        if (is_entity(target))
            return "it is a reply to an entity";
        if (stored.sender.empty() || is_entity(stored.sender) != must_be_entity)
            return "its sender is not of the kind that gives such replies";
        return is_about(target, stored.execution, task_id);
    }
    const char* is_about(const std::string& instance, const std::string& execution,
                         std::uint32_t task_id) {
        owner = instance;
        about.execution = execution;
        about.task_id = task_id;
        return nullptr;
    }
};

namespace {

std::string end_key(std::string_view child, const std::string& parent,
                    const std::string& execution) {
    return std::string(child) + '\0' + parent + '\0' + execution;
}

/// What one execution sends to one entity stays in order.
class sequence {
  public:
    explicit sequence(audit& of) : of_(&of) {}

    void add(const store::inbox_address& at, std::string_view key, const message& sent) {
        if (!orders_.insert(at.order).second)
            of_->add(table::inbox, key, "another message has the same order number");
        if (at.target != target_) {
            target_ = at.target;
            last_.clear();
        }
        if (const auto* call = std::get_if<operation_called>(&sent.body))
            follow(key, sent, call->task_id);
        else if (const auto* signal = std::get_if<operation_signaled>(&sent.body))
            follow(key, sent, signal->task_id);
    }

  private:
    void follow(std::string_view key, const message& sent, std::uint32_t task_id) {
        if (sent.sender_execution.empty())
            return;
        const auto [last, is_first] =
            last_.try_emplace({sent.sender, sent.sender_execution}, task_id);
        if (!is_first && task_id < last->second && !was_rewound(sent.sender))
            of_->add(table::inbox, key, "its sender asked for it before the message ahead of it");
        last->second = task_id;
    }

    bool was_rewound(const std::string& instance) const {
        try {
            const auto stored = of_->rows->get(table::instances, instance);
            return !stored || store::decode_instance_row(*stored).rewinds != 0;
        } catch (const error&) {
            return true; // its own check says what is wrong
        }
    }

    audit* of_;
    std::unordered_set<std::uint64_t> orders_;
    std::string target_;
    std::map<std::pair<std::string, std::string>, std::uint32_t> last_;
};

} // namespace

std::string owner_key(const lock_owner& owner) {
    return owner.instance + '\0' + owner.execution + '\0' + std::to_string(owner.task_id);
}

void letter_box::read(audit& of) {
    sequence in_order(of);
    for (cursor row(of, table::inbox); !row.is_at_end(); row.next()) {
        ++of.report.messages;
        store::inbox_address at;
        try {
            at = store::parse_inbox_key(row->key);
            require_target(at.target);
        } catch (const error& damaged) {
            of.add(table::inbox, row->key, damaged.what());
            is_all_doubtful_ = true;
            of.blobs.doubt();
            continue;
        }
        try {
            const message stored = decode_message(row->value);
            of.blobs.add(stored.body);
            in_order.add(at, row->key, stored);
            reader judge{of, at.target, stored, {}, {}};
            if (const char* wrong = judge.read()) {
                of.add(table::inbox, row->key, describe(stored.body) + ": " + wrong);
                doubt(at.target);
            } else if (std::holds_alternative<execution_terminated>(stored.body)) {
                ends_.insert(end_key(at.target, stored.sender, stored.sender_execution));
            } else if (!judge.owner.empty()) {
                letter about = std::move(judge.about);
                about.key = row->key;
                about.target = at.target;
                about.sender = stored.sender;
                about.body = stored.body;
                if (std::holds_alternative<unlock_sent>(stored.body))
                    unlocking_.insert(owner_key({judge.owner, about.execution, about.task_id}));
                by_owner_[judge.owner].push_back(std::move(about));
            }
        } catch (const error& damaged) {
            of.add(table::inbox, row->key, damaged.what());
            doubt(at.target);
            of.blobs.doubt();
        }
    }
    is_all_doubtful_ = is_all_doubtful_ || of.cut(table::inbox);
}

namespace {

/// What is wrong with a message that waits for its time, or null.
const char* flaw(const store::scheduled_address& at, const message& stored) {
    const auto* signal = std::get_if<operation_signaled>(&stored.body);
    if (signal == nullptr)
        return "only signals wait for their time";
    if (signal->due != at.due || at.due == timestamp{})
        return "it is due at another time";
    if (signal->entity.text() != at.target)
        return "its operation is for another entity";
    const bool is_from_instance = !stored.sender.empty() && !is_entity(stored.sender);
    if (is_from_instance == stored.sender_execution.empty() || !stored.execution.empty())
        return "its sender is not of a kind that sends such";
    return nullptr;
}

} // namespace

void check_scheduled(audit& of) {
    for (cursor row(of, table::scheduled); !row.is_at_end(); row.next()) {
        ++of.report.messages;
        try {
            const auto at = store::parse_scheduled_key(row->key);
            entity_id::parse(at.target);
            of.saw(at.sent, at.target);
            const message stored = decode_message(row->value);
            of.blobs.add(stored.body);
            if (const char* wrong = flaw(at, stored))
                of.add(table::scheduled, row->key, describe(stored.body) + ": " + wrong);
        } catch (const error& damaged) {
            of.add(table::scheduled, row->key, damaged.what());
            of.blobs.doubt();
        }
    }
}

std::vector<letter> letter_box::take(const std::string& instance) {
    const auto found = by_owner_.find(instance);
    if (found == by_owner_.end())
        return {};
    std::vector<letter> taken = std::move(found->second);
    by_owner_.erase(found);
    return taken;
}

bool letter_box::is_told_to_end(std::string_view child, const std::string& parent,
                                const std::string& execution) const {
    return ends_.contains(end_key(child, parent, execution));
}

bool letter_box::is_doubtful(std::string_view target) const {
    return is_all_doubtful_ || doubtful_.contains(target);
}

} // namespace perdure::check
