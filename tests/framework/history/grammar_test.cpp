// SPDX-License-Identifier: Apache-2.0
// The grammar of histories: each rule, followed and broken.
#include "history/grammar.hpp"

#include "catch.hpp"

using namespace perdure;
using namespace perdure::history;

namespace {

timestamp at(int ms) {
    return timestamp(std::chrono::milliseconds(ms));
}

const execution_started begun{"greet", "e", {}, {}};

step first(std::vector<history::event> decided = {}) {
    return {at(10), true, {begun}, std::move(decided)};
}
step then(std::vector<history::event> arrived, std::vector<history::event> decided = {}) {
    return {at(20), true, std::move(arrived), std::move(decided)};
}
/// The instance was held: what arrived was only recorded.
step recorded(std::vector<history::event> arrived) {
    return {at(20), false, std::move(arrived), {}};
}

/// What is wrong with the last of the steps; the others must be right.
std::string flaw(const std::vector<step>& steps) {
    reading history;
    std::vector<std::string> wrong;
    for (const step& each : steps) {
        CHECK(wrong.empty());
        wrong = history.add(each);
    }
    std::string text;
    for (const auto& each : wrong)
        text += each + "\n";
    return text;
}

/// Each kind of request with an outcome of its kind.
struct exchange {
    history::event asked, outcome;
};
const std::vector<exchange> exchanges = {
    {task_scheduled{0, "a", {}}, task_completed{0, {}}},
    {task_scheduled{0, "a", {}}, task_rejected{0, {}}},
    {child_created{0, "o", "i", {}}, child_completed{0, {}}},
    {child_created{0, "o", "i", {}}, child_rejected{0, {}}},
    {operation_called{0, {"e", "k"}, "add", {}}, operation_completed{0, {}}},
    {operation_called{0, {"e", "k"}, "add", {}}, operation_rejected{0, {}}},
    {timer_created{0, at(20)}, timer_fired{0}},
    {transaction_requested{0, "t", {"@e@a"}, {}}, transaction_completed{0, {}}},
    {transaction_requested{0, "t", {"@e@a"}, {}}, transaction_rejected{0, {}}},
};

const execution_completed done{runtime_status::completed, {}, {}};

} // namespace

TEST_CASE("a request is open until its outcome arrives") {
    for (const exchange& each : exchanges) {
        reading history;
        CHECK(history.add(first({each.asked})).empty());
        CHECK(history.requests().at(0).is_open());

        CHECK(history.add(then({each.outcome})).empty());

        CHECK_FALSE(history.requests().at(0).is_open());
        CHECK(history.requests().at(0).outcome == each.outcome);
    }
}

TEST_CASE("an outcome names a request of its kind that is older than its step") {
    for (const exchange& each : exchanges) {
        CHECK(flaw({first(), then({each.outcome})}) != "");
        CHECK(flaw({first(), then({each.outcome}, {each.asked})}) != "");
        CHECK(flaw({first({operation_signaled{0, {"e", "k"}, "add", {}}}), then({each.outcome})}) !=
              "");
        for (const exchange& other : exchanges)
            if (other.asked.index() != each.asked.index())
                CHECK(flaw({first({other.asked}), then({each.outcome})}) != "");
    }
}

TEST_CASE("there is one outcome per request") {
    for (const exchange& each : exchanges) {
        CHECK(flaw({first({each.asked}), then({each.outcome, each.outcome})}) != "");
        CHECK(flaw({first({each.asked}), then({each.outcome}), then({each.outcome})}) != "");
        CHECK(flaw({first({each.asked}), recorded({each.outcome}), then({each.outcome})}) != "");
    }
}

TEST_CASE("a history begins with ExecutionStarted, once") {
    const auto wrong = Catch::Contains("begin");
    CHECK_THAT(flaw({then({event_raised{"x", {}}})}), wrong);
    CHECK_THAT(flaw({then({})}), wrong);
    CHECK_THAT(flaw({first(), then({begun})}), Catch::Contains("not the first"));
    CHECK(flaw({{at(10), true, {begun, event_raised{"x", {}}}, {}}}) == "");
}

