// SPDX-License-Identifier: Apache-2.0
// Starting instances: idempotent by id, refused for wrong ids and unknown functions.
#include "scenarios/every_step.hpp"
#include "scenarios/scene.hpp"

#include <future>

using namespace std::chrono_literals;

namespace {

inline constexpr perdure::event<bool> go{"go"};
inline constexpr perdure::orchestration<int(int)> twice{"twice"};
inline constexpr perdure::orchestration<int(int)> thrice{"thrice"};
inline constexpr perdure::orchestration<int(int)> unheard_of{"unheard_of"};

using context = perdure::orchestration_context;

perdure::task<int> double_it(context&, int number) {
    co_return 2 * number;
}

perdure::task<int> triple_it(context& ctx, int number) {
    co_await ctx.wait_for(go);
    co_return 3 * number;
}

perdure::registry functions() {
    perdure::registry filled;
    filled.add(twice, double_it);
    filled.add(thrice, triple_it);
    return filled;
}

} // namespace

TEST_CASE("starting again under an id with the same function and input changes nothing") {
    scenes::scene hub(functions());
    CHECK(hub.client().start({.instance = "a"}, thrice, 21) == "a");
    const auto before = hub.client().history("a").size();

    CHECK(hub.client().start({.instance = "a"}, thrice, 21) == "a");
    hub.reopen();
    CHECK(hub.client().start({.instance = "a"}, thrice, 21) == "a");

    CHECK(hub.client().history("a").size() == before);
}

TEST_CASE("starting again under an id with another input is refused") {
    scenes::scene hub(functions());
    hub.client().start({.instance = "a"}, thrice, 21);

    CHECK(scenes::errc_of([&] { hub.client().start({.instance = "a"}, thrice, 22); }) ==
          perdure::errc::instance_exists);
    hub.client().raise("a", go, true);
    CHECK(hub.wait(thrice, "a") == 63);
}

TEST_CASE("starting again under an id with another function is refused") {
    scenes::scene hub(functions());
    hub.client().start({.instance = "a"}, thrice, 21);

    CHECK(scenes::errc_of([&] { hub.client().start({.instance = "a"}, twice, 21); }) ==
          perdure::errc::instance_exists);
}

TEST_CASE("ids that break a rule are refused and the message names the rule") {
    scenes::scene hub(functions());
    const auto [id, rule] = GENERATE(
        table<std::string, std::string>({{"@a", "must not start with '@'"},
                                         {"a\nb", "must not hold control characters"},
                                         {std::string(257, 'a'), "must have 1 to 256 bytes"}}));

    const auto refused = scenes::thrown_by<perdure::error>(
        [&, id = id] { hub.client().start({.instance = id}, twice, 1); });
    CHECK(refused.code() == perdure::errc::invalid_argument);
    CHECK(scenes::has(refused.what(), rule));
}

TEST_CASE("an id may hold anything else") {
    scenes::scene hub(functions());
    const auto id =
        GENERATE(as<std::string>{}, "a", "a b/c@d:0", "\xc3\xa4", std::string(256, 'x'));

    CHECK(hub.client().start({.instance = id}, twice, 1) == id);
    CHECK(hub.wait(twice, id) == 2);
}

TEST_CASE("an orchestration that is not registered can't be started") {
    scenes::scene hub(functions());

    const auto refused = scenes::thrown_by<perdure::error>(
        [&] { hub.client().start({.instance = "a"}, unheard_of, 1); });
    CHECK(refused.code() == perdure::errc::not_registered);
    CHECK(scenes::has(refused.what(), "orchestration 'unheard_of' is not registered"));
    CHECK_FALSE(hub.client().status("a"));
}

TEST_CASE("a name can be registered once") {
    perdure::registry filled = functions();

    CHECK(scenes::errc_of([&] { filled.add(twice, double_it); }) == perdure::errc::duplicate);
}

TEST_CASE("two instances without an id are two instances") {
    scenes::scene hub(functions());

    CHECK(hub.client().start(twice, 1) != hub.client().start(twice, 1));
}

TEST_CASE("waiting for an unknown instance is refused") {
    scenes::scene hub(functions());

    CHECK(scenes::errc_of([&] { hub.wait(twice, "nobody"); }) == perdure::errc::not_found);
}

TEST_CASE("a wait that is too short changes nothing") {
    scenes::scene hub(functions());
    const auto id = hub.client().start(thrice, 5);

    CHECK(scenes::errc_of([&] { hub.client().wait(thrice, id, 1ms); }) == perdure::errc::timeout);
    hub.client().raise(id, go, true);
    CHECK(hub.wait(thrice, id) == 15);
}

