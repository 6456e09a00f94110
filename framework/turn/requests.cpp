// SPDX-License-Identifier: Apache-2.0
// What a coroutine can ask of its execution: each request becomes a decided event with the next
// task id, in the order of the code.
#include "turn/execution.hpp"

#include <algorithm>

namespace perdure::turn {

using namespace history;

namespace {

std::string quoted(std::string_view kind, std::string_view name) {
    return std::string(kind) + " '" + std::string(name) + "'";
}

} // namespace

payload execution::outgoing(payload value) {
    move_out_of_line(value, inline_payload_max_, deciding_->blobs);
    return value;
}

detail::slot_ptr execution::schedule(detail::slot_kind kind, std::string subject,
                                     history::event decided) {
    auto slot = std::make_shared<detail::slot>();
    slot->host = this;
    slot->kind = kind;
    slot->task_id = ask(std::move(decided));
    slot->subject = std::move(subject);
    slots_.emplace(slot->task_id, slot);
    return slot;
}

/// What is replayed gets the number it had: those of scopes that have ended are missing between.
std::uint32_t execution::next_task_id() const {
    std::uint32_t recorded = 0;
    if (recorded_ != nullptr && decided_.size() < recorded_->size())
        std::visit(
            [&](const auto& body) {
                if constexpr (requires { body.task_id; })
                    recorded = body.task_id;
            },
            (*recorded_)[decided_.size()]);
    return std::max(next_task_id_, recorded);
}

/// `decided` has the next task id, and expects no answer.
std::uint32_t execution::tell(history::event decided) {
    const std::uint32_t task_id = next_task_id();
    next_task_id_ = task_id + 1;
    decided_.push_back(std::move(decided));
    return task_id;
}

std::uint32_t execution::ask(history::event decided) {
    open_.emplace(next_task_id(), decided);
    const std::uint32_t task_id = tell(std::move(decided));
    if (running_->scope) {
        asked_by_[task_id] = running_;
        running_->task_ids.push_back(task_id);
    }
    return task_id;
}

detail::slot_ptr execution::call_activity(std::string_view name, payload input,
                                          const call_options& options) {
    task_scheduled asked{next_task_id(), std::string(name), outgoing(std::move(input))};
    if (options.heartbeat_timeout)
        asked.heartbeat_ms = static_cast<std::uint64_t>(options.heartbeat_timeout->count());
    return schedule(detail::slot_kind::activity, quoted("activity", name), std::move(asked));
}

/// Of the child with the next task id.
std::string execution::default_child_id() const {
    return execution_id_ + ":" + std::to_string(next_task_id());
}

detail::slot_ptr execution::call_child(std::string_view name, std::string_view instance,
                                       payload input) {
    require_outside("a child orchestration");
    std::string child(instance);
    if (child.empty())
        child = default_child_id();
    return schedule(detail::slot_kind::child, quoted("orchestration", name),
                    child_created{next_task_id(), std::string(name), std::move(child),
                                  outgoing(std::move(input))});
}

detail::slot_ptr execution::call_entity(entity_id entity, std::string_view operation,
                                        payload input) {
    require_callable(entity.text());
    std::string subject = "operation '" + std::string(operation) + "' of entity " + entity.text();
    return schedule(detail::slot_kind::entity, std::move(subject),
                    operation_called{next_task_id(),
                                     std::move(entity),
                                     std::string(operation),
                                     outgoing(std::move(input)),
                                     {},
                                     current_section()});
}

void execution::signal_entity(entity_id entity, std::string_view operation, payload input,
                              timestamp due) {
    require_signalable(entity.text());
    tell(operation_signaled{next_task_id(), std::move(entity), std::string(operation),
                            outgoing(std::move(input)), due});
}

std::string execution::start_instance(std::string_view name, detached_options options,
                                      payload input) {
    std::string instance =
        options.instance.empty() ? default_child_id() : std::move(options.instance);
    tell(start_requested{next_task_id(), std::string(name), instance, outgoing(std::move(input)),
                         options.start_at});
    return instance;
}

void execution::continue_as_new(std::string_view name, payload input) {
    if (running_->scope)
        throw error(errc::invalid_argument,
                    "a scope can't continue as new; let it return, and its orchestration do so");
    continuation_ = std::make_unique<execution_continued>(
        execution_continued{std::string(name), outgoing(std::move(input))});
}

detail::slot_ptr execution::start_timer(timestamp due) {
    return schedule(detail::slot_kind::timer, "timer", timer_created{next_task_id(), due});
}

void execution::abandon(detail::slot& lost) noexcept {
    if (is_evicted_ || is_finished_)
        return; // whatever it had left open has been closed
    if (lost.kind == detail::slot_kind::event)
        return withdraw(lost);
    if (lost.kind == detail::slot_kind::scope)
        return cancel_scope(lost.task_id);
    if (const auto found = attended_.find(lost.task_id); found != attended_.end()) {
        const attended_ptr call = found->second;
        return give_up(*call);
    }
    cancel(lost.kind, lost.task_id);
    slots_.erase(lost.task_id);
}

/// An activity or timer also if its outcome has been recorded: the code will never see that.
void execution::cancel(detail::slot_kind kind, std::uint32_t task_id) noexcept {
    if (kind == detail::slot_kind::timer)
        decided_.push_back(timer_canceled{task_id});
    else if (kind == detail::slot_kind::activity)
        decided_.push_back(task_canceled{task_id});
    else if (const auto found = open_.find(task_id);
             kind == detail::slot_kind::child && found != open_.end())
        decided_.push_back(
            child_canceled{task_id, std::get<child_created>(found->second).instance});
    else
        return; // an operation, whose outcome will be ignored, or a child that has ended
    open_.erase(task_id);
}

void execution::set_status(payload status) {
    deciding_->custom_status = outgoing(std::move(status));
}

void execution::log(std::string_view line) {
    if (!is_replaying_)
        deciding_->log.push_back(instance_ + ": " + std::string(line));
}

} // namespace perdure::turn
