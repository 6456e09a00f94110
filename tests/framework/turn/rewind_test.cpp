// SPDX-License-Identifier: Apache-2.0
// Going back in a history: where to, what stays, and what is open again.
#include "turn/rewind.hpp"

#include "catch.hpp"
#include "history/grammar.hpp"
#include "history/rewinds.hpp"

using namespace perdure;
using namespace perdure::history;

namespace {

timestamp at(int ms) {
    return timestamp(std::chrono::milliseconds(ms));
}
payload value(const char* json) {
    return {content::json, json, {}, {}};
}
const failure broke{"std::runtime_error", "it broke", nullptr};

/// What an orchestration ends with that does not catch a failure.
execution_completed failed_of(const failure& cause) {
    return {runtime_status::failed,
            {},
            {"perdure::task_failed", "activity failed", std::make_shared<const failure>(cause)}};
}

step ran(int ms, std::vector<history::event> arrived, std::vector<history::event> decided) {
    return {at(ms), true, std::move(arrived), std::move(decided)};
}
step recorded(int ms, std::vector<history::event> arrived) {
    return {at(ms), false, std::move(arrived), {}};
}
const execution_started begun{"o", "e", {}, {}};

/// The history with the step that takes it back; all of it must be one.
std::vector<step> with(std::vector<step> past, const turn::rewinding& back) {
    past.push_back({past.back().time, false, back.arrived, {}});
    reading whole;
    for (const step& each : past)
        CHECK(whole.add(each) == std::vector<std::string>());
    CHECK(whole.status() == runtime_status::running);
    return past;
}

execution_rewound mark(const turn::rewinding& back) {
    return std::get<execution_rewound>(back.arrived.at(0));
}

using events = std::vector<history::event>;

turn::rewinding rewind(const std::vector<step>& past, payload reason = {}) {
    std::vector<numbered_step> numbered;
    for (const step& each : past)
        numbered.push_back({static_cast<std::uint32_t>(numbered.size()), each});
    return turn::rewind(numbered, std::move(reason));
}

} // namespace

TEST_CASE("it goes back to before the failure, and what failed is open again") {
    const std::vector<step> past = {
        ran(1, {begun}, {task_scheduled{0, "a", {}}, task_scheduled{1, "b", {}}}),
        ran(2, {task_completed{0, value("1")}}, {task_scheduled{2, "c", {}}}),
        ran(3, {task_rejected{1, broke}}, {task_canceled{2}, failed_of(broke)}),
    };
    const auto back = rewind(past, value("\"why\""));

    CHECK(back.arrived == events{execution_rewound{value("\"why\""), 2, 3}});
    reading whole;
    for (const step& each : with(past, back))
        whole.add(each);
    CHECK(whole.requests().at(1).is_open());
    CHECK(whole.requests().at(2).is_open());
    CHECK_FALSE(whole.requests().at(0).is_open());
}

TEST_CASE("results, events and timers since the failure stay, unless they answer what is undone") {
    const std::vector<step> past = {
        ran(1, {begun},
            {task_scheduled{0, "a", {}}, task_scheduled{1, "b", {}}, timer_created{2, at(3)},
             timer_created{3, at(99)}}),
        ran(2, {task_rejected{0, broke}}, {task_scheduled{4, "clean up", {}}}),
        ran(3, {task_completed{4, {}}, task_completed{1, value("1")}, timer_fired{2}}, {}),
        ran(4, {event_raised{"x", value("5")}}, {timer_canceled{3}, failed_of(broke)}),
    };
    const auto back = rewind(past);

    CHECK(back.arrived == events{execution_rewound{{}, 1, 5}, task_completed{1, value("1")},
                                 timer_fired{2}, event_raised{"x", value("5")}});
    CHECK(back.timers == std::vector<timer_created>{{3, at(99)}});
    with(past, back);
}

TEST_CASE("a failure that code has dealt with is left alone") {
    const failure other{"std::runtime_error", "another", nullptr};
    const std::vector<step> past = {
        ran(1, {begun}, {task_scheduled{0, "a", {}}}),
        ran(2, {task_rejected{0, other}}, {task_scheduled{1, "b", {}}}),
        ran(3, {task_rejected{1, broke}}, {failed_of(broke)}),
    };
    CHECK(mark(rewind(past)).to_step == 2);
}

TEST_CASE("failures that code has not acted upon go with the one that it has") {
    const failure other{"std::runtime_error", "another", nullptr};
    const std::vector<step> past = {
        ran(1, {begun}, {task_scheduled{0, "a", {}}, task_scheduled{1, "b", {}}}),
        ran(2, {task_rejected{1, other}}, {}),
        ran(3, {event_raised{"x", {}}}, {}),
        ran(4, {task_rejected{0, broke}}, {failed_of(broke)}),
    };
    CHECK(rewind(past).arrived == events{execution_rewound{{}, 1, 2}, event_raised{"x", {}}});
}

