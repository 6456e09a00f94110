// SPDX-License-Identifier: Apache-2.0
// What the snippets in README speak of; snippets.cmake puts each into a coroutine below this.
#pragma once

#include <perdure/perdure.hpp>

#include <string>

using namespace std::chrono_literals;

inline constexpr perdure::activity<std::string(std::string)> render{"render"};
inline const std::string scene = "a scene";

struct account {
    int balance = 0;
    void add(int amount) { balance += amount; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(account, balance)
};
inline constexpr perdure::entity accounts{"account", perdure::op("add", &account::add)};
inline constexpr perdure::transaction<void(account&, account&, int)> transfer{"transfer"};

inline perdure::task<int> settle_month(perdure::orchestration_context& ctx, int month) {
    co_await ctx.sleep_for(24h * 30);
    co_return month;
}

inline const perdure::timestamp last_month{};
