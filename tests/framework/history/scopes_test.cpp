// SPDX-License-Identifier: Apache-2.0
// Histories with scopes: which steps are theirs, and what may be missing when they have ended.
#include "catch.hpp"
#include "history/grammar.hpp"

using namespace perdure;
using namespace perdure::history;

namespace {

using events = std::vector<history::event>;

timestamp at(int ms) {
    return timestamp(std::chrono::milliseconds(ms));
}
step ran(events arrived, events decided, scope_id scope = {}) {
    return {at(1), true, std::move(arrived), std::move(decided), scope};
}
const step entered = ran({execution_started{"o", "exec", {}, {}}}, {scope_entered{0, "piece", {}}});
const step began = ran({}, {task_scheduled{1, "a", {}}}, 0);
const execution_completed done{runtime_status::completed, {}, {}};

/// What is wrong with a history, of which the steps of those numbers are there.
std::string flaw(const std::vector<numbered_step>& steps) {
    reading read;
    std::string text;
    for (const numbered_step& each : steps)
        for (const std::string& wrong : read.add(each.number, each.record))
            text += wrong + "\n";
    return text + read.incomplete().value_or("");
}

} // namespace

TEST_CASE("a scope that is open has steps of its own") {
    CHECK(flaw({{0, entered}, {1, began}}) == "");
    CHECK(flaw({{0, entered}, {1, began}, {2, ran({task_completed{1, {}}}, {}, 0)}}) == "");
    CHECK_THAT(flaw({{0, entered}, {1, ran({}, {}, 3)}}), Catch::Contains("no scope that is open"));
    CHECK_THAT(flaw({{0, entered}, {1, ran({event_raised{"x", {}}}, {}, 0)}}),
               Catch::Contains("can't arrive at a scope"));
    CHECK_THAT(flaw({{0, entered}, {1, ran({}, {done}, 0)}}),
               Catch::Contains("a scope decided it"));
    step asleep = began;
    asleep.evaluated = false;
    CHECK_THAT(flaw({{0, entered}, {1, asleep}}), Catch::Contains("ran no code"));
}

TEST_CASE("what a scope asked for is answered and given up in its own steps") {
    CHECK_THAT(flaw({{0, entered}, {1, began}, {2, ran({task_completed{1, {}}}, {})}}),
               Catch::Contains("asked for in another part"));
    CHECK_THAT(
        flaw({{0, entered}, {1, began}, {2, ran({event_raised{"x", {}}}, {task_canceled{1}})}}),
        Catch::Contains("asked for in another part"));
}

TEST_CASE("steps and numbers that are missing have gone with scopes") {
    const step ended = ran({scope_completed{0, {}, {2, 3}}}, {task_scheduled{3, "b", {}}});
    CHECK(flaw({{0, entered}, {3, ended}}) == "");
    CHECK(flaw({{0, entered}, {2, ended}}) ==
          "of its steps 1 are missing, 2 of them with scopes that have ended");
    CHECK(flaw({{0, entered}, {2, began}}) == "step 1 is missing");
    CHECK(flaw({{0, entered},
                {3, ran({scope_completed{0, {}, {2, 2}}}, {task_scheduled{3, "b", {}}})}}) ==
          "nothing was asked for under number 2, and no scope explains it");
    CHECK_THAT(flaw({{0, entered},
                     {3, ran({scope_completed{0, {}, {2, 3}}}, {task_scheduled{2, "b", {}}})}}),
               Catch::Contains("has gone with a scope"));
    CHECK(flaw({{0, entered}, {2, ran({event_raised{"x", {}}}, {scope_canceled{0, {1, 2}}})}}) ==
          "");
}

TEST_CASE("nothing ends while a scope is open, unless it is terminated") {
    CHECK_THAT(flaw({{0, entered}, {1, ran({event_raised{"x", {}}}, {done})}}),
               Catch::Contains("a scope is open"));
    const step stopped{at(2),
                       false,
                       {execution_terminated{}},
                       {task_canceled{1}, execution_completed{runtime_status::terminated, {}, {}}},
                       {}};
    CHECK(flaw({{0, entered}, {1, began}, {2, stopped}}) == "");
}

TEST_CASE("a scope takes events that have arrived") {
    const step taken = ran({event_taken{"x", 0, 0, 0}}, {});
    CHECK(flaw({{0, entered}, {1, ran({event_raised{"x", {}}}, {})}, {2, taken}}) == "");
    CHECK_THAT(flaw({{0, entered}, {1, taken}}), Catch::Contains("no such event has arrived"));
}

TEST_CASE("what arrived unseen for a scope that has gone since is explained by its end") {
    step unseen = ran({task_completed{1, {}}}, {});
    unseen.evaluated = false;
    CHECK(flaw({{0, entered}, {2, unseen}, {3, ran({scope_completed{0, {}, {1, 2}}}, {done})}}) ==
          "");
    CHECK_THAT(flaw({{0, entered}, {1, unseen}}), Catch::Contains("no scope explains it"));
    unseen.arrived = {timer_fired{1}};
    CHECK(flaw({{0, entered}, {2, unseen}, {3, ran({scope_completed{0, {}, {1, 2}}}, {done})}}) ==
          "");
}

TEST_CASE("a termination that was taken back may have closed what went with a scope since") {
    const execution_terminated why{};
    const step stopped{at(1),
                       false,
                       {why},
                       {task_canceled{1}, execution_completed{runtime_status::terminated, {}, {}}}};
    const auto back = [](std::uint32_t next_task_id) {
        return step{at(1), false, {execution_rewound{{}, 2, next_task_id}}, {}};
    };
    const step again = ran({task_completed{1, {}}}, {}, 0);
    CHECK(flaw({{0, entered}, {1, began}, {2, stopped}, {3, back(2)}, {4, again}}) == "");

    const step ended = ran({scope_completed{0, {}, {2, 2}}}, {task_scheduled{2, "b", {}}});
    CHECK(flaw({{0, entered}, {2, stopped}, {3, back(2)}, {5, ended}}) == "");

    const step ended_early = ran({scope_completed{0, {}, {2, 1}}}, {});
    CHECK(flaw({{0, entered}, {2, stopped}, {3, back(2)}, {5, ended_early}}) ==
          "nothing was asked for under number 1, and no scope explains it");
    CHECK_THAT(flaw({{0, entered}, {1, began}, {2, stopped}, {3, back(1)}}),
               Catch::Contains("it goes back to another history"));
}