TEST_CASE("without a cause that arrived it goes back to the last failure, or to the last step") {
    const execution_completed own{runtime_status::failed, {}, {"std::logic_error", "bug", nullptr}};
    CHECK(mark(rewind({ran(1, {begun}, {task_scheduled{0, "a", {}}}),
                       ran(2, {task_rejected{0, broke}}, {task_scheduled{1, "b", {}}}),
                       ran(3, {task_completed{1, {}}}, {own})}))
              .to_step == 1);
    const std::vector<step> without = {ran(1, {begun}, {task_scheduled{0, "a", {}}}),
                                       ran(2, {task_completed{0, value("1")}}, {own})};
    const auto back = rewind(without);
    CHECK(back.arrived == events{execution_rewound{{}, 1, 1}, task_completed{0, value("1")}});
    with(without, back);
    const std::vector<step> at_once = {ran(1, {begun}, {own})};
    CHECK(rewind(at_once).arrived == events{execution_rewound{{}, 0, 0}, begun});
    with(at_once, rewind(at_once));
}

TEST_CASE("what was recorded before the failure without being seen by code comes again") {
    const std::vector<step> past = {
        ran(1, {begun}, {task_scheduled{0, "a", {}}, task_scheduled{1, "b", {}}}),
        recorded(2, {execution_suspended{}}),
        recorded(3, {task_completed{0, value("1")}}),
        recorded(4, {task_rejected{1, broke}}),
        ran(5, {execution_resumed{}}, {failed_of(broke)}),
    };
    const auto back = rewind(past);
    CHECK(back.arrived == events{execution_rewound{{}, 1, 2}, task_completed{0, value("1")}});
    with(past, back);
}

TEST_CASE("failed children and entity calls are asked again, lost answers are failures") {
    const operation_called refused{0, {"e", "k"}, "add", {}}, unheard{1, {"e", "k"}, "add", {}};
    const child_created child{2, "o", "child", {}};
    const std::vector<step> past = {
        ran(1, {begun}, {refused, unheard, child}),
        ran(2, {operation_rejected{0, broke}}, {child_canceled{2, "child"}, failed_of(broke)}),
    };
    const auto back = rewind(past);
    CHECK(back.calls == events{refused});
    CHECK(back.children == std::vector<child_created>{child});
    REQUIRE(back.arrived.size() == 2);
    const auto& lost = std::get<operation_rejected>(back.arrived[1]);
    CHECK(lost.task_id == 1);
    CHECK(lost.error.type == "perdure::outcome_lost");
    with(past, back);
}

TEST_CASE("a terminated execution goes back to before its termination") {
    const execution_terminated why{{}, true};
    const std::vector<step> past = {
        ran(1, {begun}, {timer_created{0, at(9)}}),
        {at(2),
         false,
         {why},
         {timer_canceled{0}, {execution_completed{runtime_status::terminated, {}, {}}}}},
    };
    const auto back = rewind(past);
    CHECK(mark(back).to_step == 1);
    CHECK(back.timers == std::vector<timer_created>{{0, at(9)}});
    with(past, back);
}

TEST_CASE("a second rewind knows what the first has undone") {
    std::vector<step> past = {
        ran(1, {begun}, {task_scheduled{0, "a", {}}, task_scheduled{1, "b", {}}}),
        ran(2, {task_rejected{0, broke}, event_raised{"x", {}}},
            {task_canceled{1}, failed_of(broke)}),
    };
    past = with(past, rewind(past));
    past.push_back(ran(4, {task_completed{1, value("1")}}, {}));
    past.push_back(ran(5, {task_rejected{0, broke}}, {failed_of(broke)}));
    const auto back = rewind(past);

    CHECK(mark(back).to_step == 4);
    past = with(past, back);
    undone_steps undone;
    std::string live;
    for (std::uint32_t i = 0; i < past.size(); ++i)
        undone.add(i, past[i]);
    for (std::uint32_t i = 0; i < past.size(); ++i)
        live += undone.contains(i) ? '-' : '+';
    CHECK(live == "+-++-+");
}

TEST_CASE("a rewind that goes back over an earlier one goes back to before both") {
    std::vector<step> past = {
        ran(1, {begun}, {task_scheduled{0, "a", {}}}),
        ran(2, {task_rejected{0, broke}, event_raised{"x", {}}}, {failed_of(broke)}),
    };
    past = with(past, rewind(past));
    past.push_back(ran(4, {task_rejected{0, broke}}, {failed_of(broke)}));
    const auto back = rewind(past);

    CHECK(back.arrived == events{execution_rewound{{}, 1, 1}, event_raised{"x", {}}});
    past = with(past, back);
    undone_steps undone;
    for (std::uint32_t i = 0; i < past.size(); ++i)
        undone.add(i, past[i]);
    CHECK_FALSE(undone.contains(0));
    for (const std::uint32_t each : {1u, 2u, 3u})
        CHECK(undone.contains(each));
}
