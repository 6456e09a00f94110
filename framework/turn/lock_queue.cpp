// SPDX-License-Identifier: Apache-2.0
#include "turn/lock_queue.hpp"

namespace perdure::turn {

using namespace history;

lock_owner owner_of(const message& sent) {
    const auto* unlock = std::get_if<unlock_sent>(&sent.body);
    const std::uint32_t task_id =
        unlock != nullptr ? unlock->task_id : std::get<lock_requested>(sent.body).task_id;
    return {sent.sender, sent.sender_execution, task_id};
}

bool is_from(const message& sent, const lock_owner& holder) {
    const std::uint32_t section = std::visit(
        [](const auto& body) -> std::uint32_t {
            if constexpr (requires { body.section; })
                return body.section;
            else
                return 0;
        },
        sent.body);
    return section == section_of(holder.task_id) && sent.sender == holder.instance &&
           sent.sender_execution == holder.execution;
}

outgoing_message granted(const message& request, const std::string& here) {
    const auto& asked = std::get<lock_requested>(request.body);
    if (asked.entities.size() > 1) {
        message onward = request;
        auto& rest = std::get<lock_requested>(onward.body).entities;
        rest.erase(rest.begin());
        std::string next = rest.front();
        return {std::move(next), std::move(onward)};
    }
    return {request.sender, {here, {}, request.sender_execution, lock_granted{asked.task_id}}};
}

std::optional<outgoing_message> passed_on(const message& unlock) {
    message onward = unlock;
    auto& rest = std::get<unlock_sent>(onward.body).entities;
    if (rest.size() < 2)
        return std::nullopt;
    rest.erase(rest.begin());
    std::string next = rest.front();
    return outgoing_message{std::move(next), std::move(onward)};
}

} // namespace perdure::turn
