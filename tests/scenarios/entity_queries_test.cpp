// SPDX-License-Identifier: Apache-2.0
// Listing entities: by kind, key and time of change, a page at a time.
#include "catch.hpp"

#include <perdure/perdure.hpp>
#include <perdure/testing/machine.hpp>

#include <string>
#include <vector>

using namespace perdure;
using namespace std::chrono_literals;

namespace {

struct cell {
    int value = 0;
    void set(int to) { value = to; }
    void clear(entity_context& ctx) { ctx.delete_state(); }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(cell, value)
};
inline constexpr entity cells{"Cell", op("set", &cell::set), op("clear", &cell::clear)};
inline constexpr entity cellars{"cellar", op("set", &cell::set)};

registry functions() {
    registry all;
    all.add(cells).add(cellars);
    return all;
}

std::vector<std::string> ids(const entity_page& page) {
    std::vector<std::string> all;
    for (const auto& each : page.entities)
        all.push_back(each.id.text());
    return all;
}
using names = std::vector<std::string>;

struct filled {
    testing::machine machine{functions()};
    timestamp first = machine.client().now();
    timestamp second;

    filled() {
        for (const char* key : {"b1", "a", "b2"})
            machine.client().signal(cells[key], &cell::set, 1);
        machine.advance(1h);
        second = machine.client().now();
        machine.client().signal(cells["b2"], &cell::set, 2);
        machine.client().signal(cellars["b"], &cell::set, 3);
    }
    std::vector<std::string> find(const entity_query& wanted) {
        return ids(machine.client().entities(wanted));
    }
};

errc refusal(testing::machine& machine, const entity_query& wanted) {
    try {
        machine.client().entities(wanted);
    } catch (const error& refused) {
        return refused.code();
    }
    return errc{};
}

entity_query query() {
    return {};
}

} // namespace

TEST_CASE("entities are found by kind and by key") {
    filled given;

    CHECK(given.find({}) == names{"@cell@a", "@cell@b1", "@cell@b2", "@cellar@b"});
    entity_query one = query();
    one.name = "CELL";
    CHECK(given.find(one) == names{"@cell@a", "@cell@b1", "@cell@b2"});
    one.key_prefix = "b";
    CHECK(given.find(one) == names{"@cell@b1", "@cell@b2"});
    entity_query several = query();
    several.name_prefix = "Cell";
    several.key_prefix = "b";
    CHECK(given.find(several) == names{"@cell@b1", "@cell@b2", "@cellar@b"});
    several.name_prefix = "cella";
    CHECK(given.find(several) == names{"@cellar@b"});
}

TEST_CASE("entities are found by when they changed last") {
    filled given;
    entity_query wanted = query();
    wanted.changed_from = given.second;
    CHECK(given.find(wanted) == names{"@cell@b2", "@cellar@b"});
    wanted.changed_from = given.first;
    wanted.changed_to = given.second - 1ms;
    CHECK(given.find(wanted) == names{"@cell@a", "@cell@b1"});
}

TEST_CASE("a deleted entity is not found") {
    filled given;
    given.machine.client().signal(cells["b1"], &cell::clear);

    CHECK(given.find({}) == names{"@cell@a", "@cell@b2", "@cellar@b"});
}

TEST_CASE("pages follow each other without gap or repeat, also when entities come and go") {
    filled given;
    entity_query wanted = query();
    wanted.page_size = 2;
    const entity_page first = given.machine.client().entities(wanted);
    CHECK(ids(first) == names{"@cell@a", "@cell@b1"});
    given.machine.client().signal(cells["b1"], &cell::clear);
    given.machine.client().signal(cells["b11"], &cell::set, 1);
    wanted.token = first.token;
    const entity_page second = given.machine.client().entities(wanted);
    CHECK(ids(second) == names{"@cell@b11", "@cell@b2"});
    wanted.token = second.token;
    const entity_page last = given.machine.client().entities(wanted);

    CHECK(ids(last) == names{"@cellar@b"});
    CHECK(last.token.empty());
}

TEST_CASE("states come along only if asked for, and as values for a declaration") {
    filled given;
    entity_query wanted = query();
    wanted.key_prefix = "a";
    CHECK_FALSE(given.machine.client().entities(wanted).entities.at(0).state);
    wanted.with_state = true;
    CHECK(given.machine.client().entities(wanted).entities.at(0).state == codec<cell>::encode({1}));

    const auto typed = given.machine.client().entities(cells);
    REQUIRE(typed.entities.size() == 3);
    CHECK(typed.entities[2].id.key == "b2");
    CHECK(typed.entities[2].state.value == 2);
    CHECK(typed.entities[2].changed == given.second);
}

TEST_CASE("a query that makes no sense is refused, and so is a token of another one") {
    filled given;
    entity_query wanted = query();
    wanted.page_size = 0;
    CHECK(refusal(given.machine, wanted) == errc::invalid_argument);
    wanted.page_size = 1001;
    CHECK(refusal(given.machine, wanted) == errc::invalid_argument);
    wanted.page_size = 1;
    const std::string token = given.machine.client().entities(wanted).token;
    REQUIRE_FALSE(token.empty());

    for (const std::string& wrong : {token.substr(2), token + "00", token + "0",
                                     std::string("zz") + token.substr(2), std::string("x")}) {
        wanted.token = wrong;
        CHECK(refusal(given.machine, wanted) == errc::invalid_argument);
    }
    wanted.token = token;
    wanted.key_prefix = "b";
    CHECK(refusal(given.machine, wanted) == errc::invalid_argument);
    entity_query both = query();
    both.name = "cell";
    both.name_prefix = "c";
    CHECK(refusal(given.machine, both) == errc::invalid_argument);
    entity_query backwards = query();
    backwards.changed_from = given.second;
    backwards.changed_to = given.first;
    CHECK(refusal(given.machine, backwards) == errc::invalid_argument);
}
