// SPDX-License-Identifier: Apache-2.0
// Folding: a live orchestration runs each stretch of its code once, a restarted one replays once.
#include "activities/fold.hpp"
#include "orchestrations/folding.hpp"
#include "scenarios/scene.hpp"

namespace {

/// Folds until a certain digit has come, then waits at the door.
perdure::registry folding_up_to(int last_digit, scenes::gate& door) {
    perdure::registry functions;
    patterns::register_folding(functions);
    functions.add(patterns::append_digit,
                  [&door, last_digit](perdure::activity_context& ctx, int number, int digit) {
                      if (digit > last_digit)
                          door.pass(ctx);
                      return number * 10 + digit;
                  });
    return functions;
}

} // namespace

TEST_CASE("a live orchestration of six activities runs each stretch of its code once") {
    perdure::registry functions;
    patterns::register_fold(functions);
    patterns::register_folding(functions);
    scenes::scene hub(functions);
    patterns::fold_evaluations() = 0;

    CHECK(hub.run(patterns::fold_six) == 123456);

    CHECK(patterns::fold_evaluations() == 6);
    CHECK(hub.hub().metrics().replays == 0);
    CHECK(hub.hub().metrics().evaluations == 7); // the start and six results
}

TEST_CASE("a restart between two activities costs one replay of what was done") {
    const int done = GENERATE(0, 1, 3, 5);
    scenes::gate door;
    scenes::scene hub(folding_up_to(done, door));
    patterns::fold_evaluations() = 0;
    const auto id = hub.client().start(patterns::fold_six);
    REQUIRE(door.await_arrivals(1));
    REQUIRE(patterns::fold_evaluations() == done);

    hub.close();
    door.open();
    hub.open();

    CHECK(hub.wait(patterns::fold_six, id) == 123456);
    CHECK(hub.hub().metrics().replays == 1);
    CHECK(patterns::fold_evaluations() == 6 + done);
    CHECK(hub.count(id, "TaskScheduled") == 6);
    CHECK(hub.count(id, "TaskCompleted") == 6);
}
