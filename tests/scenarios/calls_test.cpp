// SPDX-License-Identifier: Apache-2.0
// Calls with options and cancelled calls, through the public API: what the activities see of it,
// and what survives a crash at every step.
#include "scenarios/every_step.hpp"
#include "scenarios/scene.hpp"

#include <perdure/testing/machine.hpp>

#include <algorithm>

using namespace perdure;
using namespace std::chrono_literals;

namespace {

inline constexpr activity<int(int)> flaky{"flaky"};
inline constexpr activity<int(int)> slow{"slow"};
inline constexpr activity<int(int)> quick{"quick"};
inline constexpr event<int> go{"go"};
inline constexpr orchestration<int(int)> calling{"calling"};

retry_policy patient(std::uint32_t attempts) {
    return {.first_interval = 10s, .coefficient = 2, .max_attempts = attempts};
}

/// What the activities of a machine have seen.
struct witness {
    std::vector<std::string> lines;
    void saw(std::string line) { lines.push_back(std::move(line)); }
    int count(std::string_view line) const {
        return static_cast<int>(std::count(lines.begin(), lines.end(), line));
    }
};

int count(client& of, const std::string& instance, std::string_view kind) {
    int found = 0;
    for (const auto& each : of.history(instance))
        found += each.kind == kind ? 1 : 0;
    return found;
}

task<int> call_flaky(orchestration_context& ctx, int failures) {
    const call_options options{.retry = patient(5)};
    const timestamp begun = ctx.now();
    co_await ctx.call(options, flaky, failures);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(ctx.now() - begun);
    co_return static_cast<int>(seconds.count());
}

/// Fails as often as it is told, then gives its attempt.
registry flaky_program(witness& seen) {
    registry all;
    all.add(calling, call_flaky);
    all.add(flaky, [&seen](activity_context& ctx, int failures) {
        seen.saw("attempt " + std::to_string(ctx.attempt()));
        if (static_cast<int>(ctx.attempt()) <= failures)
            throw std::runtime_error("not yet");
        return static_cast<int>(ctx.attempt());
    });
    return all;
}

} // namespace

TEST_CASE("a failing activity is tried again after each pause, and knows its attempt") {
    witness seen;
    testing::machine machine(flaky_program(seen));
    const auto id = machine.client().start(calling, 3);

    CHECK(machine.client().wait(calling, id, 5min) == 10 + 20 + 40);

    CHECK(seen.lines ==
          std::vector<std::string>{"attempt 1", "attempt 2", "attempt 3", "attempt 4"});
    CHECK(count(machine.client(), id, "TaskFailed") == 3);
    const auto history = machine.client().history(id);
    CHECK(std::count_if(history.begin(), history.end(), [](const history_entry& each) {
              return each.kind == "TaskScheduled" && each.attempt == 3;
          }) == 1);
}

TEST_CASE("an activity that throws non_retriable is not tried again") {
    int calls = 0;
    registry all;
    all.add(calling, call_flaky);
    all.add(flaky, [&](int) -> int {
        ++calls;
        throw non_retriable("the card is stolen");
    });
    testing::machine machine(std::move(all));
    const auto id = machine.client().start(calling, 0);

    const auto thrown =
        scenes::thrown_by<task_failed>([&] { machine.client().wait(calling, id, 5min); });

    CHECK(scenes::has(thrown.what(), "the card is stolen"));
    CHECK(calls == 1);
}

TEST_CASE("a crash at any step of a retried call neither loses nor repeats an attempt's outcome") {
    witness seen;
    for (int failed_before = 0; failed_before <= 2; ++failed_before) {
        scenes::story told;
        told.off_for = 1s;
        told.begin = [](auto& machine) { machine.client().start_async({"i"}, calling, 2); };
        told.before = [&](auto& machine) {
            for (int i = 0; i < failed_before; ++i) {
                told.begin(machine);
                machine.run_until_idle();
                machine.kill();
                machine.clock.advance(20s); // the pause is over when the machine is on again
                machine.boot();
            }
        };
        told.end = [](auto& machine) {
            CHECK(machine.client().wait(calling, "i", 5min) >= 30);
            CHECK(count(machine.client(), "i", "TaskFailed") == 2);
            CHECK(count(machine.client(), "i", "TaskCompleted") == 1);
            CHECK(count(machine.client(), "i", "TaskScheduled") == 3);
        };
        CHECK(scenes::crash_at_every_step(flaky_program(seen), told) > 30);
    }
}

