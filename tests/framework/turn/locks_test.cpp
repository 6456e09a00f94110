// SPDX-License-Identifier: Apache-2.0
// Critical sections in a pure step: what is asked for, what is given up, and which rules hold.
#include "turn/execution.hpp"

#include "catch.hpp"

#include <perdure/perdure.hpp>

using namespace perdure;
using namespace perdure::history;
using namespace std::chrono_literals;
using turn::execution;

namespace {

struct cell {
    int value = 0;
    int get() const { return value; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(cell, value)
};
inline constexpr entity cells{"cell", op("get", &cell::get)};
inline constexpr orchestration<int()> child{"child"};
inline constexpr transaction<int(cell&)> peek{"peek"};

class no_blobs final : public turn::blob_source {
    std::shared_ptr<const std::string> load(const blob& name) override {
        throw error(errc::not_found, name.hex());
    }
};

using events = std::vector<history::event>;
using context = orchestration_context;

/// One instance of a coroutine, driven by hand.
class driven {
  public:
    template <class F>
    explicit driven(F code)
        : code_(detail::erase_orchestration<int>(std::move(code))), live_(fresh()) {}

    events step(events arrived) {
        turn::decision made = live_->run(at(++time_), arrived);
        history_.push_back(made.parts.at(0).record);
        return history_.back().decided;
    }
    events begin() { return step({execution_started{"o", "exec", {}, {}}}); }
    bool replays() {
        live_ = fresh();
        return std::none_of(history_.begin(), history_.end(),
                            [&](const history::step& each) { return live_->replay(each); });
    }
    void evict() { live_.reset(); }

  private:
    static timestamp at(int ms) { return timestamp(std::chrono::milliseconds(ms)); }
    std::unique_ptr<execution> fresh() {
        return std::make_unique<execution>("i", code_, blobs_, 1024);
    }

