// SPDX-License-Identifier: Apache-2.0
#include "sim/simulation.hpp"

#include "check/rows_check.hpp"
#include "testing/computer.hpp"

#include <algorithm>

namespace perdure::sim {
namespace {

using namespace std::chrono_literals;
using testing::memory_store;
using milliseconds = std::chrono::milliseconds;

constexpr milliseconds year = 24h * 365;

/// What goes wrong in a simulation, and how often. About half of it never happens in a given seed:
/// rare faults hide behind frequent ones (swarm testing, Groce et al. 2012).
struct weather {
    std::uint64_t crash_odds = 0; ///< One in so many rounds; 0: never.
    std::uint64_t power_cut_odds = 0;
    std::uint64_t write_fault_odds = 0;
    std::uint64_t restart_odds = 0;
    std::uint64_t time_odds = 0;
    std::uint64_t clock_odds = 0;
    std::uint64_t disturbance_odds = 0; ///< One in so many times that a site is passed.
    std::uint64_t rounds = 0;
    std::uint64_t burst = 1; ///< Most engine steps in a round.
};

std::uint64_t draw_odds(base::random_stream& dice, std::uint64_t least, std::uint64_t most) {
    if (dice.draw() % 2 == 0)
        return 0;
    return least + dice.draw() % (most - least);
}

weather draw_weather(base::random_stream& dice) {
    weather drawn;
    drawn.crash_odds = draw_odds(dice, 20, 300);
    drawn.power_cut_odds = draw_odds(dice, 20, 300);
    drawn.write_fault_odds = draw_odds(dice, 30, 300);
    drawn.restart_odds = draw_odds(dice, 60, 400);
    drawn.time_odds = draw_odds(dice, 3, 60);
    drawn.clock_odds = draw_odds(dice, 10, 200);
    drawn.disturbance_odds = draw_odds(dice, 2, 100);
    drawn.rounds = 100 + dice.draw() % 900;
    drawn.burst = std::uint64_t{1} << (dice.draw() % 8);
    return drawn;
}

template <class T>
T pick(base::random_stream& dice, std::initializer_list<T> choices) {
    return *(choices.begin() + static_cast<std::ptrdiff_t>(dice.draw() % choices.size()));
}

testing::machine_options draw_machine(std::uint64_t seed, base::random_stream& dice) {
    testing::machine_options drawn;
    drawn.seed = seed;
    drawn.disk = dice.draw() % 24 == 0 ? testing::storage::files : testing::storage::tables;
    using perdure::durability;
    drawn.hub.durable =
        pick(dice, {durability::power, durability::power, durability::power, durability::process,
                    durability::speculative, durability::speculative});
    drawn.hub.activity_threads = pick<std::size_t>(dice, {1, 2, 3, 8});
    drawn.hub.live_max = pick<std::size_t>(dice, {0, 1, 4, 20'000});
    drawn.hub.idle_max = pick<milliseconds>(dice, {0ms, 1ms, 1s, 60s});
    drawn.hub.inline_payload_max = pick<std::size_t>(dice, {0, 20, 1000, 65'536});
    drawn.hub.blob_cache = pick<std::size_t>(dice, {0, 10'000, 1u << 28});
    return drawn;
}

class simulation final : public session {
  public:
    simulation(std::uint64_t seed, const tracer& trace)
        : session(base::mix(seed + 1)), dice_(base::mix(seed + 2)), trace_(trace),
          weather_(draw_weather(dice_)), options_(draw_machine(seed, dice_)),
          probe_(base::mix(seed + 3), weather_.disturbance_odds),
          machine_(choose_workloads(), options_) {
        machine_.disturbed_by = &probe_;
        machine_.rows.on_write = [this] { return next_write(); };
    }

    perdure::client& client() override { return machine_.client(); }
    void trace(const std::string& line) override {
        if (trace_)
            trace_(std::to_string(elapsed().count()) + " ms  " + line);
    }
    bool is_all_durable() override {
        return options_.hub.durable == perdure::durability::power &&
               options_.disk == testing::storage::tables && machine_.rows.unsynced() == 0;
    }

    bool is_broken() override { return is_broken_; }

    outcome run() {
        outcome ended;
        try {
            boot(false);
            for (std::uint64_t round = 0; round < weather_.rounds; ++round)
                live(round);
            heal();
            come_to_rest();
            verify();
            ended.digest = digest();
        } catch (const std::exception& wrong) {
            ended.failure = wrong.what();
        }
        machine_.kill();
        figures_.virtual_time = elapsed();
        figures_.disturbances = probe_.count;
        ended.what = figures_;
        ended.drawn = drawn_;
        return ended;
    }

  private:
    /// Fires at each site of a random half of them, at random.
    struct random_probe final : base::probe {
        random_probe(std::uint64_t seed, std::uint64_t odds)
            : seed_(seed), dice_(seed), odds_(odds) {}
        bool fires(const char* site) override {
            const bool is_active = (base::seed_of(site) ^ seed_) % 2 == 0;
            if (is_stopped || odds_ == 0 || !is_active || dice_.draw() % odds_ != 0)
                return false;
            ++count;
            return true;
        }
        bool is_stopped = false;
        std::uint64_t count = 0;

      private:
        std::uint64_t seed_;
        base::random_stream dice_;
        std::uint64_t odds_;
    };

    registry choose_workloads() {
        const std::uint64_t size = 1 + dice_.draw() % 12;
        drawn_ = "size " + std::to_string(size) + ":";
        registry program;
        while (workloads_.size() < 2) {
            workloads_.clear();
            program = {};
            std::string names;
            for (const workload_kind& each : workload_kinds()) {
                if (dice_.draw() % each.odds != 0)
                    continue;
                names += " " + std::string(each.name);
                workloads_.push_back(each.make(size));
                workloads_.back()->install(program);
            }
            if (workloads_.size() >= 2)
                drawn_ += names;
        }
        return program;
    }

    milliseconds elapsed() { return machine_.clock.mono() - base::mono_time{}; }

    bool is_synced() const { return options_.hub.durable != perdure::durability::process; }

    bool happens(std::uint64_t odds) { return odds != 0 && one_in(odds); }

    // The first phase: everything at once.
    void live(std::uint64_t) {
        if (one_in(2))
            act();
        run(1 + below(weather_.burst));
        if (happens(weather_.time_odds))
            machine_.skip_time(machine_.clock.mono() +
                               milliseconds(below(2) == 0 ? 100 : 3'600'000));
        if (happens(weather_.clock_odds))
            disturb_clock();
        if (happens(weather_.write_fault_odds))
            arm_fault();
        if (happens(weather_.restart_odds))
            go_down("restart", [&] { machine_.shut_down(); });
        if (happens(weather_.crash_odds))
            go_down("crash", [&] { crash(false); });
        // With durability::process a power cut may take what was acknowledged.
        if (is_synced() && happens(weather_.power_cut_odds))
            go_down("power cut", [&] { crash(true); });
        if (is_broken_ && one_in(4))
            go_down("reopen after a failed write", [&] { crash(one_in(2)); });
        if (one_in(40))
            check();
    }

    void act() {
        if (!is_broken_)
            workloads_[below(workloads_.size())]->act(*this);
    }

    void run(std::uint64_t steps) {
        for (std::uint64_t i = 0; i < steps && machine_.run_one_job(); ++i)
            ++figures_.steps;
        is_broken_ = !machine_.is_writable();
        listen();
    }

    /// One of the next writes fails. On files it may be in the middle of any operation, or the
    /// last.
    void arm_fault() {
        if (options_.disk == testing::storage::tables) {
            is_write_due_to_fail_ = true;
            return;
        }
        ++figures_.write_faults;
        testing::sim_disk& disk = machine_.files.disk();
        const std::uint64_t operations = 1 + below(12);
        switch (below(3)) {
        case 0:
            return disk.fail(testing::fault::no_space, operations, one_in(2));
        case 1:
            return disk.fail(testing::fault::done_but_denied, operations, false);
        default:
            return disk.cut_power_at(disk.operation_count() + operations);
        }
    }

    /// What administrators, time servers and virtual machines do to the wall clock.
    void disturb_clock() {
        ++figures_.clock_faults;
        bool& is_frozen = machine_.clock.is_wall_frozen;
        static constexpr milliseconds jumps[] = {0h, 0h, -1h, 1h, -10 * year, 10 * year};
        const milliseconds jump = jumps[below(std::size(jumps))];
        if (jump == 0h) {
            is_frozen = !is_frozen;
            return trace(is_frozen ? "the wall clock stops" : "the wall clock goes on");
        }
        machine_.set_wall_clock(machine_.clock.wall() + jump);
        trace("the wall clock jumps by " + std::to_string(jump.count()) + " ms");
    }

    void listen() {
        poll();
        if (!reported().empty())
            throw violation(reported());
    }

    void check() {
        if (is_broken_)
            return;
        for (const auto& each : workloads_)
            each->check(*this);
    }

    template <class End>
    void go_down(const std::string& how, End end) {
        trace(how);
        if (machine_.is_on())
            figures_.commits += machine_.hub().metrics().commits;
        end();
        is_broken_ = true;
        listen();
        machine_.clock.advance(milliseconds(one_in(3) ? below(7'200'000) : 0));
        boot(false);
        while (one_in(3)) {
            run(below(30));
            trace("crash while recovering");
            figures_.commits += machine_.hub().metrics().commits;
            crash(false);
            listen();
            boot(false);
        }
        check();
    }

    void crash(bool is_power_cut) {
        ++figures_.crashes;
        figures_.power_cuts += is_power_cut;
        if (is_power_cut && is_synced())
            machine_.kill_power();
        else
            machine_.kill();
    }

    void boot(bool is_healing) {
        is_broken_ = false;
        is_write_due_to_fail_ = false;
        for (const auto& each : workloads_)
            each->before_boot(*this, is_healing);
        trace("boot");
        machine_.files.disk().heal(); // there is room again
        try {
            machine_.boot();
        } catch (const error& failed) {
            if (machine_.files.disk().has_power())
                throw;
            trace(std::string("the power goes while booting: ") + failed.what());
            crash(true);
            machine_.boot();
        }
        if (one_in(4))
            require_sound(nullptr); // nothing has run yet: this is what the crash left
    }

    memory_store::outcome next_write() {
        if (!std::exchange(is_write_due_to_fail_, false))
            return memory_store::outcome::done;
        ++figures_.write_faults;
        const bool is_done = one_in(2);
        trace(is_done ? "a write is done and reported as failed" : "a write fails");
        return is_done ? memory_store::outcome::done_but_reported_failed
                       : memory_store::outcome::refused;
    }

    // The second phase: nothing goes wrong any more, so everything must come to an end.
    void heal() {
        trace("heal");
        weather_ = {};
        probe_.is_stopped = true;
        machine_.clock.is_wall_frozen = false;
        figures_.commits += machine_.hub().metrics().commits;
        crash(false);
        listen();
        boot(true);
        check();
        for (int round = 0; !is_through(); ++round) {
            if (round == 100'000)
                throw violation("clients are not answered, though nothing fails any more");
            act();
            run(100);
            if (round % 50 == 49) // some wait for instances that are yet to begin
                machine_.skip_time(machine_.clock.mono() + 1h);
        }
    }

    bool is_through() const {
        return !has_pending() && std::all_of(workloads_.begin(), workloads_.end(),
                                             [](const auto& each) { return each->is_through(); });
    }

    /// Until nothing is due, at most a year from now.
    void come_to_rest() {
        const base::mono_time end = machine_.clock.mono() + year;
        do
            run(10'000'000);
        while (machine_.skip_time(end));
        listen();
    }

    void verify() {
        require_sound(&machine_.functions);
        for (const auto& each : workloads_)
            each->check_end(*this);
        figures_.commits += machine_.hub().metrics().commits;
    }

    store::store& rows() { return *machine_.hub().services().rows; }

    /// Every row fits every other; with functions, every history gives the same decisions again.
    void require_sound(const registry* functions) {
        const check_report seen = check::check_rows(rows(), functions);
        if (seen.is_sound())
            return;
        const check_problem& first = seen.problems.front();
        throw violation("the store is not sound: " + first.table + " " + first.key + ": " +
                        first.what);
    }

    std::uint64_t digest() {
        std::uint64_t sum = below(~std::uint64_t{0});
        for (std::size_t i = 0; i < store::table_count; ++i)
            rows().scan(static_cast<store::table>(i), {}, {},
                        [&](std::string_view key, std::string_view value) {
                            sum = base::mix(sum ^ base::seed_of(key)) ^ base::seed_of(value);
                            return true;
                        });
        return sum;
    }

    base::random_stream dice_; ///< For what is drawn at the start.
    const tracer& trace_;
    weather weather_;
    testing::machine_options options_;
    random_probe probe_;
    std::string drawn_;
    std::vector<std::unique_ptr<workload>> workloads_;
    bool is_write_due_to_fail_ = false;
    bool is_broken_ = false;
    figures figures_;
    testing::computer machine_;
};

} // namespace

figures& figures::operator+=(const figures& other) {
    steps += other.steps;
    commits += other.commits;
    crashes += other.crashes;
    power_cuts += other.power_cuts;
    write_faults += other.write_faults;
    clock_faults += other.clock_faults;
    disturbances += other.disturbances;
    virtual_time += other.virtual_time;
    return *this;
}

outcome simulate(std::uint64_t seed, const tracer& trace) {
    return simulation(seed, trace).run();
}

} // namespace perdure::sim