TEST_CASE("on_finished is called once, with the status that is on disk") {
    scenes::scene hub(functions());
    std::promise<perdure::instance_status> finished;
    perdure::start_options options;
    options.on_finished = [&](const auto& seen) { finished.set_value(seen); };

    const auto id = hub.client().start(options, twice, 4);

    auto told = finished.get_future();
    REQUIRE(told.wait_for(scenes::patience) == std::future_status::ready);
    const auto seen = told.get();
    CHECK(seen.instance == id);
    CHECK(seen.status == perdure::runtime_status::completed);
    CHECK(seen.output.data == "8");
    CHECK(hub.client().status(id)->status == perdure::runtime_status::completed);
}

TEST_CASE("a thousand starts that nobody waits for one by one all complete") {
    scenes::scene hub(functions());
    std::vector<std::future<std::string>> started;
    for (int i = 0; i < 1000; ++i)
        started.push_back(hub.client().start_async({}, twice, i));

    int sum = 0;
    for (auto& each : started)
        sum += hub.wait(twice, each.get());

    CHECK(sum == 999 * 1000);
}

TEST_CASE("an id whose instance has finished may be given to another start") {
    scenes::scene hub(functions());
    hub.client().start({.instance = "a"}, twice, 21);
    hub.wait(twice, "a");

    hub.client().start({.instance = "a"}, thrice, 5);
    CHECK(hub.client().status("a")->name == "thrice");
    hub.client().raise("a", go, true);

    CHECK(hub.wait(thrice, "a") == 15);
    CHECK(hub.count("a", "ExecutionStarted") == 1);
    hub.client().start({.instance = "a"}, thrice, 5);
    hub.reopen();
    CHECK(hub.client().status("a")->status == perdure::runtime_status::running);
}

TEST_CASE("an id may be used once if the start says so, and repeating it changes nothing") {
    scenes::scene hub(functions());
    const perdure::start_options once{.instance = "a", .reuse = perdure::id_reuse::never};
    hub.client().start(once, twice, 21);
    hub.wait(twice, "a");
    const auto before = hub.client().history("a").size();

    CHECK(hub.client().start(once, twice, 21) == "a");
    CHECK(scenes::errc_of([&] { hub.client().start(once, twice, 22); }) ==
          perdure::errc::instance_exists);
    CHECK(hub.client().history("a").size() == before);
}

TEST_CASE("an id may be reused only after a failure if the start says so") {
    perdure::registry filled;
    filled.add(twice, [](context&, int number) -> perdure::task<int> {
        if (number < 0)
            throw std::runtime_error("negative");
        co_return 2 * number;
    });
    scenes::scene hub(filled);
    const perdure::start_options retry{.instance = "a", .reuse = perdure::id_reuse::if_failed};
    hub.client().start(retry, twice, -1);
    scenes::thrown_by<perdure::task_failed>([&] { hub.wait(twice, "a"); });

    hub.client().start(retry, twice, 4);
    CHECK(hub.wait(twice, "a") == 8);
    CHECK(scenes::errc_of([&] { hub.client().start(retry, twice, 5); }) ==
          perdure::errc::instance_exists);
}

TEST_CASE("a start that is repeated with its key never runs twice") {
    scenes::scene hub(functions());
    const perdure::start_options mine{.instance = "a", .key = "order 1"};
    const perdure::start_options other{.instance = "a", .key = "order 2"};
    hub.client().start(mine, twice, 1);
    hub.wait(twice, "a");
    hub.client().start(mine, twice, 1);
    CHECK(hub.count("a", "ExecutionStarted") == 1);
    CHECK(hub.wait(twice, "a") == 2);

    hub.client().start(other, twice, 2);
    hub.wait(twice, "a");
    hub.reopen();
    hub.client().start(mine, twice, 1);

    CHECK(hub.wait(twice, "a") == 4); // the second order's
}

TEST_CASE("a start with another key is another start, also with the same input") {
    scenes::scene hub(functions());
    hub.client().start({.instance = "a", .key = "order 1"}, thrice, 1);

    CHECK(scenes::errc_of([&] {
              hub.client().start({.instance = "a", .key = "order 2"}, thrice, 1);
          }) == perdure::errc::instance_exists);
    CHECK(scenes::errc_of([&] {
              hub.client().start({.instance = "b", .key = std::string(257, 'k')}, thrice, 1);
          }) == perdure::errc::invalid_argument);
}

TEST_CASE("on_finished of a repeated start tells an end that is on disk") {
    for (std::size_t steps = 0; steps < 40; ++steps) {
        INFO("repeated after step " << steps);
        perdure::testing::computer machine(functions(), perdure::tests::with_blobs(steps));
        machine.boot();
        bool is_told = false;
        perdure::start_options options{.instance = "i", .key = "once"};
        machine.client().start_async(options, twice, 4);
        perdure::tests::run_steps(machine, steps);
        options.on_finished = [&](const perdure::instance_status&) { is_told = true; };
        machine.client().start_async(options, twice, 4);
        while (!is_told)
            REQUIRE(machine.run_one_job());

        machine.kill_power();
        machine.boot();

        const auto seen = machine.client().status("i");
        REQUIRE(seen);
        CHECK(seen->status == perdure::runtime_status::completed);
    }
}