namespace {

/// The activity reports how far it has come, and dies before it is through.
registry resuming_program(witness& seen) {
    registry all;
    all.add(calling, [](orchestration_context& ctx, int n) -> task<int> {
        const call_options options{.retry = patient(5)};
        co_return co_await ctx.call(options, slow, n);
    });
    all.add(slow, [&seen](activity_context& ctx, int parts) {
        const int begin = ctx.last_heartbeat<int>().value_or(0);
        seen.saw("from " + std::to_string(begin));
        for (int done = begin + 1; done <= parts; ++done) {
            ctx.heartbeat(done);
            if (done == begin + 2)
                throw std::runtime_error("broke off");
        }
        return parts;
    });
    return all;
}

} // namespace

TEST_CASE("the next attempt goes on from the last heartbeat") {
    witness seen;
    testing::machine machine(resuming_program(seen));
    const auto id = machine.client().start(calling, 5);

    CHECK(machine.client().wait(calling, id, 5min) == 5);
    CHECK(seen.lines == std::vector<std::string>{"from 0", "from 2", "from 4"});
}

TEST_CASE("heartbeats survive a crash between attempts") {
    witness seen;
    testing::machine machine(resuming_program(seen));
    const auto id = machine.client().start(calling, 3);
    machine.run_until_idle();
    CHECK(seen.lines == std::vector<std::string>{"from 0"});

    machine.power_cut();

    CHECK(machine.client().wait(calling, id, 5min) == 3);
    CHECK(seen.lines == std::vector<std::string>{"from 0", "from 2"});
}

TEST_CASE("a blob that only a heartbeat names is there for the next attempt") {
    registry all;
    all.add(calling, [](orchestration_context& ctx, int n) -> task<int> {
        const call_options options{.retry = patient(3)};
        co_return co_await ctx.call(options, slow, n);
    });
    all.add(slow, [](activity_context& ctx, int n) {
        if (const auto kept = ctx.last_heartbeat<blob>())
            return static_cast<int>(ctx.get(*kept)->size());
        ctx.heartbeat(ctx.put(std::string(static_cast<std::size_t>(n), 'x')));
        throw std::runtime_error("broke off");
    });
    testing::machine machine(std::move(all));
    const auto id = machine.client().start(calling, 100);
    machine.run_until_idle();

    machine.crash();

    CHECK(machine.client().wait(calling, id, 5min) == 100);
}

TEST_CASE("an activity that is silent for too long has failed, and the next attempt may succeed") {
    witness seen;
    registry all;
    all.add(calling, [](orchestration_context& ctx, int n) -> task<int> {
        const call_options options{.retry = patient(2), .heartbeat_timeout = 30s};
        co_return co_await ctx.call(options, slow, n);
    });
    all.add(slow, [&seen](activity_context& ctx, int n) -> int {
        seen.saw("attempt " + std::to_string(ctx.attempt()));
        if (ctx.attempt() == 1)
            throw interrupted(); // it never comes back
        return n;
    });
    testing::machine machine(std::move(all));
    const auto id = machine.client().start(calling, 4);
    machine.advance(29s);
    CHECK(count(machine.client(), id, "TaskFailed") == 0);

    CHECK(machine.client().wait(calling, id, 5min) == 4);

    CHECK(seen.lines == std::vector<std::string>{"attempt 1", "attempt 2"});
    const auto history = machine.client().history(id);
    const auto failed = std::find_if(history.begin(), history.end(),
                                     [](const auto& each) { return each.kind == "TaskFailed"; });
    REQUIRE(failed != history.end());
    CHECK(failed->failed->type == heartbeat_timed_out);
}