    no_blobs blobs_;
    detail::orchestration_definition code_;
    std::unique_ptr<execution> live_;
    std::vector<history::step> history_;
    int time_ = 0;
};

task<int> hold(context& ctx) {
    auto guard = co_await ctx.lock(cells["b"], cells["a"], cells["b"]);
    co_await ctx.sleep_until(timestamp(1h));
    co_return 1;
}

const lock_requested both{0, {"@cell@a", "@cell@b"}};
const unlock_sent left{0, {"@cell@a", "@cell@b"}};
const execution_completed done{runtime_status::completed, codec<int>::encode(1), {}};

/// What is wrong with the body of a section of cell a, as its message says.
template <class Body>
std::string broken_rule(Body body) {
    driven instance([body](context& ctx) -> task<int> {
        auto guard = co_await ctx.lock(cells["a"]);
        co_await body(ctx);
        co_return 1;
    });
    instance.begin();
    const events decided = instance.step({lock_granted{0}});
    const auto* ended = std::get_if<execution_completed>(&decided.back());
    if (ended == nullptr)
        return {};
    CHECK(ended->error.type == "perdure::error");
    return ended->error.message;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a lock names its entities once and in order, however they are asked for") {
    driven instance(hold);

    CHECK(instance.begin() == events{both});
}

TEST_CASE("a section that is left by returning unlocks before the execution ends") {
    driven instance(hold);
    instance.begin();
    CHECK(instance.step({lock_granted{0}}) == events{timer_created{1, timestamp(1h)}});

    CHECK(instance.step({timer_fired{1}}) == events{left, done});
    CHECK(instance.replays());
}

TEST_CASE("a section that is left by an exception unlocks") {
    driven instance([](context& ctx) -> task<int> {
        try {
            const auto guard = co_await ctx.lock(cells["a"], cells["b"]);
            throw std::runtime_error("no");
        } catch (const std::runtime_error&) {
        }
        co_return 1;
    });
    instance.begin();

    CHECK(instance.step({lock_granted{0}}) == events{left, done});
}

TEST_CASE("an execution that is evicted inside a section unlocks nothing") {
    driven instance(hold);
    instance.begin();
    instance.step({lock_granted{0}});

    instance.evict();

    CHECK(instance.replays());
    CHECK(instance.step({timer_fired{1}}) == events{left, done});
}

TEST_CASE("a lock that is not granted in time is given up and named") {
    driven instance([](context& ctx) -> task<int> {
        try {
            const auto guard = co_await ctx.lock(lock_options{5ms}, cells["a"], cells["b"]);
        } catch (const error& late) {
            co_return late.code() == errc::timeout ? 1 : 2;
        }
        co_return 3;
    });
    CHECK(instance.begin() == events{both, timer_created{1, timestamp(6ms)}});

    CHECK(instance.step({timer_fired{1}}) == events{left, done});
    CHECK(instance.replays());
}

TEST_CASE("a lock that is granted in time cancels its timeout") {
    driven instance([](context& ctx) -> task<int> {
        const auto guard = co_await ctx.lock(lock_options{5ms}, cells["a"], cells["b"]);
        co_return guard.is_held() ? 1 : 2;
    });
    instance.begin();

    CHECK(instance.step({lock_granted{0}}) == events{timer_canceled{1}, left, done});
    CHECK(instance.replays());
}

TEST_CASE("a grant that comes after its request was given up changes nothing") {
    driven instance([](context& ctx) -> task<int> {
        try {
            const auto guard = co_await ctx.lock(lock_options{5ms}, cells["a"], cells["b"]);
        } catch (const error&) {
        }
        co_await ctx.sleep_until(timestamp(1h));
        co_return 1;
    });
    instance.begin();
    instance.step({timer_fired{1}});

    CHECK(instance.step({lock_granted{0}}).empty());
    CHECK(instance.step({timer_fired{2}}) == events{done});
    CHECK(instance.replays());
}

TEST_CASE("there is no section inside another") {
    CHECK(has(broken_rule([](context& ctx) -> task<void> {
                  const auto inner = co_await ctx.lock(cells["b"]);
              }),
              "another critical section is not allowed inside a critical section, of @cell@a"));
}

TEST_CASE("there are no child orchestrations inside a section") {
    CHECK(has(broken_rule([](context& ctx) -> task<void> { co_await ctx.call(child); }),
              "a child orchestration is not allowed inside a critical section"));
}

TEST_CASE("only locked entities are called inside a section") {
    CHECK(has(
        broken_rule([](context& ctx) -> task<void> { co_await ctx.call(cells["b"], &cell::get); }),
        "@cell@b is not among @cell@a"));
    CHECK(has(
        broken_rule([](context& ctx) -> task<void> { co_await ctx.transact(peek, cells["b"]); }),
        "@cell@b is not among @cell@a"));
}

TEST_CASE("a locked entity is called once at a time") {
    CHECK(has(broken_rule([](context& ctx) -> task<void> {
                  auto one = ctx.call(cells["a"], &cell::get);
                  auto two = ctx.call(cells["a"], &cell::get);
                  co_await one;
                  co_await two;
              }),
              "locked entity @cell@a is called while another call of it is under way"));
    CHECK(has(broken_rule([](context& ctx) -> task<void> {
                  auto one = ctx.transact(peek, cells["a"]);
                  auto two = ctx.call(cells["a"], &cell::get);
                  co_await one;
                  co_await two;
              }),
              "locked entity @cell@a is called while another call of it is under way"));
}

TEST_CASE("a locked entity is not signaled, others are") {
    CHECK(has(broken_rule([](context& ctx) -> task<void> {
                  ctx.signal(cells["a"], &cell::get);
                  co_await ctx.sleep_for(1ms);
              }),
              "locked entity @cell@a can't be signaled"));
    CHECK(broken_rule([](context& ctx) -> task<void> {
              ctx.signal(cells["b"], &cell::get);
              co_await ctx.sleep_for(1ms);
          }).empty());
}

TEST_CASE("an entity is not called before its lock is granted") {
    driven instance([](context& ctx) -> task<int> {
        auto pending = ctx.lock(cells["a"]);
        pending.start();
        co_return co_await ctx.call(cells["a"], &cell::get);
    });

    const events decided = instance.begin();

    CHECK(has(std::get<execution_completed>(decided.back()).error.message,
              "entity @cell@a is called before its lock is granted"));
    CHECK(decided[1] == history::event(unlock_sent{0, {"@cell@a"}}));
}

TEST_CASE("after a section, everything is allowed again") {
    driven instance([](context& ctx) -> task<int> {
        auto guard = co_await ctx.lock(cells["a"]);
        guard.release();
        ctx.signal(cells["a"], &cell::get);
        const auto again = co_await ctx.lock(cells["b"]);
        co_return 1;
    });
    instance.begin();

    CHECK(instance.step({lock_granted{0}}) ==
          events{unlock_sent{0, {"@cell@a"}}, operation_signaled{1, {"cell", "a"}, "get", {}},
                 lock_requested{2, {"@cell@b"}}});
}

TEST_CASE("a lock of nothing is refused") {
    driven instance([](context& ctx) -> task<int> {
        const auto guard = co_await ctx.lock(std::vector<entity_id>{});
        co_return 1;
    });

    const events decided = instance.begin();
    CHECK(has(std::get<execution_completed>(decided.back()).error.message, "needs entities"));
}
