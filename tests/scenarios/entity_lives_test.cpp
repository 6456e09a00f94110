// SPDX-License-Identifier: Apache-2.0
// What operations do besides changing their state: starting orchestrations, deleting the entity;
// and states that can't be kept.
#include "scenarios/every_step.hpp"

#include <perdure/perdure.hpp>
#include <perdure/testing/machine.hpp>

#include <stdexcept>
#include <string>

using namespace perdure;
using namespace std::chrono_literals;

namespace {

inline constexpr orchestration<int(std::string, int)> job{"job"};

struct office {
    int opened = 0;
    int reported = 0;
    std::string name;

    std::string open(entity_context& ctx, int n) {
        ++opened;
        return ctx.start(job, ctx.id().key, n);
    }
    void open_as(entity_context& ctx, std::string id, int n) {
        ++opened;
        ctx.start_as(id, job, ctx.id().key, n);
    }
    void open_and_fail(entity_context& ctx, std::string id) {
        open_as(ctx, std::move(id), 1);
        throw std::runtime_error("closed");
    }
    void report(int n) { reported += n; }
    void rename(std::string to) { name = std::move(to); }
    void close(entity_context& ctx) { ctx.delete_state(); }
    int seen() const { return reported; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(office, opened, reported, name)
};
inline constexpr entity offices{"Office",
                                op("open", &office::open),
                                op("open_as", &office::open_as),
                                op("open_and_fail", &office::open_and_fail),
                                op("report", &office::report),
                                op("rename", &office::rename),
                                op("close", &office::close),
                                op("seen", &office::seen)};

task<int> run_job(orchestration_context& ctx, std::string key, int n) {
    ctx.signal(offices[key], &office::report, n);
    co_return n;
}

inline constexpr orchestration<std::string()> ask{"ask"};
task<std::string> run_ask(orchestration_context& ctx) {
    co_return co_await ctx.call(offices["a"], &office::open, 5);
}

/// Makes a state that can't be stored.
struct mint {
    std::string coin;
    void strike() { coin = "\xff"; }
    void polish() { coin += "o"; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(mint, coin)
};
inline constexpr entity mints{"mint", op("strike", &mint::strike), op("polish", &mint::polish)};

registry functions() {
    registry all;
    all.add(offices).add(mints).add(job, run_job).add(ask, run_ask);
    return all;
}

} // namespace

TEST_CASE("an entity starts an orchestration and hears from it") {
    testing::machine machine(functions());
    machine.client().signal(offices["a"], &office::open, 7);

    machine.run_until_idle();

    CHECK(machine.client().read(offices["a"])->reported == 7);
}

TEST_CASE("a caller learns the id of what an entity started, and can wait for it") {
    testing::machine machine(functions());
    const auto id = machine.client().wait(ask, machine.client().start(ask), 1s);
    machine.run_until_idle(); // the start may still be on its way

    CHECK(machine.client().wait(job, id, 1s) == 5);
    CHECK(machine.client().status(id)->parent.empty());
}

TEST_CASE("a start under an id that is taken changes nothing, and the log says so") {
    std::string log;
    testing::machine_options options;
    options.hub.log = [&](std::string_view line) { log += line; };
    testing::machine machine(functions(), options);
    machine.client().start({.instance = "j", .delay = 1h}, job, "a", 3);
    machine.client().signal(offices["a"], &office::open_as, "j", 9);
    machine.advance(2h);

    CHECK(machine.client().read(offices["a"])->reported == 3);
    CHECK(machine.client().read(offices["a"])->opened == 1);
    CHECK_THAT(log, Catch::Contains("'j', under which @office@a starts orchestration 'job', is "
                                    "taken"));
}

TEST_CASE("an operation that throws starts nothing") {
    testing::machine machine(functions());
    machine.client().signal(offices["a"], &office::open_and_fail, "j");
    machine.run_until_idle();

    CHECK_FALSE(machine.client().status("j"));
    CHECK_FALSE(machine.client().read(offices["a"]));
}

TEST_CASE("a crash between any two steps neither loses nor doubles what an entity starts") {
    scenes::story told;
    told.before = [](auto& machine) {
        machine.client().signal(offices["a"], &office::open_as, "j", 3);
        machine.client().signal(offices["a"], &office::open, 4);
    };
    told.end = [](auto& machine) {
        CHECK(machine.client().read(offices["a"])->reported == 7);
        CHECK(machine.client().status("j")->status == runtime_status::completed);
    };

    CHECK(scenes::crash_at_every_step(functions(), told) > 20);
}

TEST_CASE("a deleted entity is gone for clients, and begins anew") {
    testing::machine machine(functions());
    machine.client().signal(offices["a"], &office::report, 3);
    machine.client().signal(offices["a"], &office::close);
    CHECK_FALSE(machine.client().read(offices["a"]));

    machine.restart();
    CHECK_FALSE(machine.client().read(offices["a"]));
    machine.client().signal(offices["a"], &office::report, 4);

    CHECK(machine.client().read(offices["a"])->reported == 4);
}

TEST_CASE("a large state goes with its entity") {
    testing::machine_options options;
    options.hub.inline_payload_max = 100;
    testing::machine machine(functions(), options);
    const std::string large(5000, 'x');
    machine.client().signal(offices["a"], &office::rename, large);
    machine.client().signal(offices["b"], &office::rename, large);
    machine.client().signal(offices["a"], &office::close);

    CHECK(machine.client().read(offices["b"])->name == large);
    machine.client().signal(offices["b"], &office::close);
    CHECK_FALSE(machine.client().read(offices["b"]));
}

TEST_CASE("asking an entity that does not exist does not make it") {
    testing::machine machine(functions());
    machine.client().signal(offices["a"], &office::seen);

    CHECK_FALSE(machine.client().read(offices["a"]));
    CHECK(machine.client().entities({}).entities.empty());
}

TEST_CASE("a state that can't be stored fails its operation alone, and the hub goes on") {
    std::string log;
    testing::machine_options options;
    options.hub.log = [&](std::string_view line) { log += line; };
    testing::machine machine(functions(), options);
    machine.client().signal(mints["m"], &mint::polish);

    machine.client().signal(mints["m"], &mint::strike);
    machine.client().signal(mints["m"], &mint::polish);

    CHECK(machine.client().read(mints["m"])->coin == "oo");
    CHECK_THAT(log, Catch::Contains("signal 'strike' to entity @mint@m failed"));
}

TEST_CASE("entity keys are kept exactly, and kinds in lower case") {
    testing::machine machine(functions());
    int n = 0;
    for (const std::string key : {"", "@", "a@b", "A", "a", "ä\t"})
        machine.client().signal(offices[key], &office::report, ++n);

    n = 0;
    for (const std::string key : {"", "@", "a@b", "A", "a", "ä\t"}) {
        CHECK(machine.client().read(offices[key])->reported == ++n);
        CHECK(entity_id::parse(offices[key].id().text()) == entity_id{"office", key});
    }
    CHECK(machine.client().entities({}).entities.size() == 6);
}
