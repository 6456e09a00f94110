// SPDX-License-Identifier: Apache-2.0
// Function chaining: order, data flow, and what a failing link does.
#include "activities/greetings.hpp"
#include "orchestrations/chaining.hpp"
#include "scenarios/scene.hpp"

namespace {

perdure::registry chaining() {
    perdure::registry functions;
    patterns::register_greetings(functions);
    patterns::register_chaining(functions);
    return functions;
}

} // namespace

TEST_CASE("chained activities run one after the other and their results keep that order") {
    scenes::scene hub(chaining());

    const auto id = hub.client().start(patterns::hello_cities);
    const auto greetings = hub.wait(patterns::hello_cities, id);

    CHECK(greetings == std::vector<std::string>{"Hello Tokyo!", "Hello Seattle!", "Hello London!"});
    std::string order;
    for (const auto& each : hub.client().history(id))
        order += each.kind == "TaskScheduled" ? 's' : each.kind == "TaskCompleted" ? 'c' : '.';
    CHECK(order == "..s.cs.cs.c.");
}

TEST_CASE("a chained activity is given what the one before it gave") {
    scenes::scene hub(chaining());

    CHECK(hub.run(patterns::hello_twice, "Ada") == "Hello Hello Ada!!");
}

TEST_CASE("a chain ends at the first activity that fails") {
    perdure::registry functions;
    patterns::register_chaining(functions);
    functions.add(patterns::say_hello, [](std::string city) -> std::string {
        if (city == "Seattle")
            throw std::runtime_error("Seattle does not answer");
        return city;
    });
    scenes::scene hub(functions);

    const auto id = hub.client().start(patterns::hello_cities);

    const auto failed =
        scenes::thrown_by<perdure::task_failed>([&] { hub.wait(patterns::hello_cities, id); });
    CHECK(scenes::has(failed.details().message, "Seattle does not answer"));
    CHECK(hub.client().status(id)->status == perdure::runtime_status::failed);
    CHECK(hub.count(id, "TaskScheduled") == 2);
}