TEST_CASE("what is decided does not arrive, what arrives is not decided") {
    CHECK_THAT(flaw({first(), then({task_scheduled{0, "a", {}}})}), Catch::Contains("decided"));
    CHECK_THAT(flaw({first(), then({done})}), Catch::Contains("decided"));
    CHECK_THAT(flaw({first({event_raised{"x", {}}})}), Catch::Contains("arrives"));
    CHECK_THAT(flaw({first({task_scheduled{0, "a", {}}, task_completed{0, {}}})}),
               Catch::Contains("arrives"));
}

TEST_CASE("task ids count from 0 without a gap") {
    CHECK(flaw({first({task_scheduled{0, "a", {}}, timer_created{1, at(30)}})}) == "");
    reading with_gap;
    CHECK(with_gap.add(first({task_scheduled{1, "a", {}}})).empty());
    CHECK_THAT(with_gap.incomplete().value_or(""),
               Catch::Contains("nothing was asked for under number 0"));
    CHECK_THAT(flaw({first({task_scheduled{0, "a", {}}, timer_created{0, at(30)}})}),
               Catch::Contains("taken"));
}

TEST_CASE("a timer fires when it is due") {
    CHECK_THAT(flaw({first({timer_created{0, at(21)}}), then({timer_fired{0}})}),
               Catch::Contains("due"));
    CHECK(flaw({first({timer_created{0, at(20)}}), then({timer_fired{0}})}) == "");
}

TEST_CASE("a timer is cancelled once, while it is open or the code has not seen it fire") {
    const step asking = first({timer_created{0, at(20)}, task_scheduled{1, "a", {}}});
    const timer_canceled canceled{0};
    CHECK(flaw({asking, then({event_raised{"x", {}}}, {canceled})}) == "");
    CHECK(flaw({asking, then({event_raised{"x", {}}, timer_fired{0}}, {canceled})}) == "");
    CHECK(flaw({asking, recorded({timer_fired{0}}), then({}, {canceled})}) == "");
    CHECK(flaw({first({timer_created{0, at(20)}, canceled})}) == "");

    CHECK(flaw({asking, then({timer_fired{0}}), then({event_raised{"x", {}}}, {canceled})}) != "");
    CHECK(flaw({asking, then({event_raised{"x", {}}}, {canceled, canceled})}) != "");
    CHECK(flaw({asking, then({event_raised{"x", {}}}, {canceled}), then({timer_fired{0}})}) != "");
    CHECK(flaw({asking, then({event_raised{"x", {}}}, {timer_canceled{1}})}) != "");
    CHECK(flaw({asking, then({event_raised{"x", {}}}, {timer_canceled{2}})}) != "");
}

TEST_CASE("an activity is cancelled once, while it is open or the code has not seen its outcome") {
    const step asking = first({task_scheduled{0, "a", {}}, timer_created{1, at(20)}});
    const task_canceled canceled{0};
    CHECK(flaw({asking, then({timer_fired{1}}, {canceled})}) == "");
    CHECK(flaw({asking, then({timer_fired{1}, task_completed{0, {}}}, {canceled})}) == "");
    CHECK(flaw({asking, recorded({task_completed{0, {}}}), then({}, {canceled})}) == "");
    CHECK(flaw({first({task_scheduled{0, "a", {}}, canceled, done})}) == "");

    CHECK(flaw({asking, then({task_completed{0, {}}}), then({timer_fired{1}}, {canceled})}) != "");
    CHECK(flaw({asking, then({timer_fired{1}}, {canceled, canceled})}) != "");
    CHECK(flaw({asking, then({timer_fired{1}}, {canceled}), then({task_completed{0, {}}})}) != "");
    CHECK(flaw({asking, then({timer_fired{1}}, {task_canceled{1}})}) != "");
}

