// SPDX-License-Identifier: Apache-2.0
// A story that is told again and again, each time with a crash after one more step of the engine.
#pragma once

#include "catch.hpp"

#include <perdure/perdure.hpp>
#include <perdure/testing/machine.hpp>

#include <cstddef>
#include <future>
#include <optional>

namespace scenes {

/// An answer; nothing if it got lost in a crash, which it may.
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

/// Calls `begin(machine)`, runs that many steps, takes the power away, and calls `end(machine)`,
/// for 0 steps, 1, 2 and so on, until a whole run had fewer.
template <class Begin, class End>
void crash_at_each_step(const perdure::registry& functions, Begin begin, End end) {
    for (std::size_t steps = 0;; ++steps) {
        INFO("the power goes after step " << steps);
        perdure::testing::machine_options options;
        options.seed = steps;
        options.hub.inline_payload_max = 200;
        perdure::testing::machine machine(functions, options);
        auto kept = begin(machine);
        const bool is_last = machine.run_steps(steps) < steps;
        machine.power_cut();
        end(machine, kept);
        if (is_last)
            return;
    }
}

} // namespace scenes
