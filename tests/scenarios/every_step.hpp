// SPDX-License-Identifier: Apache-2.0
// A story that is interrupted everywhere: the process dies after its first step, after its second,
// and so on; each time, what lies on the disk must be sound, and the story must come to its end.
#pragma once

#include "catch.hpp"
#include "check/rows_check.hpp"
#include "testing/computer.hpp"

#include <perdure/perdure.hpp>

#include <cstddef>
#include <functional>

namespace scenes {

inline void check_at_rest(perdure::testing::computer& machine) {
    const auto report = perdure::check::check_rows(machine.rows, &machine.functions);
    for (const auto& each : report.problems)
        UNSCOPED_INFO(each.table << ' ' << each.key << ": " << each.what);
    CHECK(report.is_sound());
}

/// What happens before the story, what is started (by calls that do not wait, and that may be
/// repeated: they are, after the crash), and how it must have ended, with the client; what must be
/// when all has come to rest. Gives the number of steps that there were.
struct story {
    std::function<void(perdure::client&)> prepare = [](perdure::client&) {};
    std::function<void(perdure::client&)> begin;
    std::function<void(perdure::client&)> end;
    std::function<void(perdure::client&)> at_rest = [](perdure::client&) {};
};

inline std::size_t crash_at_every_step(const perdure::registry& functions, const story& told) {
    std::size_t steps = 0;
    for (bool is_through = false; !is_through; ++steps) {
        INFO("the process died after step " << steps);
        perdure::testing::computer machine(functions, {});
        machine.boot();
        told.prepare(machine.client());
        machine.run_until_idle();
        told.begin(machine.client());
        for (std::size_t i = 0; i < steps && !is_through; ++i)
            is_through = !machine.run_one_job();
        machine.kill();
        check_at_rest(machine);

        machine.boot();
        told.begin(machine.client());
        told.end(machine.client());
        machine.run_until_idle();
        told.at_rest(machine.client());
        machine.shut_down();
        check_at_rest(machine);
    }
    return steps;
}

} // namespace scenes
