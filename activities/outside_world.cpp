// SPDX-License-Identifier: Apache-2.0
#include "activities/outside_world.hpp"

#include <utility>

namespace patterns {

void register_outside_world(perdure::registry& functions, outside_world world) {
    functions.add(is_sky_clear, std::move(world.is_clear));
    functions.add(send_message, [send = std::move(world.send)](perdure::activity_context& ctx,
                                                               const std::string& person,
                                                               const std::string& text) {
        // An activity runs at least once. Instance and task id are the same when it runs again.
        const std::string id = ctx.instance() + "/" + std::to_string(ctx.task_id());
        send(id, person, text);
    });
}

} // namespace patterns
