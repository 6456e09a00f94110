// SPDX-License-Identifier: Apache-2.0
// Querying: pages in the order of ids, chosen by a filter, and tokens that can't be mistaken.
#include "scenarios/control_stage.hpp"

#include <set>

using namespace control_stage;

namespace {

std::string id_of(int number) {
    const std::string digits = std::to_string(number);
    return "i" + std::string(3 - digits.size(), '0') + digits;
}

/// Listeners that have ended, and every third a sleeper that runs; one a minute.
void fill(stage& here, int count) {
    for (int i = 0; i < count; ++i) {
        if (i % 3 == 0)
            here.client().start({.instance = id_of(i)}, sleeper);
        else
            here.client().start({.instance = id_of(i)}, listener, 0);
        here.machine.advance(1min);
    }
}

std::vector<std::string> ids_in(const instance_page& page) {
    std::vector<std::string> ids;
    for (const auto& each : page.items)
        ids.push_back(each.instance);
    return ids;
}

} // namespace

TEST_CASE("pages follow one another without a gap or a repetition, to the end") {
    stage here;
    fill(here, 25);
    std::vector<std::string> all;
    query_options wanted{.page_size = 4};
    int pages = 0;
    do {
        const auto page = here.client().query(wanted);
        const auto ids = ids_in(page);
        CHECK(ids.size() <= 4);
        all.insert(all.end(), ids.begin(), ids.end());
        wanted.token = page.token;
        ++pages;
    } while (!wanted.token.empty());

    CHECK(pages == 7);
    REQUIRE(all.size() == 25);
    for (int i = 0; i < 25; ++i)
        CHECK(all[static_cast<std::size_t>(i)] == id_of(i));
}

TEST_CASE("a page that holds everything has no token") {
    stage here;
    fill(here, 4);
    CHECK(here.client().query({.page_size = 4}).token.empty());
    CHECK_FALSE(here.client().query({.page_size = 3}).token.empty());
    CHECK(here.client().query({.filter = {.id_prefix = "z"}}).items.empty());
}

TEST_CASE("a filter chooses by name, status, time of creation and prefix, all at once") {
    stage here;
    const auto begun = here.machine.clock.wall();
    fill(here, 12);

    CHECK(here.client().count() == 12);
    CHECK(here.client().count({.name = "sleeper"}) == 4);
    CHECK(here.client().count({.name = "Sleeper"}) == 0);
    CHECK(here.client().count({.statuses = {runtime_status::running}}) == 4);
    CHECK(here.client().count({.statuses = {runtime_status::running, runtime_status::completed}}) ==
          12);
    CHECK(here.client().count({.id_prefix = "i00"}) == 10);
    CHECK(here.client().count({.created_from = begun + 3min, .created_to = begun + 5min}) == 3);
    CHECK(ids_in(here.client().query({.filter = {.name = "listener",
                                                 .statuses = {runtime_status::completed},
                                                 .created_from = begun + 3min,
                                                 .id_prefix = "i00"},
                                      .page_size = 2})) ==
          std::vector<std::string>{"i004", "i005"});
}

TEST_CASE("what comes and goes between pages moves nothing else") {
    stage here;
    fill(here, 10);
    const auto first = here.client().query({.page_size = 4});
    here.client().purge("i002");
    here.client().purge("i005");
    here.client().start({.instance = "i000-new"}, sleeper);
    here.client().start({.instance = "i006-new"}, sleeper);

    const auto second = here.client().query({.page_size = 4, .token = first.token});

    CHECK(ids_in(second) == std::vector<std::string>{"i004", "i006", "i006-new", "i007"});
}

TEST_CASE("a token goes on where its instance was, even if that is gone") {
    stage here;
    fill(here, 6);
    const auto first = here.client().query({.page_size = 3});
    here.client().purge("i002");

    CHECK(ids_in(here.client().query({.page_size = 1, .token = first.token})) ==
          std::vector<std::string>{"i003"});
}

TEST_CASE("inputs and outputs come if they are asked for") {
    stage here;
    here.client().start({.instance = "l"}, luggage, std::string(300, 'x'));
    here.machine.run_until_idle();

    const auto bare = here.client().query().items.at(0);
    CHECK(bare.input == payload{});
    CHECK(bare.output == payload{});
    CHECK(bare.status == runtime_status::completed);
    const auto full = here.client().query({.with_input = true, .with_output = true}).items.at(0);
    CHECK(full.input.data.size() == 302);
    CHECK(full.output.data == "600");
    CHECK(full.custom_status.data.size() == 602);
}

TEST_CASE("a page size out of bounds and a foreign token are refused, and the message says why") {
    stage here;
    fill(here, 5);
    const auto refusal = [&](query_options wanted) {
        try {
            here.client().query(wanted);
        } catch (const error& refused) {
            CHECK(refused.code() == errc::invalid_argument);
            return std::string(refused.what());
        }
        return std::string("accepted");
    };
    const std::string token = here.client().query({.page_size = 2}).token;
    std::string altered = token;
    altered[20] = altered[20] == '0' ? '1' : '0';

    CHECK_THAT(refusal({.page_size = 0}), Catch::Contains("1 to 1000"));
    CHECK_THAT(refusal({.page_size = 1001}), Catch::Contains("1 to 1000"));
    CHECK_THAT(refusal({.token = "x"}), Catch::Contains("not one that this query gave"));
    CHECK_THAT(refusal({.token = altered}), Catch::Contains("not one that this query gave"));
    CHECK_THAT(refusal({.token = token.substr(0, token.size() - 1)}),
               Catch::Contains("not one that this query gave"));
    CHECK_THAT(refusal({.filter = {.name = "sleeper"}, .token = token}),
               Catch::Contains("not one that this query gave"));
}