TEST_CASE("a retry follows a failed attempt and a pause, and asks for the same") {
    const step asking = first({task_scheduled{0, "a", {}}});
    const step failing = then({task_rejected{0, {}}}, {timer_created{1, at(20), 1, 0}});
    const auto ending = [](task_scheduled next) { return then({timer_fired{1}}, {next}); };
    CHECK(flaw({asking, failing, ending({2, "a", {}, 1, 0})}) == "");

    const auto no_pause = Catch::Contains("no pause");
    CHECK_THAT(flaw({asking, failing, ending({2, "a", {}, 2, 0})}), no_pause);
    CHECK_THAT(flaw({asking, then({task_rejected{0, {}}}, {task_scheduled{1, "a", {}, 1, 0}})}),
               no_pause);
    CHECK_THAT(flaw({asking, failing, ending({2, "b", {}, 1, 0})}),
               Catch::Contains("first attempt"));
    CHECK_THAT(flaw({asking, failing, ending({2, "a", {}, 1, 1})}), Catch::Contains("of its kind"));

    // An attempt fails by its time limit, though its answer came while no code ran.
    const step timed = first({task_scheduled{0, "a", {}}, timer_created{1, at(15)}});
    const step late = recorded({timer_fired{1}, task_completed{0, {}}});
    const step pausing = then({event_raised{"x", {}}}, {timer_created{2, at(20), 1, 0}});
    CHECK(flaw({timed, late, pausing}) == "");

    const auto not_failed = Catch::Contains("no attempt has failed");
    CHECK_THAT(flaw({timed, recorded({task_completed{0, {}}}), pausing}), not_failed);
    CHECK_THAT(flaw({asking, then({task_completed{0, {}}}, {timer_created{1, at(20), 1, 0}})}),
               not_failed);
    CHECK_THAT(flaw({first({task_scheduled{0, "a", {}}, timer_created{1, at(20), 1, 0}})}),
               not_failed);
    CHECK_THAT(flaw({asking, failing, then({timer_fired{1}}, {timer_created{2, at(20), 2, 0}})}),
               not_failed);
    CHECK_THAT(flaw({first({timer_created{0, at(20), 1, 7}})}), Catch::Contains("of no call"));
}

TEST_CASE("a call is alive until nothing can follow its last attempt") {
    reading history;
    history.add(first({task_scheduled{0, "a", {}}}));
    CHECK(history.calls_alive() == std::vector<std::uint32_t>{0});
    history.add(recorded({task_rejected{0, {}}}));
    CHECK(history.calls_alive() == std::vector<std::uint32_t>{0}); // the code may want to retry it
    history.add(then({}, {timer_created{1, at(20), 1, 0}}));
    CHECK(history.calls_alive() == std::vector<std::uint32_t>{0});
    history.add(then({timer_fired{1}}, {task_scheduled{2, "a", {}, 1, 0}}));
    CHECK(history.calls_alive() == std::vector<std::uint32_t>{0});
    history.add(then({task_completed{2, {}}}));
    CHECK(history.calls_alive().empty());
}

TEST_CASE("one lock at a time is held or asked for, and given up once") {
    const lock_requested asked{0, {"@e@a", "@e@b"}};
    const unlock_sent left{0, {"@e@a", "@e@b"}};
    const lock_requested again{1, {"@e@a"}};
    CHECK(flaw({first({asked}), then({lock_granted{0}}, {left, again})}) == "");
    CHECK(flaw({first({asked, left}), then({lock_granted{0}})}) == ""); // granted too late
    CHECK_THAT(flaw({first({asked}), then({lock_granted{0}, lock_granted{0}})}),
               Catch::Contains("outcome before"));
    CHECK_THAT(flaw({first(), then({lock_granted{0}})}), Catch::Contains("nothing"));

    CHECK_THAT(flaw({first({asked, again})}), Catch::Contains("another lock"));
    CHECK_THAT(flaw({first({asked, left, left})}), Catch::Contains("given up before"));
    CHECK_THAT(flaw({first({asked, unlock_sent{0, {"@e@a"}}})}), Catch::Contains("other entities"));
    CHECK_THAT(flaw({first({unlock_sent{0, {"@e@a"}}})}), Catch::Contains("no lock"));
    CHECK_THAT(flaw({first({asked, done})}), Catch::Contains("lock is held"));
    CHECK_THAT(flaw({first({lock_requested{0, {"@e@b", "@e@a"}}})}), Catch::Contains("sorted"));
    CHECK_THAT(flaw({first({lock_requested{0, {"@e@a", "@e@a"}}})}), Catch::Contains("sorted"));
}

TEST_CASE("a lock is open until it is given up, granted or not") {
    reading history;
    history.add(first({lock_requested{0, {"@e@a"}}}));
    history.add(then({lock_granted{0}}));
    CHECK(history.requests().at(0).is_open());

    history.add(then({event_raised{"x", {}}}, {unlock_sent{0, {"@e@a"}}}));

    CHECK_FALSE(history.requests().at(0).is_open());
}

TEST_CASE("a transaction names entities") {
    CHECK_THAT(flaw({first({transaction_requested{0, "t", {}, {}}})}),
               Catch::Contains("no entity"));
}

