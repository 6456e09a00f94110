// SPDX-License-Identifier: Apache-2.0
#include "orchestrations/monitor.hpp"

#include "activities/outside_world.hpp"

#include <algorithm>

namespace patterns {
namespace {

perdure::task<bool> watch(perdure::orchestration_context& ctx, std::string place,
                          std::string person) {
    const perdure::timestamp expiry = ctx.now() + weather_patience;
    for (int looks = 1; ctx.now() < expiry; ++looks) {
        if (co_await ctx.call(is_sky_clear, place)) {
            co_await ctx.call(send_message, person, "the sky over " + place + " is clear");
            co_return true;
        }
        ctx.set_status(looks);
        // ctx.now() is the time of this step and not of the machine: it is the same in a replay.
        co_await ctx.sleep_until(std::min(ctx.now() + weather_period, expiry));
    }
    co_return false;
}

} // namespace

void register_monitor(perdure::registry& functions) {
    functions.add(watch_weather, watch);
}

} // namespace patterns
