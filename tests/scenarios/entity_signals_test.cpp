// SPDX-License-Identifier: Apache-2.0
// Signals that wait for their time: never early, exactly once, in the order of their due times,
// whoever sent them and whatever happens meanwhile.
#include "catch.hpp"

#include <perdure/perdure.hpp>
#include <perdure/testing/machine.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using namespace perdure;
using namespace std::chrono_literals;

namespace {

struct diary {
    struct line {
        std::string text;
        std::int64_t at = 0;
        NLOHMANN_DEFINE_TYPE_INTRUSIVE(line, text, at)
    };
    std::vector<line> lines;

    void write(entity_context& ctx, std::string text) {
        lines.push_back({std::move(text), ctx.now().time_since_epoch().count()});
    }
    void remind(entity_context& ctx, std::string key, int seconds);
    void remind_and_fail(entity_context& ctx, std::string key) {
        remind(ctx, std::move(key), 1);
        throw std::runtime_error("forgotten");
    }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(diary, lines)
};
inline constexpr entity diaries{"diary", op("write", &diary::write), op("remind", &diary::remind),
                                op("remind_and_fail", &diary::remind_and_fail)};

void diary::remind(entity_context& ctx, std::string key, int seconds) {
    ctx.signal_after(std::chrono::seconds(seconds), diaries[std::move(key)], &diary::write,
                     "reminder");
}

inline constexpr orchestration<int()> plan{"plan"};

/// Ends at once; what it planned happens after its end.
task<int> run_plan(orchestration_context& ctx) {
    ctx.signal_after(3h, diaries["d"], &diary::write, "third");
    ctx.signal_after(1h, diaries["d"], &diary::write, "first");
    ctx.signal_at(ctx.now() + 2h, diaries["d"], &diary::write, "second");
    co_return 0;
}

registry functions() {
    registry all;
    all.add(diaries).add(plan, run_plan);
    return all;
}

std::vector<std::string> texts(testing::machine& machine, const std::string& key = "d") {
    std::vector<std::string> all;
    if (const auto seen = machine.client().read(diaries[key]))
        for (const auto& each : seen->lines)
            all.push_back(each.text);
    return all;
}
using lines = std::vector<std::string>;

} // namespace

TEST_CASE("a client's signal for later is applied when it is due and not before") {
    testing::machine machine(functions());
    const timestamp due = machine.client().now() + 1h;
    machine.client().signal_at(due, diaries["d"], &diary::write, "tick");

    machine.advance(1h - 1ms);
    CHECK(texts(machine).empty());
    machine.advance(1ms);

    REQUIRE(texts(machine) == lines{"tick"});
    CHECK(machine.client().read(diaries["d"])->lines[0].at == due.time_since_epoch().count());
    machine.advance(24h);
    CHECK(texts(machine).size() == 1);
}

TEST_CASE("a signal whose time has passed is applied at once") {
    testing::machine machine(functions());
    machine.client().signal_at(machine.client().now() - 1h, diaries["d"], &diary::write, "late");
    machine.client().signal_at(timestamp(-1h), diaries["d"], &diary::write, "very late");

    machine.run_until_idle();

    CHECK(texts(machine) == lines{"very late", "late"}); // in the order of due times
}

TEST_CASE("signals are applied in the order of their due times, not of sending") {
    testing::machine machine(functions());
    for (const int hours : {5, 1, 3, 2, 4})
        machine.client().signal_after(std::chrono::hours(hours), diaries["d"], &diary::write,
                                      std::to_string(hours));

    machine.set_wall_clock(machine.now() + 24h); // all of them are due at once
    machine.advance(2s);

    CHECK(texts(machine) == lines{"1", "2", "3", "4", "5"});
}

TEST_CASE("signals that are due at once are applied in the order of sending, across restarts") {
    testing::machine machine(functions());
    const timestamp due = machine.client().now() + 1h;
    for (int i = 0; i < 3; ++i) {
        machine.client().signal_at(due, diaries["d"], &diary::write, std::to_string(2 * i));
        machine.client().signal_at(due, diaries["d"], &diary::write, std::to_string(2 * i + 1));
        machine.restart(1ms);
    }
    machine.advance(2h);

    CHECK(texts(machine) == lines{"0", "1", "2", "3", "4", "5"});
}

TEST_CASE("what an orchestration planned happens though it has ended") {
    testing::machine machine(functions());
    const auto id = machine.client().start(plan);
    machine.client().wait(plan, id, 0s);

    machine.advance(90min);
    CHECK(texts(machine) == lines{"first"});
    machine.crash(24h); // the rest comes due while the machine is off
    machine.run_until_idle();

    CHECK(texts(machine) == lines{"first", "second", "third"});
}

TEST_CASE("an entity may remind another, and one that throws reminds nobody") {
    testing::machine machine(functions());
    machine.client().signal(diaries["d"], &diary::remind, "e", 10);
    machine.client().signal(diaries["d"], &diary::remind_and_fail, "e");

    machine.advance(5s);
    CHECK(texts(machine, "e").empty());
    machine.advance(1h);

    CHECK(texts(machine, "e") == lines{"reminder"});
}

TEST_CASE("a crash between any two steps neither loses nor doubles a signal for later") {
    std::size_t steps = 0;
    for (bool is_through = false; !is_through; ++steps) {
        testing::machine_options options;
        options.seed = steps;
        testing::machine machine(functions(), options);
        machine.client().start({"p"}, plan);
        machine.client().signal_after(90min, diaries["d"], &diary::write, "between");
        machine.client().signal(diaries["other"], &diary::remind, "d", 1);
        is_through = machine.run_steps(steps) < steps;

        machine.power_cut(4h); // everything is due when it boots
        const bool is_cut_again = steps % 2 == 0;
        if (is_cut_again) {
            machine.run_steps(steps);
            machine.crash();
        }
        machine.advance(4h);

        CHECK(texts(machine) == lines{"reminder", "first", "between", "second", "third"});
    }
    CHECK(steps > 2);
}

TEST_CASE("a large input of a signal for later goes out of line and comes back") {
    testing::machine_options options;
    options.hub.inline_payload_max = 100;
    testing::machine machine(functions(), options);
    const std::string large(5000, 'x');
    machine.client().signal_after(1h, diaries["d"], &diary::write, large);
    machine.restart();

    machine.advance(2h);

    CHECK(texts(machine) == lines{large});
}

TEST_CASE("a signal for later to an entity that is not registered is refused") {
    testing::machine machine(registry{});

    CHECK_THROWS_AS(machine.client().signal_after(1h, diaries["d"], &diary::write, "x"), error);
}
