// SPDX-License-Identifier: Apache-2.0
// What the engine does while a write is on its way to a disk that takes its time: real threads, and
// a store whose writes a test holds back.
#include "catch.hpp"
#include "engine/hub.hpp"
#include "scenarios/scene.hpp"
#include "tests/framework/outside.hpp"

#include <perdure/perdure.hpp>

#include <algorithm>
#include <condition_variable>
#include <future>

using namespace perdure;
using namespace std::chrono_literals;
using scenes::eventually;
using scenes::patience;
using store::table;

namespace {

/// Holds back the first write to one table, and all behind it, until it is let go.
class slow_disk final : public store::store {
  public:
    explicit slow_disk(table held) : held_(held) {}

    std::optional<std::string> get(table where, std::string_view key) override {
        const std::scoped_lock lock(mutex_);
        return rows_.get(where, key);
    }
    void scan(table where, std::string_view prefix, std::string_view from,
              const std::function<bool(std::string_view, std::string_view)>& visit) override {
        const std::scoped_lock lock(mutex_);
        rows_.scan(where, prefix, from, visit);
    }
    void write(const std::vector<perdure::store::change>& changes, bool sync) override {
        std::unique_lock lock(mutex_);
        if (std::any_of(changes.begin(), changes.end(),
                        [&](const auto& each) { return each.where == held_; })) {
            is_waiting_ = true;
            changed_.notify_all();
            changed_.wait(lock, [&] { return is_let_go_; });
        }
        rows_.write(changes, sync);
    }

    bool await_write() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [&] { return is_waiting_; });
    }
    void let_go() {
        const std::scoped_lock lock(mutex_);
        is_let_go_ = true;
        changed_.notify_all();
    }

  private:
    const table held_;
    std::mutex mutex_;
    std::condition_variable changed_;
    testing::memory_store rows_;
    bool is_waiting_ = false;
    bool is_let_go_ = false;
};

/// A hub on such a disk.
struct place {
    place(registry functions, table held) : disk(held) {
        engine::environment outside;
        outside.open_rows = [this] { return testing::borrowed(disk); };
        hub_options options;
        options.name = "Slow";
        hub =
            engine::hub::open("Slow", std::move(functions), std::move(options), std::move(outside));
        clients.emplace(*hub);
    }
    ~place() { disk.let_go(); }

    /// Everything that was sent has been handled, apart from what waits for the disk.
    bool all_is_quiet() {
        return eventually([&] {
            return hub->services().activities->is_idle() && hub->services().routes->is_quiet();
        });
    }

    slow_disk disk;
    std::unique_ptr<engine::hub> hub;
    std::optional<client> clients;
};

struct tally {
    int sum = 0;
    void add(int n) { sum += n; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(tally, sum)
};
inline constexpr entity tallies{"tally", op("add", &tally::add)};
inline constexpr transaction<void(tally&, tally&)> count_both{"count_both"};
inline constexpr orchestration<void()> counting{"counting"};

inline constexpr activity<int()> failing_once{"failing_once"};
inline constexpr orchestration<int()> trying{"trying"};

task<void> do_count(orchestration_context& ctx) {
    co_await ctx.transact(count_both, tallies["a"], tallies["b"]);
}

task<int> do_try(orchestration_context& ctx) {
    call_options twice;
    twice.retry = {.first_interval = 1ms, .max_attempts = 2};
    co_return co_await ctx.call(twice, failing_once);
}

} // namespace

TEST_CASE("an entity does not leave memory before the transaction it took part in is on disk") {
    registry functions;
    functions.add(tallies).add(counting, do_count);
    functions.add(count_both, [](tally& one, tally& other) {
        one.add(1);
        other.add(1);
    });
    place here(std::move(functions), table::entities);
    auto started = here.clients->start_async({"i"}, counting);
    REQUIRE(here.disk.await_write());
    REQUIRE(here.all_is_quiet()); // so both are back from the transaction

    const std::string visited = entity_id{"tally", "a"}.text();
    here.hub->services().routes->send(visited, actors::rest_mail{});
    REQUIRE(here.all_is_quiet());
    auto signaled = here.clients->signal_async(tallies["a"], &tally::add, 10);
    REQUIRE(here.all_is_quiet());
    here.disk.let_go();

    signaled.get();
    here.clients->wait(counting, started.get(), patience);
    CHECK(here.clients->read(tallies["a"])->sum == 11);
    CHECK(here.clients->read(tallies["b"])->sum == 1);
}

TEST_CASE("a heartbeat that an earlier one kept from the disk is there for the next attempt") {
    slow_disk* disk = nullptr;
    registry functions;
    functions.add(trying, do_try);
    functions.add(failing_once, [&](activity_context& ctx) {
        if (ctx.attempt() > 1)
            return ctx.last_heartbeat<int>().value_or(0);
        ctx.heartbeat(1);
        if (!disk->await_write())
            return -1;
        ctx.heartbeat(2);
        throw std::runtime_error("the first attempt fails");
    });
    place here(std::move(functions), table::heartbeats);
    disk = &here.disk;
    auto started = here.clients->start_async({"i"}, trying);
    REQUIRE(eventually([&] { return here.hub->metrics().activities == 1; }));
    REQUIRE(here.all_is_quiet());
    here.disk.let_go();

    CHECK(here.clients->wait(trying, started.get(), patience) == 2);
}
