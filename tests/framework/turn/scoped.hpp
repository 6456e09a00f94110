// SPDX-License-Identifier: Apache-2.0
// Orchestrations with scopes, driven by hand.
#pragma once

#include "catch.hpp"
#include "framework/turn/driven.hpp"
#include "history/grammar.hpp"

namespace scoped {

using namespace driving;
using namespace perdure::history;

using context = orchestration_context;

inline constexpr activity<int(int)> work{"work"};
inline constexpr orchestration<int(int)> loop{"loop"};
inline constexpr perdure::event<int> nudge{"nudge"};

struct cell {
    int get() const { return value; }
    int value = 0;
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(cell, value)
};
inline constexpr entity cells{"cell", op("get", &cell::get)};

inline task<int> twice(context& ctx, int n) {
    const int once = co_await ctx.call(work, n);
    co_return co_await ctx.call(work, once);
}
inline task<int> hear(context& ctx, int factor) {
    co_return factor* co_await ctx.wait_for(nudge);
}

inline history::event did(std::uint32_t task_id, int result) {
    return task_completed{task_id, number(result)};
}
inline history::event asked(std::uint32_t task_id, int input) {
    return task_scheduled{task_id, "work", number(input)};
}
inline history::event gave(int result) {
    return execution_completed{runtime_status::completed, number(result), {}};
}

/// The history as a line: of each step its number, scope and what is in it.
template <class Instance>
std::vector<std::string> lines_of(const Instance& instance) {
    std::vector<std::string> lines;
    for (const numbered_step& each : instance.history()) {
        std::string line = std::to_string(each.number);
        if (each.record.scope)
            line += " in #" + std::to_string(*each.record.scope);
        for (const auto* events : {&each.record.arrived, &each.record.decided})
            for (const history::event& happened : *events)
                line += std::string(" ") + history::label(happened);
        lines.push_back(std::move(line));
    }
    return lines;
}
using lines = std::vector<std::string>;

/// Replays, and checks that what is recorded is a history.
template <class Instance>
void check(Instance& instance) {
    reading read;
    for (const numbered_step& each : instance.history())
        CHECK(read.add(each.number, each.record) == lines{});
    CHECK_FALSE(read.incomplete());
    const auto difference = instance.restart();
    CHECK((difference ? difference->text() : "") == "");
}

} // namespace scoped
