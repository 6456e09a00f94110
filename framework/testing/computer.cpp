// SPDX-License-Identifier: Apache-2.0
#include "testing/computer.hpp"

#include "store/keys.hpp"

#include <algorithm>

namespace perdure::testing {

using std::chrono::milliseconds;

namespace {

constexpr std::size_t steps_max = 10'000'000;

/// Each purpose has its own draws: adding one leaves the others alone.
std::uint64_t seed_for(std::uint64_t seed, std::string_view purpose) {
    return base::mix(seed ^ base::seed_of(purpose));
}

machine_options completed(machine_options options) {
    if (options.hub.name.empty())
        options.hub.name = "Simulated";
    // Activities take turns on one thread; more workers only give more orders.
    if (options.hub.activity_threads == 0)
        options.hub.activity_threads = 2;
    return options;
}

} // namespace

computer::computer(registry installed, machine_options options)
    : clock(options.begin), entropy(seed_for(options.seed, "entropy")),
      chance(seed_for(options.seed, "chance")), functions(std::move(installed)),
      options_(completed(std::move(options))) {}

computer::~computer() {
    kill();
}

void computer::boot() {
    actors_.emplace(seed_for(options_.seed, "schedule") + ++lives_);
    hub_options opened = options_.hub;
    opened.actors = &actors_->system();
    engine::environment outside;
    outside.clock = &clock;
    outside.entropy = &entropy;
    outside.driven_by = this;
    outside.disturbed_by = disturbed_by;
    outside.open_rows = [this] { return open_rows(); };
    hub_ = engine::hub::open(options_.hub.name, functions, std::move(opened), std::move(outside));
    client_.emplace(*hub_);
}

void computer::shut_down() {
    hub().close();
    clear();
}

void computer::kill() {
    // A dying process writes nothing, RocksDB's destructor would.
    files.disk().cut_power();
    if (is_on())
        hub_->kill();
    clear();
    files.disk().power_cycle(outcome::keep_all, 0);
}

void computer::kill_power() {
    files.disk().cut_power();
    if (is_on())
        hub_->kill();
    clear();
    const auto how = all_outcomes[chance.draw() % all_outcomes.size()];
    files.disk().power_cycle(how, chance.draw());
    rows.power_cut(chance.draw() % (rows.unsynced() + 1));
}

std::unique_ptr<store::store> computer::open_rows() {
    if (options_.disk == storage::tables) {
        rows.settle();
        return borrowed(rows);
    }
    return store::open_rocks_store("/hub/store",
                                   {.env = files.env(), .write_buffer_bytes = write_buffer_bytes});
}

bool computer::run_one_job() {
    const bool has_run = actors_->run_one();
    if (options_.disk == storage::files)
        files.settle(); // or RocksDB's thread would make equal seeds differ
    return has_run;
}

void computer::clear() noexcept {
    client_.reset();
    hub_.reset();
    actors_.reset();
}

bool computer::is_writable() const {
    try {
        hub_->require_open();
        return true;
    } catch (const error&) {
        return false;
    }
}

engine::hub& computer::hub() {
    if (!is_on())
        throw error(errc::closed, "the machine is off");
    return *hub_;
}

perdure::client& computer::client() {
    hub();
    return *client_;
}

bool computer::skip_time(base::mono_time latest) {
    const auto left = std::max(latest - clock.mono(), milliseconds(0));
    const auto alarm = next_alarm();
    const bool is_due = alarm && *alarm <= left;
    if (is_due || latest != base::mono_time::max())
        pass(is_due ? *alarm : left);
    return is_due;
}

void computer::run_until_idle() {
    hub();
    for (std::size_t steps = 0; run_one_job(); ++steps)
        if (steps == steps_max)
            throw error(errc::timeout, "the machine is still busy after " +
                                           std::to_string(steps_max) +
                                           " steps; something goes on forever without a timer");
}

void computer::advance(milliseconds by) {
    const base::mono_time end = base::later(clock.mono(), by);
    do
        run_until_idle();
    while (skip_time(end));
    run_until_idle();
}

void computer::set_wall_clock(timestamp to) {
    clock.set_wall(to);
    noticed_at_ = clock.mono() + actors::longest_sleep;
}

/// The first timer or scheduled message that lies ahead. Older ones are of instances and entities
/// that are held.
std::optional<timestamp> computer::next_due() {
    actors::services& running = hub().services();
    const timestamp next = base::later(running.clock->now(), milliseconds(1));
    std::optional<timestamp> due;
    for (const auto where : {store::table::timers, store::table::scheduled})
        running.rows->scan(where, {}, store::timer_key({next, {}, 0}).substr(0, sizeof(timestamp)),
                           [&](std::string_view key, std::string_view) {
                               const timestamp found = store::due_of(key);
                               due = std::min(due.value_or(found), found);
                               return false;
                           });
    return due;
}

/// How long nothing will happen.
std::optional<milliseconds> computer::next_alarm() {
    std::optional<milliseconds> alarm;
    if (const auto due = next_due())
        alarm = hub().services().clock->until(*due);
    if (const auto look_at = hub().services().heartbeats->next(); look_at > clock.mono())
        alarm = std::min(alarm.value_or(milliseconds::max()), *look_at - clock.mono());
    if (noticed_at_ > clock.mono())
        alarm = std::min(alarm.value_or(milliseconds::max()), noticed_at_ - clock.mono());
    return alarm;
}

void computer::pass(milliseconds by) {
    clock.advance(by);
    actors_->advance(by);
}

} // namespace perdure::testing
