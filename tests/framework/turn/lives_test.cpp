// SPDX-License-Identifier: Apache-2.0
// The pure step where lives begin and end: continue-as-new, what becomes of unread events, detached
// starts.
#include "turn/execution.hpp"

#include "catch.hpp"

#include <perdure/perdure.hpp>

using namespace perdure;
using namespace perdure::history;
using namespace std::chrono_literals;

namespace {

inline constexpr activity<int(int)> work{"work"};
inline constexpr orchestration<int(int)> loop{"loop"};
inline constexpr orchestration<int(int, std::string)> loop2{"loop2"};
inline constexpr perdure::event<int> nudge{"nudge"};
inline constexpr perdure::event<int> poke{"poke"};

class no_blobs final : public turn::blob_source {
    std::shared_ptr<const std::string> load(const blob& name) override {
        throw error(errc::not_found, name.hex());
    }
};

payload number(int n) {
    return codec<int>::encode(n);
}
history::event begun(int input) {
    return execution_started{"loop", "exec", number(input), {}};
}
history::event raised(const std::string& name, int n) {
    return event_raised{name, number(n)};
}

using events = std::vector<history::event>;

/// One execution, driven by hand.
class driven {
  public:
    template <class F>
    explicit driven(F code) : code_(detail::erase_orchestration<int, int>(std::move(code))) {}

    turn::decision step(events arrived) {
        const timestamp now{std::chrono::milliseconds(history_.size())};
        turn::decision made = live_.run(now, arrived);
        history_.push_back(made.parts.at(0).record);
        return made;
    }
    /// Whether the same is decided when the history is replayed in fresh memory.
    bool is_repeatable() {
        turn::execution again("i", code_, blobs_, 1024);
        for (const auto& each : history_)
            if (again.replay(each))
                return false;
        return true;
    }

  private:
    no_blobs blobs_;
    detail::orchestration_definition code_;
    turn::execution live_{"i", code_, blobs_, 1024};
    std::vector<history::step> history_;
};

history::event next(int input) {
    return execution_continued{"loop", number(input)};
}

} // namespace

TEST_CASE("to continue as new is the last thing decided, after the timers are cancelled") {
    driven instance([](orchestration_context& ctx, int n) -> task<int> {
        auto pause = ctx.sleep_for(1h);
        co_await ctx.wait_for(nudge);
        ctx.continue_as_new(loop, n + 1);
    });
    instance.step({begun(4)});

    const auto decided = instance.step({raised("nudge", 0)});

    CHECK(turn::decided_in(decided.parts) == events{timer_canceled{0}, next(5)});
    CHECK(decided.carried.empty());
    CHECK(instance.is_repeatable());
}

TEST_CASE("an orchestration may continue as another one, with arguments of its own") {
    driven instance([](orchestration_context& ctx, int n) -> task<int> {
        ctx.continue_as_new(loop2, n, "x");
        co_return 0;
    });

    const auto decided = instance.step({begun(4)});

    CHECK(turn::decided_in(decided.parts) ==
          events{execution_continued{"loop2", {content::json, "[4,\"x\"]", {}, {}}}});
}

TEST_CASE("events that nobody has read are carried over in the order of their arrival") {
    driven instance([](orchestration_context& ctx, int n) -> task<int> {
        const int heard = co_await ctx.wait_for(nudge);
        ctx.continue_as_new(loop, n + heard);
    });
    instance.step({begun(0), raised("poke", 1)});

    const auto decided = instance.step({raised("Poke", 2), raised("nudge", 3), raised("other", 4),
                                        raised("nudge", 5), raised("poke", 6)});

    CHECK(turn::decided_in(decided.parts) == events{next(3)});
    CHECK(decided.carried == events{raised("poke", 1), raised("Poke", 2), raised("other", 4),
                                    raised("nudge", 5), raised("poke", 6)});
}

