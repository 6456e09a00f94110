// SPDX-License-Identifier: Apache-2.0
// Fan-out/fan-in: all activities are under way at once, and one failure fails the whole.
#include "activities/greetings.hpp"
#include "orchestrations/fan_out.hpp"
#include "scenarios/scene.hpp"

namespace {

perdure::registry counting_with(std::function<int(perdure::activity_context&, std::string)> count) {
    perdure::registry functions;
    functions.add(patterns::count_words, std::move(count));
    patterns::register_fan_out(functions);
    return functions;
}

} // namespace

TEST_CASE("the words of all pages are added up") {
    perdure::registry functions;
    patterns::register_greetings(functions);
    patterns::register_fan_out(functions);
    scenes::scene hub(functions);

    CHECK(hub.run(patterns::count_book, {"one two", "", "three  four\nfive"}) == 5);
}

TEST_CASE("a book without pages has no words") {
    perdure::registry functions;
    patterns::register_greetings(functions);
    patterns::register_fan_out(functions);
    scenes::scene hub(functions);

    CHECK(hub.run(patterns::count_book, {}) == 0);
}

TEST_CASE("all activities of a fan-out run at the same time") {
    scenes::gate door;
    perdure::hub_options options;
    options.activity_threads = 3;
    scenes::scene hub(counting_with([&](perdure::activity_context& ctx, std::string) {
                          door.pass(ctx);
                          return 1;
                      }),
                      options);

    const auto id = hub.client().start(patterns::count_book, {"a", "b", "c"});

    CHECK(door.await_arrivals(3));
    door.open();
    CHECK(hub.wait(patterns::count_book, id) == 3);
}

TEST_CASE("one page that can't be counted fails the whole book after all have been tried") {
    std::atomic<int> tried{0};
    scenes::scene hub(counting_with([&](perdure::activity_context&, std::string page) {
        ++tried;
        if (page == "torn")
            throw std::invalid_argument("this page is torn");
        return 1;
    }));

    const auto failed = scenes::thrown_by<perdure::task_failed>([&] {
        hub.run(patterns::count_book, {"a", "torn", "c", "d"});
    });

    CHECK(scenes::has(failed.details().message, "this page is torn"));
    CHECK(tried == 4);
}
