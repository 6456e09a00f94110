// SPDX-License-Identifier: Apache-2.0
// Failures of user code arrive where they are awaited, with type, message and cause.
#include "scenarios/scene.hpp"

namespace {

class out_of_fuel : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct tank {
    int liters = 1;
    void burn(int amount) {
        if (amount > liters)
            throw out_of_fuel("only " + std::to_string(liters) + " left");
        liters -= amount;
    }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(tank, liters)
};
inline constexpr perdure::entity tanks{"tank", perdure::op("burn", &tank::burn)};

inline constexpr perdure::activity<void(std::string)> fail{"fail"};
inline constexpr perdure::orchestration<void()> failing_child{"failing_child"};
inline constexpr perdure::orchestration<std::string(std::string)> catch_it{"catch_it"};
inline constexpr perdure::orchestration<void(std::string)> let_it_pass{"let_it_pass"};
inline constexpr perdure::orchestration<void(int)> dig{"dig"};

using context = perdure::orchestration_context;

void fail_as(const std::string& how) {
    if (how == "number")
        throw 42;
    if (how == "plain")
        throw out_of_fuel("the tank is empty");
    try {
        throw std::invalid_argument("negative pressure");
    } catch (...) {
        std::throw_with_nested(out_of_fuel("the pump stopped"));
    }
}

perdure::task<void> child(context& ctx) {
    co_await ctx.call(fail, "plain");
}

perdure::task<void> dig_deeper(context& ctx, int levels) {
    if (levels == 0)
        throw out_of_fuel("at the bottom");
    co_await ctx.call(dig, levels - 1);
}

perdure::task<void> do_it(context& ctx, std::string what) {
    if (what == "child")
        co_await ctx.call(failing_child);
    else if (what == "entity")
        co_await ctx.call(tanks["car"], &tank::burn, 5);
    else if (what == "own")
        throw out_of_fuel("here already");
    else
        co_await ctx.call(fail, what);
}

perdure::task<std::string> describe(context& ctx, std::string what) {
    try {
        co_await do_it(ctx, what);
    } catch (const perdure::task_failed& failed) {
        std::string text =
            failed.subject() + "|" + failed.details().type + "|" + failed.details().message;
        for (auto cause = failed.details().cause; cause; cause = cause->cause)
            text += "|" + cause->type + "|" + cause->message;
        co_return text;
    }
    co_return "nothing";
}

perdure::registry functions() {
    perdure::registry filled;
    filled.add(fail, fail_as);
    filled.add(failing_child, child);
    filled.add(catch_it, describe);
    filled.add(let_it_pass, do_it);
    filled.add(dig, dig_deeper);
    filled.add(tanks);
    return filled;
}

} // namespace

TEST_CASE("a failed activity throws task_failed with its type and message") {
    scenes::scene hub(functions());

    CHECK(hub.run(catch_it, "plain") ==
          "activity 'fail'|(anonymous namespace)::out_of_fuel|the tank is empty");
}

TEST_CASE("nested exceptions arrive as the causes of a failure") {
    scenes::scene hub(functions());

    const auto text = hub.run(catch_it, "nested");

    CHECK(scenes::has(text, "out_of_fuel"));
    CHECK(scenes::has(text, "the pump stopped|std::invalid_argument|negative pressure"));
}

TEST_CASE("an activity may throw anything") {
    scenes::scene hub(functions());

    CHECK(hub.run(catch_it, "number") == "activity 'fail'|int|not a std::exception");
}

TEST_CASE("a failed child throws task_failed whose cause is what failed the child") {
    scenes::scene hub(functions());

    CHECK(hub.run(catch_it, "child") ==
          "orchestration 'failing_child'|perdure::task_failed|activity 'fail' failed: the tank is "
          "empty|(anonymous namespace)::out_of_fuel|the tank is empty");
}

TEST_CASE("a failed entity operation throws task_failed and names the entity") {
    scenes::scene hub(functions());

    CHECK(hub.run(catch_it, "entity") == "operation 'burn' of entity @tank@car|(anonymous "
                                         "namespace)::out_of_fuel|only 1 left");
}

TEST_CASE(
    "a failure that passes more parents than it may have causes is the same after a restart") {
    scenes::scene hub(functions());
    const int parents = perdure::causes_max + 8;
    const auto id = hub.client().start(dig, parents);
    const auto before = scenes::thrown_by<perdure::task_failed>([&] { hub.wait(dig, id); });

    hub.reopen();
    const auto after = scenes::thrown_by<perdure::task_failed>([&] { hub.wait(dig, id); });

    CHECK(after.details() == before.details());
    CHECK_FALSE(hub.client().history(id).empty());
    CHECK_FALSE(hub.client().status(id)->held);
}

TEST_CASE("an orchestration that throws fails, and its client learns why") {
    scenes::scene hub(functions());
    const auto id = hub.client().start(let_it_pass, "own");

    const auto failed = scenes::thrown_by<perdure::task_failed>([&] { hub.wait(let_it_pass, id); });

    CHECK(failed.subject() == "orchestration 'let_it_pass'");
    CHECK(failed.details().type == "(anonymous namespace)::out_of_fuel");
    CHECK(failed.details().message == "here already");
    const auto seen = hub.client().status(id);
    CHECK(seen->status == perdure::runtime_status::failed);
    CHECK(seen->failed->message == "here already");
}

TEST_CASE("a failure is the same after a restart") {
    scenes::scene hub(functions());
    const auto id = hub.client().start(let_it_pass, "nested");
    const auto before = scenes::thrown_by<perdure::task_failed>([&] { hub.wait(let_it_pass, id); });

    hub.reopen();
    const auto after = scenes::thrown_by<perdure::task_failed>([&] { hub.wait(let_it_pass, id); });

    CHECK(after.details() == before.details());
    CHECK(std::string(after.what()) == before.what());
}
