// SPDX-License-Identifier: Apache-2.0
// Checksums of stored values: what they notice, and that a store checks them at every read.
#include "catch.hpp"
#include "store/checksum.hpp"
#include "store/keys.hpp"
#include "store/rocks_store.hpp"
#include "testing/sim_files.hpp"
#include "tests/framework/store/raw_database.hpp"

using namespace perdure;
using namespace perdure::store;

namespace {

std::string stored(table where, std::string_view key, std::string_view value) {
    const checksum sum = checksum_of(where, key, value);
    return std::string(value).append(sum.data(), sum.size());
}

std::unique_ptr<store::store> open_on(testing::sim_files& files) {
    return open_rocks_store("/hub/store", {.env = files.env()});
}

void write_two_rows(testing::sim_files& files) {
    open_on(files)->write({{table::history, history_key("a", 0), "first"},
                           {table::history, history_key("a", 1), "second"},
                           {table::history, history_key("b", 0), "other"}},
                          true);
}

std::vector<std::string> values_of(store::store& rows, table where) {
    std::vector<std::string> values;
    rows.scan(where, {}, {}, [&](std::string_view, std::string_view value) {
        values.emplace_back(value);
        return true;
    });
    return values;
}

} // namespace

TEST_CASE("a stored value is the value and its checksum, the same in every build") {
    CHECK(verified(table::history, "key", stored(table::history, "key", "value")) == "value");
    CHECK(verified(table::active, "", stored(table::active, "", "")) == "");
    // From a C program linked with the library.
    CHECK(stored(table::history, "key", "value") == "value\x1b\x70\x50\x43\xa3\xbe\x3e\x1b");
}

TEST_CASE("every flipped bit of a stored value is noticed") {
    const std::string good = stored(table::instances, "id", std::string(300, 'v'));
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
        std::string bad = good;
        bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
        REQUIRE_FALSE(verified(table::instances, "id", bad));
    }
}

TEST_CASE("a good value under another key, in another table, or cut short is noticed") {
    const std::string good = stored(table::history, "key", "value");

    CHECK_FALSE(verified(table::history, "kez", good));
    CHECK_FALSE(verified(table::history, "ke", good));
    CHECK_FALSE(verified(table::inbox, "key", good));
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK_FALSE(verified(table::history, "key", good.substr(0, size)));
}

TEST_CASE("reading a damaged row names its table and key, and what to do") {
    testing::sim_files files;
    write_two_rows(files);
    tests::raw_database(files.env(), "/hub/store").put(table::history, history_key("a", 1), "bad");

    const auto rows = open_on(files);

    CHECK(rows->get(table::history, history_key("a", 0)) == "first");
    try {
        rows->get(table::history, history_key("a", 1));
        FAIL("the damaged row was read");
    } catch (const damaged_row& refused) {
        CHECK(refused.code() == errc::damaged);
        CHECK(refused.where() == table::history);
        CHECK(refused.key() == history_key("a", 1));
        CHECK_THAT(refused.what(), Catch::Matchers::Contains("'a step 1' of table 'history'") &&
                                       Catch::Matchers::Contains("perdure check /hub`"));
    }
}

TEST_CASE("a scan stops at a damaged row, and can go on behind it") {
    testing::sim_files files;
    write_two_rows(files);
    tests::raw_database(files.env(), "/hub/store").put(table::history, history_key("a", 1), "bad");
    const auto rows = open_on(files);
    std::vector<std::string> values;
    const auto append = [&](std::string_view, std::string_view value) {
        values.emplace_back(value);
        return true;
    };

    std::string from;
    try {
        rows->scan(table::history, {}, from, append);
    } catch (const damaged_row& refused) {
        from = refused.key() + '\0';
    }
    rows->scan(table::history, {}, from, append);

    CHECK(values == std::vector<std::string>{"first", "other"});
}

TEST_CASE("a row that was moved to another key or table is damaged") {
    testing::sim_files files;
    write_two_rows(files);
    {
        tests::raw_database raw(files.env(), "/hub/store");
        const auto first = raw.get(table::history, history_key("a", 0));
        raw.put(table::history, history_key("c", 0), first);
        raw.put(table::entities, history_key("a", 0), first);
    }
    const auto rows = open_on(files);

    CHECK_THROWS_AS(rows->get(table::history, history_key("c", 0)), damaged_row);
    CHECK_THROWS_AS(values_of(*rows, table::entities), damaged_row);
}
