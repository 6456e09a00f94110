// SPDX-License-Identifier: Apache-2.0
// A story that is interrupted everywhere: after its first step, after its second, and so on. The
// process dies there, or the power goes, or the process dies again while it recovers. Each time,
// what lies on the disk must be sound, and the story must come to its end.
#pragma once

#include "catch.hpp"
#include "tests/framework/stepping.hpp"

#include <perdure/perdure.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <utility>

namespace scenes {

using perdure::testing::computer;

/// What is told of the machine, which is on: what has been acknowledged before; what is begun then,
/// by calls that do not wait and that may be repeated, as they are after the crash; what must be
/// there when the machine is on again; how it must end; and what must be when all has come to rest.
struct story {
    using part = std::function<void(computer&)>;

    part before = [](computer&) {};
    part begin = [](computer&) {};
    part after_crash = [](computer&) {};
    part end;
    part at_rest = [](computer&) {};
    std::chrono::milliseconds off_for{0}; ///< How long the machine is off after a crash.
};

/// Starting it again changes nothing, whatever has become of it.
inline perdure::start_options once(std::string instance) {
    perdure::start_options options;
    options.key = options.instance = std::move(instance);
    return options;
}

/// Whether an answer has come. A crash may have come first.
template <class T>
bool is_acknowledged(std::future<T>& answer) {
    if (answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
        return false;
    try {
        answer.get();
        return true;
    } catch (const perdure::error&) {
        return false;
    } catch (const std::future_error&) {
        return false;
    }
}

/// One telling, with a crash after so many steps. Gives false if it had fewer.
inline bool tell(computer& machine, const story& told, std::string_view how, std::size_t steps) {
    const auto go_down = [&](bool is_power_cut) {
        is_power_cut ? machine.kill_power() : machine.kill();
        REQUIRE(perdure::tests::problems(machine) == "");
        machine.clock.advance(told.off_for);
        machine.boot();
        told.after_crash(machine);
        told.begin(machine);
    };
    machine.boot();
    told.before(machine);
    told.begin(machine);
    if (how == "in recovery") {
        machine.run_until_idle();
        go_down(false);
    }
    const bool has_more = perdure::tests::run_steps(machine, steps);
    go_down(how == "of the power");
    machine.run_until_idle(); // or what was not on disk is not there yet
    told.end(machine);
    machine.run_until_idle();
    told.at_rest(machine);
    machine.shut_down();
    REQUIRE(perdure::tests::problems(machine) == "");
    return has_more;
}

/// Gives the number of crashes that there were.
inline std::size_t crash_at_every_step(const perdure::registry& functions, const story& told) {
    std::size_t crashes = 0;
    for (const std::string_view how : {"of the process", "of the power", "in recovery"}) {
        bool has_more = true;
        for (std::size_t steps = 0; has_more; ++steps, ++crashes) {
            INFO("crash " << how << " after step " << steps);
            computer machine(functions, perdure::tests::with_blobs(steps));
            has_more = tell(machine, told, how, steps);
        }
    }
    return crashes;
}

} // namespace scenes
