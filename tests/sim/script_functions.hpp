// SPDX-License-Identifier: Apache-2.0
// The functions that the scripts run: small, and without a result that depends on time or chance.
#pragma once

#include <perdure/perdure.hpp>

#include <map>
#include <string>
#include <vector>

namespace perdure::sim {

/// Which items it was given, and how many times each.
struct ledger {
    std::map<std::string, int> times;

    void add(std::string item);
    int size() const;
    /// Fails after it has changed the state, which must be taken back.
    void refuse(std::string item);
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(ledger, times)
};
inline constexpr entity ledgers{"ledger", op("add", &ledger::add), op("size", &ledger::size),
                                op("refuse", &ledger::refuse)};

inline constexpr event<std::string> word{"word"};
inline constexpr event<std::string> aside{"aside"};

inline constexpr orchestration<std::string(std::string)> chain{"chain"};
inline constexpr orchestration<int(int)> fan{"fan"};
inline constexpr orchestration<int(int)> tree{"tree"};
inline constexpr orchestration<int(int)> naps{"naps"};
inline constexpr orchestration<std::string(int)> conversation{"conversation"};
inline constexpr orchestration<int(std::string)> bookkeeping{"bookkeeping"};
inline constexpr orchestration<std::string(bool)> contest{"contest"};
inline constexpr orchestration<std::string(int)> trouble{"trouble"};
inline constexpr orchestration<int(std::string)> luggage{"luggage"};
inline constexpr orchestration<int(int)> progress{"progress"};
inline constexpr orchestration<int(int)> single{"single"};
inline constexpr orchestration<int(int)> bulk{"bulk"};

registry script_functions();

} // namespace perdure::sim
