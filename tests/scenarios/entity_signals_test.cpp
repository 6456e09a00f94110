// SPDX-License-Identifier: Apache-2.0
// Signals that wait for their time: never early, exactly once, in the order of their due times,
// whoever sent them and whatever happens meanwhile.
#include "scenarios/every_step.hpp"

#include <algorithm>
#include <optional>
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
inline constexpr orchestration<void(std::int64_t)> agenda{"agenda"};

/// Ends at once; what it planned happens after its end.
task<int> run_plan(orchestration_context& ctx) {
    ctx.signal_after(3h, diaries["d"], &diary::write, "third");
    ctx.signal_after(1h, diaries["d"], &diary::write, "first");
    ctx.signal_at(ctx.now() + 2h, diaries["d"], &diary::write, "second");
    co_return 0;
}

/// The same for times that are known beforehand.
task<void> run_agenda(orchestration_context& ctx, std::int64_t from) {
    for (const int hours : {3, 1, 2})
        ctx.signal_at(timestamp(std::chrono::milliseconds(from) + std::chrono::hours(hours)),
                      diaries["d"], &diary::write, std::to_string(hours) + ":00");
    co_return;
}

registry functions() {
    registry all;
    all.add(diaries).add(plan, run_plan).add(agenda, run_agenda);
    return all;
}

template <class Machine>
std::vector<std::string> texts(Machine& machine, const std::string& key = "d") {
    std::vector<std::string> all;
    if (const auto seen = machine.client().read(diaries[key]))
        for (const auto& each : seen->lines)
            all.push_back(each.text);
    return all;
}
using lines = std::vector<std::string>;

/// What a client may not send again, and need not if it was acknowledged.
struct once_only {
    std::optional<std::future<void>> answer;
    bool must_arrive = false;

    template <class Send>
    void send(Send call) {
        if (!answer)
            answer = call();
    }
    void settle() { must_arrive |= answer->valid() && scenes::is_acknowledged(*answer); }
    bool fits(std::size_t arrivals) const {
        return arrivals == 1 || (arrivals == 0 && !must_arrive);
    }
};

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
    timestamp begin;
    once_only half_past, reminder;
    scenes::story told;
    told.before = [&](auto& machine) {
        begin = machine.client().now();
        half_past = {};
        reminder = {};
    };
    told.begin = [&](auto& machine) {
        client& to = machine.client();
        to.start_async(scenes::once("a"), agenda, begin.time_since_epoch().count());
        half_past.send(
            [&] { return to.signal_at_async(begin + 90min, diaries["d"], &diary::write, "1:30"); });
        reminder.send([&] { return to.signal_async(diaries["f"], &diary::remind, "e", 1); });
    };
    told.after_crash = [&](auto&) {
        half_past.settle();
        reminder.settle();
    };
    told.end = [&](auto& machine) {
        machine.advance(4h);
        lines seen = texts(machine);
        if (told.off_for == 0h) // or it may be written before the agenda is known
            CHECK(std::is_sorted(seen.begin(), seen.end()));
        CHECK(half_past.fits(std::erase(seen, "1:30")));
        CHECK(seen == lines{"1:00", "2:00", "3:00"});
        CHECK(reminder.fits(texts(machine, "e").size()));
    };

    for (const auto off_for : {0h, 4h}) { // then everything is due when it boots
        told.off_for = off_for;
        CHECK(scenes::crash_at_every_step(functions(), told) > 60);
    }
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
