// SPDX-License-Identifier: Apache-2.0
// Keys, rows, the lock, and the contract of a store on RocksDB.
#include "base/hash.hpp"
#include "catch.hpp"
#include "store/keys.hpp"
#include "store/lock.hpp"
#include "store/rocks_store.hpp"
#include "store/rows.hpp"
#include "tests/framework/outside.hpp"

#include <fstream>

using namespace perdure;
using namespace perdure::store;

namespace {

timestamp at(std::int64_t ms) {
    return timestamp(std::chrono::milliseconds(ms));
}

std::vector<std::string> keys_of(store::store& rows, table where, std::string_view prefix,
                                 std::string_view from = {}) {
    std::vector<std::string> keys;
    rows.scan(where, prefix, from, [&](std::string_view key, std::string_view) {
        keys.emplace_back(key);
        return true;
    });
    return keys;
}

} // namespace

TEST_CASE("timer keys sort by due time, also before 1970") {
    const std::string past = timer_key({at(-5), "z", 9});
    const std::string soon = timer_key({at(5), "b", 0});
    const std::string late = timer_key({at(1'700'000'000'000), "a", 0});

    CHECK(past < soon);
    CHECK(soon < late);
    CHECK(parse_timer_key(past) == timer_address{at(-5), "z", 9});
}

TEST_CASE("inbox keys of one target sort by order and keep apart from a longer target's") {
    CHECK(inbox_key("a", 255) < inbox_key("a", 256));
    CHECK_FALSE(inbox_key("ab", 1).starts_with(inbox_prefix("a")));
    CHECK(parse_inbox_key(inbox_key("@c@k\0ey", 7)).order == 7);
}

TEST_CASE("a history's rows are not those of an instance whose id it begins") {
    CHECK(history_key("a", 1) < history_key("a", 2));
    CHECK_FALSE(history_key("ab", 0).starts_with(history_prefix("a")));
}

TEST_CASE("a damaged key is refused") {
    CHECK_THROWS_AS(parse_timer_key("short"), error);
    CHECK_THROWS_AS(parse_timer_key("12345678no-end"), error);
    CHECK_THROWS_AS(parse_timer_key(timer_key({at(5), "b", 0}) + "x"), error);
    CHECK_THROWS_AS(parse_inbox_key("abc"), error);
    CHECK_THROWS_AS(parse_inbox_key(inbox_key("target", 1).substr(0, 9)), error);
}

TEST_CASE("an instance row comes back, with the fields of a newer build") {
    instance_row row;
    row.name = "greet";
    row.status = runtime_status::failed;
    row.created = at(5);
    row.parent = {"p", "e", 3};
    row.error = {"type", "message", nullptr};
    row.unknown_fields = std::string("\xaa\x06\x02hi", 5); // field 101

    const instance_row back = decode_instance_row(encode(row));

    CHECK(back.name == "greet");
    CHECK(back.status == runtime_status::failed);
    CHECK(back.parent == row.parent);
    CHECK(back.error == row.error);
    CHECK(back.unknown_fields == row.unknown_fields);
    CHECK(encode(back) == encode(row));
}

TEST_CASE("bytes that are no row are refused") {
    CHECK_THROWS_AS(decode_instance_row("\x0a\xff\xff"), error);
    CHECK_THROWS_AS(decode_entity_row("\x08"), error);
}

TEST_CASE("a count of references is read in the one way it is written") {
    CHECK(decode_count(encode_count(7)) == 7);
    CHECK(decode_count("18446744073709551615") == 18446744073709551615u);
    for (const char* wrong : {"", "0", "-1", "+1", " 1", "01", "1x", "18446744073709551616"}) {
        INFO(wrong);
        CHECK_THROWS_AS(decode_count(wrong), error);
    }
}

TEST_CASE("a store gives back what was written, after reopening too") {
    tests::temporary_directory home;
    {
        const auto rows = open_rocks_store(home.path());
        rows->write({{table::instances, "a", "1"}, {table::entities, "a", "2"}}, true);
        CHECK(rows->get(table::instances, "a") == "1");
    }
    const auto rows = open_rocks_store(home.path());

    CHECK(rows->get(table::instances, "a") == "1");
    CHECK(rows->get(table::entities, "a") == "2");
    CHECK_FALSE(rows->get(table::instances, "b"));
}

TEST_CASE("changes of one batch apply in order") {
    tests::temporary_directory home;
    const auto rows = open_rocks_store(home.path());

    rows->write({{table::timers, "t", ""},
                 {table::timers, "t", std::nullopt},
                 {table::instances, "i", "old"},
                 {table::instances, "i", "new"}},
                false);

    CHECK_FALSE(rows->get(table::timers, "t"));
    CHECK(rows->get(table::instances, "i") == "new");
}

TEST_CASE("of many changes of one row in a large batch the last one counts") {
    tests::temporary_directory home;
    const auto rows = open_rocks_store(home.path());
    std::vector<change> batch;
    for (int i = 0; i < 1000; ++i) {
        batch.push_back({table::instances, "often", std::to_string(i)});
        batch.push_back({table::instances, std::to_string(i), "once"});
        batch.push_back({table::timers, "often", std::nullopt});
    }

    rows->write(batch, false);

    CHECK(rows->get(table::instances, "often") == "999");
    CHECK(rows->get(table::instances, "500") == "once");
}

TEST_CASE("a scan visits a prefix in key order, from a key on, until told to stop") {
    tests::temporary_directory home;
    const auto rows = open_rocks_store(home.path());
    rows->write({{table::history, "b2", ""},
                 {table::history, "a9", ""},
                 {table::history, "b1", ""},
                 {table::history, "b3", ""},
                 {table::history, "c1", ""}},
                false);

    CHECK(keys_of(*rows, table::history, "b") == std::vector<std::string>{"b1", "b2", "b3"});
    CHECK(keys_of(*rows, table::history, "b", "b2") == std::vector<std::string>{"b2", "b3"});
    int visited = 0;
    rows->scan(table::history, {}, {},
               [&](std::string_view, std::string_view) { return ++visited < 2; });
    CHECK(visited == 2);
}

TEST_CASE("a database that can't be opened names its directory") {
    tests::temporary_directory home;
    std::ofstream(home.path() / "store") << "not a directory";

    CHECK_THROWS_WITH(open_rocks_store(home.path() / "store"),
                      Catch::Matchers::Contains((home.path() / "store").string()));
}

TEST_CASE("a locked directory names its holder, and is free when the holder lets go") {
    tests::temporary_directory home;
    {
        const directory_lock held(home.path());
        CHECK_THROWS_WITH(directory_lock(home.path()),
                          Catch::Matchers::Contains("process " + std::to_string(::getpid())));
    }
    CHECK_NOTHROW(directory_lock(home.path()));
}