TEST_CASE("an activity that runs again after a crash is watched again") {
    registry all;
    all.add(calling, [](orchestration_context& ctx, int n) -> task<int> {
        const call_options options{.heartbeat_timeout = 30s};
        co_return co_await ctx.call(options, slow, n);
    });
    all.add(slow, [](int) -> int { throw interrupted(); });
    testing::machine machine(std::move(all));
    const auto id = machine.client().start(calling, 4);
    machine.advance(20s);
    machine.crash();
    machine.advance(20s);
    CHECK(count(machine.client(), id, "TaskFailed") == 0);

    machine.advance(11s);

    CHECK(count(machine.client(), id, "TaskFailed") == 1);
}

TEST_CASE("an attempt that takes too long is cancelled, after a restart too") {
    registry all;
    all.add(calling, [](orchestration_context& ctx, int n) -> task<int> {
        const call_options options{.timeout = 30s};
        try {
            co_return co_await ctx.call(options, slow, n);
        } catch (const task_failed& failed) {
            co_return failed.details().is_timeout() ? -1 : -2;
        }
    });
    all.add(slow, [](int) -> int { throw interrupted(); });
    testing::machine machine(std::move(all));
    const auto id = machine.client().start(calling, 4);
    machine.run_until_idle();

    machine.restart(31s);

    CHECK(machine.client().wait(calling, id, 1s) == -1);
    CHECK(count(machine.client(), id, "TaskCanceled") == 1);
}

namespace {

/// An activity that waits until it is stopped and notes why; `quick` gives its number at once.
struct stoppable {
    scenes::notes seen;
    std::function<void()> on_cancel = [] {};

    registry program(task<int> (*body)(orchestration_context&, int)) {
        registry all;
        all.add(calling, body).add(quick, [](int n) { return n; });
        all.add(slow, [this](activity_context& ctx, int n) {
            seen.add("running");
            std::mutex mutex;
            std::condition_variable_any stopped;
            std::unique_lock lock(mutex);
            stopped.wait(lock, ctx.stop_token(), [] { return false; });
            seen.add(ctx.is_canceled() ? "cancelled" : "closing");
            if (!ctx.is_canceled())
                throw interrupted();
            on_cancel();
            return n; // nobody is told
        });
        return all;
    }
    bool await(std::string_view line) {
        return scenes::eventually([&] { return seen.count(line) > 0; });
    }
};

task<int> race_with_event(orchestration_context& ctx, int n) {
    std::vector<durable<int>> racing;
    racing.push_back(ctx.call(slow, n));
    racing.push_back(ctx.wait_for(go));
    const auto winner = co_await when_any(std::move(racing));
    co_await ctx.wait_for(go); // still running when the loser has stopped
    co_return winner.value;
}

task<int> leave_behind(orchestration_context& ctx, int n) {
    auto unused = ctx.call(slow, n);
    co_return co_await ctx.wait_for(go);
}

task<int> fail_leaving_behind(orchestration_context& ctx, int n) {
    auto unused = ctx.call(slow, n);
    co_await ctx.wait_for(go);
    throw std::runtime_error("on purpose");
}

task<int> time_out(orchestration_context& ctx, int n) {
    const call_options options{.timeout = 1s};
    try {
        co_return co_await ctx.call(options, slow, n);
    } catch (const task_failed& failed) {
        co_return failed.details().is_timeout() ? -1 : -2;
    }
}

} // namespace

TEST_CASE("the running loser of a race sees its stop token, and what it gives is dropped") {
    stoppable of;
    scenes::scene hub(of.program(race_with_event));
    hub.client().start({"i"}, calling, 1);
    REQUIRE(of.await("running"));

    hub.client().raise("i", go, 7);

    REQUIRE(of.await("cancelled"));
    hub.client().raise("i", go, 0);
    CHECK(hub.wait(calling, "i") == 7);
    CHECK(hub.count("i", "TaskCanceled") == 1);
    CHECK(hub.count("i", "TaskCompleted") == 0);
}