TEST_CASE("on_finished of a start that reuses an id tells the end of the new instance") {
    perdure::testing::machine machine(functions());
    machine.client().start({.instance = "a"}, twice, 1);
    std::vector<std::string> told;
    perdure::start_options again{.instance = "a", .key = "again"};
    again.on_finished = [&](const auto& seen) { told.push_back(seen.output.data); };
    machine.run_until_idle();

    machine.client().start(again, twice, 8);
    machine.run_until_idle();

    CHECK(told == std::vector<std::string>{"16"});
}

TEST_CASE("a reused id runs exactly one of both instances at a time, wherever the power goes") {
    const auto first = [](auto& machine) {
        machine.client().start({.instance = "a", .key = "1"}, twice, 1);
    };
    std::future<std::string> second;
    scenes::story told;
    told.before = [&](auto& machine) {
        first(machine);
        machine.run_until_idle();
    };
    told.begin = [&](auto& machine) {
        second = machine.client().start_async({.instance = "a", .key = "2"}, twice, 2);
    };
    told.after_crash = [&](auto& machine) {
        const bool is_known = scenes::is_acknowledged(second);
        const std::string seen = machine.client().status("a")->input.data;
        REQUIRE((seen == "2" || (seen == "1" && !is_known)));
        first(machine);
    };
    told.end = [](auto& machine) { REQUIRE(machine.client().wait(twice, "a", 1h) == 4); };

    CHECK(scenes::crash_at_every_step(functions(), told) > 15);
}

TEST_CASE("a scheduled instance is pending until its time, and then runs once") {
    perdure::testing::machine machine(functions());
    machine.client().start({.instance = "a", .delay = 2h}, twice, 1);
    machine.advance(1h + 59min);
    machine.restart();
    CHECK(machine.client().status("a")->status == perdure::runtime_status::pending);
    CHECK(scenes::errc_of([&] { machine.client().wait(twice, "a", 30s); }) ==
          perdure::errc::timeout);

    CHECK(machine.client().wait(twice, "a", 1h) == 2);
    CHECK(machine.client().status("a")->updated - machine.client().status("a")->created == 2h);
}

TEST_CASE("a start for a time that has passed is one for now") {
    perdure::testing::machine machine(functions());
    machine.client().start({.instance = "a", .start_at = machine.now() - 1h}, twice, 1);
    machine.run_until_idle();

    CHECK(machine.client().status("a")->status == perdure::runtime_status::completed);
}

TEST_CASE("events that are raised before the time of a scheduled start are kept for it") {
    perdure::testing::machine machine(functions());
    machine.client().start({.instance = "a", .delay = 2h}, thrice, 5);
    machine.client().raise("a", go, true);
    machine.crash();
    machine.run_until_idle();
    CHECK(machine.client().status("a")->status == perdure::runtime_status::pending);

    CHECK(machine.client().wait(thrice, "a", 3h) == 15);
}

TEST_CASE("a scheduled instance whose function is missing at its time is held and runs later") {
    perdure::registry none;
    none.add(thrice, triple_it);
    perdure::testing::machine machine(functions());
    machine.client().start({.instance = "a", .delay = 1h}, twice, 5);
    machine.install(none);
    machine.restart(2h);
    machine.run_until_idle();
    CHECK(machine.client().status("a")->held);

    machine.install(functions());
    machine.restart();

    CHECK(machine.client().wait(twice, "a", 1min) == 10);
}

TEST_CASE("a scheduled start is neither lost nor early nor doubled, wherever the power goes") {
    perdure::timestamp at;
    scenes::story told;
    told.before = [&](auto& machine) { at = machine.client().now() + 1h; };
    told.begin = [&](auto& machine) {
        machine.client().start_async({.instance = "a", .key = "k", .start_at = at}, twice, 4);
    };
    told.end = [&](auto& machine) {
        REQUIRE(machine.client().wait(twice, "a", 2h) == 8);
        REQUIRE(machine.client().status("a")->updated == at);
    };

    CHECK(scenes::crash_at_every_step(functions(), told) > 30);
}

TEST_CASE("a history that grows says so, once at each doubling") {
    perdure::registry filled;
    filled.add(twice, [](context& ctx, int number) -> perdure::task<int> {
        for (int i = 0; i < number; ++i)
            co_await ctx.wait_for(go);
        co_return 0;
    });
    perdure::hub_options options;
    options.history_warning = 20;
    scenes::scene hub(filled, options);
    hub.client().start({.instance = "a"}, twice, 30);
    for (int i = 0; i < 30; ++i)
        hub.client().raise("a", go, true);
    hub.wait(twice, "a");

    CHECK(hub.log.count("the history of instance a has") == 2);
    CHECK(hub.hub().metrics().long_histories == 2);
    hub.reopen();
    CHECK(hub.log.count("the history of instance a has") == 2);
}
