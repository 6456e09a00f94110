// SPDX-License-Identifier: Apache-2.0
#include "turn/closing.hpp"

namespace perdure::turn {

using namespace history;

std::vector<history::event> closings(const open_requests& open) {
    std::vector<history::event> closed;
    for (const auto& [task_id, asked] : open)
        if (std::holds_alternative<timer_created>(asked))
            closed.emplace_back(timer_canceled{task_id});
        else if (std::holds_alternative<task_scheduled>(asked))
            closed.emplace_back(task_canceled{task_id});
        else if (const auto* lock = std::get_if<lock_requested>(&asked))
            closed.emplace_back(unlock_sent{task_id, lock->entities});
    return closed;
}

std::vector<history::event> farewells(const open_requests& open) {
    std::vector<history::event> closed = closings(open);
    for (const auto& [task_id, asked] : open)
        if (const auto* child = std::get_if<child_created>(&asked))
            closed.emplace_back(child_canceled{task_id, child->instance});
    return closed;
}

std::vector<history::event> termination(const open_requests& open,
                                        const execution_terminated& why) {
    std::vector<history::event> decided = closings(open);
    decided.emplace_back(execution_completed{runtime_status::terminated, why.reason, {}});
    return decided;
}

std::vector<std::string> open_children(const open_requests& open) {
    std::vector<std::string> children;
    for (const auto& [task_id, asked] : open)
        if (const auto* child = std::get_if<child_created>(&asked))
            children.push_back(child->instance);
    return children;
}

} // namespace perdure::turn
