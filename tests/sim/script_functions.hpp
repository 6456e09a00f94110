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

/// Notes that are kept as events, torn up, and begun anew.
struct pad {
    struct written {
        std::string text;
        NLOHMANN_DEFINE_TYPE_INTRUSIVE(written, text)
    };
    std::string notes;

    emits<written> write(std::string text) const;
    void tear_up(entity_context& ctx) const;
    /// Writes to another pad, later, and starts an orchestration; unless it fails.
    void delegate(entity_context& ctx, std::string key, std::string id, bool is_failing) const;
    std::string read() const;
    void apply(const written& happened);
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(pad, notes)
};
inline constexpr auto pads = sourced_entity{"pad",
                                            event_names<pad::written>{"written"},
                                            op("write", &pad::write),
                                            op("tear_up", &pad::tear_up),
                                            op("delegate", &pad::delegate),
                                            op("read", &pad::read)}
                                 .snapshot_every(3);

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
inline constexpr orchestration<std::string(std::string)> jotting{"jotting"};
inline constexpr orchestration<std::string(int)> book{"book"};

registry script_functions();

} // namespace perdure::sim