TEST_CASE("an activity learns that it is cancelled when that is on disk, and not before") {
    stoppable of;
    scenes::scene hub(of.program(race_with_event));
    of.on_cancel = [&] {
        of.seen.add(hub.count("i", "TaskCanceled") == 1 ? "on disk" : "nothing on disk");
    };
    hub.client().start({"i"}, calling, 1);
    REQUIRE(of.await("running"));

    hub.client().raise("i", go, 7);

    REQUIRE(of.await("on disk"));
    CHECK(of.seen.count("nothing") == 0);
}

TEST_CASE("an orchestration that returns stops the activity that it left behind") {
    stoppable of;
    scenes::scene hub(of.program(leave_behind));
    hub.client().start({"i"}, calling, 1);
    REQUIRE(of.await("running"));

    hub.client().raise("i", go, 7);

    CHECK(hub.wait(calling, "i") == 7); // it does not wait for the activity
    CHECK(of.await("cancelled"));
}

TEST_CASE("an orchestration that fails stops the activity that it left behind") {
    stoppable of;
    scenes::scene hub(of.program(fail_leaving_behind));
    hub.client().start({"i"}, calling, 1);
    REQUIRE(of.await("running"));

    hub.client().raise("i", go, 7);

    CHECK_THROWS_AS(hub.wait(calling, "i"), task_failed);
    CHECK(of.await("cancelled"));
}

TEST_CASE("a running attempt that took too long sees its stop token") {
    stoppable of;
    scenes::scene hub(of.program(time_out));
    hub.client().start({"i"}, calling, 1);
    REQUIRE(of.await("running"));

    hub.clock.advance(1s);

    CHECK(hub.wait(calling, "i") == -1);
    CHECK(of.await("cancelled"));
}

TEST_CASE("an activity whose hub closes is not told that it was cancelled, and runs again") {
    stoppable of;
    scenes::scene hub(of.program(leave_behind));
    hub.client().start({"i"}, calling, 1);
    REQUIRE(of.await("running"));

    hub.reopen();

    CHECK(of.seen.count("closing") == 1);
    REQUIRE(scenes::eventually([&] { return of.seen.count("running") == 2; }));
    hub.client().raise("i", go, 7);
    CHECK(hub.wait(calling, "i") == 7);
}

TEST_CASE("an activity that is given up while it waits for a worker never starts") {
    stoppable of;
    hub_options one_worker;
    one_worker.activity_threads = 1;
    scenes::scene hub(of.program(leave_behind), one_worker);
    hub.client().start({"first"}, calling, 1);
    REQUIRE(of.await("running"));
    hub.client().start({"second"}, calling, 2);
    REQUIRE(hub.await("second", "TaskScheduled"));

    hub.client().raise("second", go, 8);
    CHECK(hub.wait(calling, "second") == 8);
    hub.client().raise("first", go, 7);
    CHECK(hub.wait(calling, "first") == 7);

    REQUIRE(of.await("cancelled"));
    CHECK(hub.count("second", "TaskCanceled") == 1);
    hub.close();
    CHECK(of.seen.count("running") == 1);
}

TEST_CASE("a cancelled activity does not run again after a restart") {
    int runs = 0;
    registry all;
    all.add(calling, race_with_event);
    all.add(slow, [&](int) -> int {
        ++runs;
        throw interrupted();
    });
    testing::machine machine(std::move(all));
    machine.client().start({"i"}, calling, 1);
    machine.client().raise("i", go, 7);
    machine.run_until_idle();

    machine.crash();
    machine.client().raise("i", go, 0);

    CHECK(machine.client().wait(calling, "i", 1s) == 7);
    CHECK(runs == 1);
}