TEST_CASE("an event that was handed out and not read is carried over in its place") {
    driven instance([](orchestration_context& ctx, int n) -> task<int> {
        auto unread = ctx.wait_for(nudge);
        co_await ctx.wait_for(poke);
        ctx.continue_as_new(loop, n);
    });
    instance.step({begun(0)});
    instance.step({raised("other", 1), raised("nudge", 2), raised("other", 3)});

    const auto decided = instance.step({raised("poke", 4)});

    CHECK(decided.carried == events{raised("other", 1), raised("nudge", 2), raised("other", 3)});
    CHECK(instance.is_repeatable());
}

TEST_CASE("an event whose wait was dropped unread is the next one to be read") {
    driven instance([](orchestration_context& ctx, int) -> task<int> {
        {
            auto lost = ctx.wait_for(nudge);
            co_await ctx.wait_for(poke);
        }
        const int first = co_await ctx.wait_for(nudge);
        const int second = co_await ctx.wait_for(nudge);
        co_return 10 * first + second;
    });
    instance.step({begun(0)});
    instance.step({raised("nudge", 1), raised("nudge", 2)});

    const auto decided = instance.step({raised("poke", 0)});

    CHECK(turn::decided_in(decided.parts) ==
          events{execution_completed{runtime_status::completed, number(12), {}}});
    CHECK(instance.is_repeatable());
}

TEST_CASE("an event that is given back goes to whoever waits meanwhile") {
    driven instance([](orchestration_context& ctx, int) -> task<int> {
        auto first = ctx.wait_for(nudge);
        auto second = ctx.wait_for(nudge);
        co_await ctx.wait_for(poke);
        first.cancel();
        const int heard = co_await second;
        co_return heard;
    });
    instance.step({begun(0)});
    instance.step({raised("nudge", 7)});

    const auto decided = instance.step({raised("poke", 0)});

    CHECK(turn::decided_in(decided.parts) ==
          events{execution_completed{runtime_status::completed, number(7), {}}});
}

TEST_CASE("who asked to continue continues, whatever it returns, but a failure is a failure") {
    const auto asks = [](orchestration_context& ctx, int n) -> task<int> {
        try {
            ctx.continue_as_new(loop, n + 1);
        } catch (...) {
            if (n == 2)
                throw std::runtime_error("broken");
        }
        co_return 9;
    };
    driven returning(asks), failing(asks);

    CHECK(turn::decided_in(returning.step({begun(1)}).parts) == events{next(2)});
    const auto decided = failing.step({begun(2)});
    REQUIRE(turn::decided_in(decided.parts).size() == 1);
    CHECK(std::get<execution_completed>(turn::decided_in(decided.parts)[0]).error.message ==
          "broken");
    CHECK(decided.carried.empty());
}

TEST_CASE("a detached start has a deterministic id and nothing comes back") {
    driven instance([](orchestration_context& ctx, int) -> task<int> {
        const std::string own = ctx.start(loop, 1);
        ctx.start({.instance = "named", .start_at = ctx.now() + 1h}, loop, 2);
        co_await ctx.call(work, static_cast<int>(own.size()));
        co_return 0;
    });

    const auto decided = turn::decided_in(instance.step({begun(0)}).parts);

    CHECK(decided == events{start_requested{0, "loop", "exec:0", number(1), {}},
                            start_requested{1, "loop", "named", number(2), timestamp(1h)},
                            task_scheduled{2, "work", number(6)}});
    CHECK(instance.is_repeatable());
}

TEST_CASE("an execution can be dropped while events are handed out and not read") {
    {
        driven instance([](orchestration_context& ctx, int) -> task<int> {
            auto first = ctx.wait_for(nudge);
            auto second = ctx.wait_for(nudge);
            co_await ctx.wait_for(poke);
            co_return 0;
        });
        instance.step({begun(0)});
        instance.step({raised("nudge", 1)});
    }
    CHECK(detail::frame_bytes() == 0);
}