TEST_CASE("nothing follows the end, and the end is one") {
    CHECK_THAT(flaw({first({done}), then({event_raised{"x", {}}})}),
               Catch::Contains("comes after"));
    CHECK_THAT(flaw({first({done, task_scheduled{0, "a", {}}})}), Catch::Contains("ended before"));
    CHECK_THAT(flaw({first({timer_created{0, at(30)}, done})}), Catch::Contains("timer is open"));
    CHECK_THAT(flaw({first({execution_completed{runtime_status::running, {}, {}}})}),
               Catch::Contains("status"));
    const failure broken{"type", "message", nullptr};
    CHECK_THAT(flaw({first({execution_completed{runtime_status::completed, {}, broken}})}),
               Catch::Contains("does not go"));
    CHECK_THAT(flaw({first({execution_completed{
                   runtime_status::failed, {content::json, "1", {}, {}}, {}}})}),
               Catch::Contains("does not go"));
    CHECK_THAT(flaw({first({task_scheduled{0, "a", {}}, done})}),
               Catch::Contains("activity is open"));
    CHECK(flaw({first({operation_called{0, {"e", "k"}, "add", {}}, done})}) == "");
}

TEST_CASE("times do not go back") {
    step late = first();
    late.time = at(21);
    CHECK_THAT(flaw({late, then({event_raised{"x", {}}})}), Catch::Contains("time"));
}

TEST_CASE("a step that ran no code decides nothing, and the next one may have no arrivals") {
    step deciding = recorded({event_raised{"x", {}}});
    deciding.decided = {task_scheduled{0, "a", {}}};
    CHECK_THAT(flaw({first(), deciding}), Catch::Contains("ran no code"));
    CHECK(flaw({first(), recorded({event_raised{"x", {}}}), recorded({}), then({})}) == "");
    CHECK_THAT(flaw({first(), then({})}), Catch::Contains("nothing arrived"));
}

TEST_CASE("an execution is terminated in a step of its own that closes what is open") {
    const step asking = first({timer_created{0, at(30)}, task_scheduled{1, "a", {}}});
    const execution_terminated why{{content::json, "\"enough\"", {}, {}}, true};
    const execution_completed stopped{runtime_status::terminated, why.reason, {}};
    const timer_canceled canceled{0};
    const task_canceled dropped{1};
    const auto ending = [](std::vector<history::event> arrived,
                           std::vector<history::event> decided) {
        return step{at(20), false, std::move(arrived), std::move(decided)};
    };
    CHECK(flaw({asking, ending({why}, {canceled, dropped, stopped})}) == "");
    const step early = first({timer_created{0, at(20)}});
    CHECK(flaw({early, recorded({timer_fired{0}}), ending({why}, {stopped})}) == "");

    CHECK_THAT(flaw({asking, ending({why}, {dropped, stopped})}), Catch::Contains("timer is open"));
    CHECK_THAT(flaw({asking, ending({why}, {canceled, stopped})}),
               Catch::Contains("activity is open"));
    CHECK_THAT(flaw({asking, ending({why}, {canceled, dropped})}), Catch::Contains("does not end"));
    CHECK_THAT(flaw({asking, ending({why}, {canceled, dropped, done})}),
               Catch::Contains("does not end"));
    CHECK_THAT(flaw({asking, ending({why, event_raised{"x", {}}}, {canceled, dropped, stopped})}),
               Catch::Contains("stand alone"));
    CHECK_THAT(flaw({asking, then({why}, {canceled, dropped, stopped})}),
               Catch::Contains("stand alone"));
    CHECK_THAT(flaw({asking, then({event_raised{"x", {}}}, {canceled, dropped, stopped})}),
               Catch::Contains("nobody terminated"));
    CHECK_THAT(
        flaw({asking, ending({why}, {canceled, dropped, task_scheduled{2, "a", {}}, stopped})}),
        Catch::Contains("no code ran"));
}

