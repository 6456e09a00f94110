// SPDX-License-Identifier: Apache-2.0
// The rows that a town leaves behind, at every moment of its life, and how to break them.
#pragma once

#include "catch.hpp"
#include "check/rows_check.hpp"
#include "history/codec.hpp"
#include "store/keys.hpp"
#include "store/rows.hpp"
#include "testing/computer.hpp"
#include "tests/framework/check/town.hpp"

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace town {

using store::table;
using testing::memory_store;

inline std::string text_of(const check_report& report) {
    std::string text;
    for (const auto& each : report.problems)
        text += each.table + ": " + each.key + ": " + each.what + "\n";
    return text;
}

inline testing::machine_options small_town(std::uint64_t seed) {
    testing::machine_options options;
    options.seed = seed;
    options.hub.inline_payload_max = 1000;
    options.hub.idle_max = std::chrono::seconds(1);
    return options;
}

/// Everything that was on disk at some time in the life of a town.
inline const std::vector<memory_store>& states() {
    static const auto all = [] {
        std::vector<memory_store> seen;
        testing::computer machine(town::functions(), small_town(1));
        machine.rows.on_write = [&] {
            seen.push_back(machine.rows);
            seen.back().on_write = nullptr;
            return memory_store::outcome::done;
        };
        machine.boot();
        town::populate(machine.client());
        machine.advance(std::chrono::hours(10));
        seen.push_back(machine.rows);
        seen.back().on_write = nullptr;
        return seen;
    }();
    return all;
}

inline memory_store at_rest() {
    return states().back();
}

inline std::vector<store::change> rows_of(memory_store& rows, table where) {
    std::vector<store::change> all;
    rows.scan(where, {}, {}, [&](std::string_view key, std::string_view value) {
        all.push_back({where, std::string(key), std::string(value)});
        return true;
    });
    return all;
}

inline void put(memory_store& rows, table where, std::string_view key, std::string_view value) {
    rows.write({{where, std::string(key), std::string(value)}}, true);
}
inline void remove(memory_store& rows, table where, std::string_view key) {
    rows.write({{where, std::string(key), std::nullopt}}, true);
}

template <class Edit>
void edit_instance(memory_store& rows, std::string_view id, Edit edit) {
    auto row = store::decode_instance_row(rows.get(table::instances, id).value());
    edit(row);
    put(rows, table::instances, id, store::encode(row));
}

template <class Edit>
void edit_step(memory_store& rows, std::string_view id, std::uint32_t number, Edit edit) {
    const auto key = store::history_key(id, number);
    auto step = history::decode_step(rows.get(table::history, key).value());
    edit(step);
    put(rows, table::history, key, history::encode(step));
}

/// A message in the inbox that carries an event of type Body and refers to no blob, so that nothing
/// is wrong with its blobs when it changes.
template <class Body>
std::optional<std::string> find_letter(memory_store& rows, std::string_view sender_begins = {}) {
    for (const auto& row : rows_of(rows, table::inbox)) {
        const auto sent = history::decode_message(*row.value);
        std::vector<blob> blobs;
        history::collect_blobs(sent.body, blobs);
        if (std::holds_alternative<Body>(sent.body) && sent.sender.starts_with(sender_begins) &&
            blobs.empty())
            return row.key;
    }
    return std::nullopt;
}

/// A state in which such a message is on its way.
template <class Body>
memory_store with_letter(std::string_view sender_begins = {}) {
    for (memory_store each : states())
        if (find_letter<Body>(each, sender_begins))
            return each;
    throw std::logic_error("no such message was ever on disk");
}

template <class Body, class Edit>
void edit_letter(memory_store& rows, Edit edit, std::string_view sender_begins = {}) {
    const auto key = find_letter<Body>(rows, sender_begins).value();
    auto sent = history::decode_message(rows.get(table::inbox, key).value());
    edit(sent);
    put(rows, table::inbox, key, history::encode(sent));
}

inline std::string first_key(memory_store& rows, table where) {
    return rows_of(rows, where).at(0).key;
}

/// One rule, broken by one change, and the one problem that must be found.
struct breach {
    const char* rule;
    std::function<memory_store()> sound;
    std::function<void(memory_store&)> change;
    check_problem found; ///< `what` is a part of it; an empty key is any.
};

inline void expect(const breach& each) {
    INFO(each.rule);
    memory_store rows = each.sound();
    REQUIRE(text_of(check::check_rows(rows)) == "");

    each.change(rows);

    const check_report report = check::check_rows(rows);
    INFO(text_of(report));
    REQUIRE(report.problem_count == 1);
    const check_problem& problem = report.problems.at(0);
    CHECK(problem.table == each.found.table);
    if (!each.found.key.empty())
        CHECK(problem.key == each.found.key);
    CHECK_THAT(problem.what, Catch::Contains(each.found.what));
}

inline void expect_all(const std::vector<breach>& breaches) {
    for (const breach& each : breaches)
        expect(each);
}

/// Overwrites a value with bytes that nothing is encoded to.
inline auto garble(table where, std::string key) {
    return [where, key](memory_store& rows) { put(rows, where, key, "\x0a\xff\xff"); };
}

} // namespace town