TEST_CASE("no code runs between suspension and resumption") {
    const execution_suspended pause{};
    const execution_resumed go_on{};
    const event_raised told{"x", {}};
    CHECK(flaw({first(), recorded({pause}), recorded({told}), then({go_on})}) == "");
    CHECK_THAT(flaw({first(), then({pause})}), Catch::Contains("while it was suspended"));
    CHECK_THAT(flaw({first(), recorded({pause}), then({told})}),
               Catch::Contains("while it was suspended"));
    CHECK_THAT(flaw({first(), recorded({pause}), recorded({pause})}),
               Catch::Contains("suspended already"));
    CHECK_THAT(flaw({first(), then({go_on})}), Catch::Contains("not suspended"));

    reading history;
    history.add(first({task_scheduled{0, "a", {}}}));
    history.add(recorded({pause}));
    CHECK(history.status() == runtime_status::suspended);
    CHECK(history.has_work());
    history.add(recorded({task_completed{0, {}}}));
    CHECK_FALSE(history.has_work());
    history.add(recorded({go_on}));
    CHECK(history.status() == runtime_status::running);
    CHECK(history.has_work());
}

TEST_CASE("the status follows from the steps") {
    reading history;
    history.add({at(10), false, {begun}, {}});
    CHECK(history.status() == runtime_status::pending);
    history.add(then({}));
    CHECK(history.status() == runtime_status::running);
    history.add(recorded({event_raised{"x", {}}}));
    CHECK(history.status() == runtime_status::running);
    history.add(then({}, {execution_completed{runtime_status::failed, {}, {}}}));
    CHECK(history.status() == runtime_status::failed);
}

TEST_CASE("there is work while an activity is open or arrivals wait for code") {
    reading history;
    history.add(first({task_scheduled{0, "a", {}}, timer_created{1, at(30)}}));
    CHECK(history.has_work());
    history.add(then({task_completed{0, {}}}));
    CHECK_FALSE(history.has_work());
    history.add(recorded({event_raised{"x", {}}}));
    CHECK(history.has_work());
    history.add(then({}, {task_scheduled{2, "a", {}}}));
    CHECK(history.has_work());
    history.add(then({event_raised{"x", {}}}, {timer_canceled{1}, done}));
    CHECK_FALSE(history.has_work());
}

TEST_CASE("to continue as new ends an execution, with no timer open") {
    const execution_continued next{"greet", {}};
    const history::event timer = timer_created{0, at(99)};
    reading history;
    CHECK(history.add(first({next})).empty());
    CHECK(history.is_continued());
    CHECK_FALSE(history.ended());
    CHECK(history.status() == runtime_status::continued_as_new);

    CHECK_THAT(flaw({first({next}), then({event_raised{"x", {}}})}),
               Catch::Contains("after ContinueAsNew"));
    CHECK_THAT(flaw({first({next, done})}), Catch::Contains("ended before"));
    CHECK_THAT(flaw({first({timer, next})}), Catch::Contains("a timer is open"));
    CHECK(flaw({first({timer, timer_canceled{0}, next})}) == "");
    CHECK_THAT(flaw({first(), then({next})}), Catch::Contains("can't arrive"));
}

TEST_CASE("an instance that continues is running before its code runs") {
    execution_started again = begun;
    again.is_continued = true;
    reading history;
    CHECK(history.add({at(10), false, {again, event_raised{"x", {}}}, {}}).empty());

    CHECK(history.status() == runtime_status::running);
    CHECK(history.has_work());
}

TEST_CASE("a detached start is a request that nothing answers") {
    const history::event asked = start_requested{0, "o", "i", {}, {}};
    reading history;
    CHECK(history.add(first({asked})).empty());
    CHECK_FALSE(history.requests().at(0).is_open());

    CHECK(flaw({first({asked}), then({child_completed{0, {}}})}) != "");
    CHECK_THAT(flaw({first(), then({asked})}), Catch::Contains("can't arrive"));
}

TEST_CASE("a scheduled execution runs no code before its time, and needs nobody until then") {
    execution_started later = begun;
    later.start_at = at(30);
    const step beginning{at(10), false, {later}, {}};
    reading history;
    CHECK(history.add(beginning).empty());
    CHECK(history.start_awaited() == at(30));
    CHECK_FALSE(history.has_work());
    CHECK(history.status() == runtime_status::pending);

    CHECK_THAT(flaw({{at(10), true, {later}, {}}}), Catch::Contains("before the time to start"));
    CHECK_THAT(flaw({beginning, then({event_raised{"x", {}}})}),
               Catch::Contains("before the time to start"));
    CHECK(flaw({beginning, recorded({event_raised{"x", {}}}), {at(30), true, {}, {done}}}) == "");
}
