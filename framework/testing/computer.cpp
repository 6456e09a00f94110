// SPDX-License-Identifier: Apache-2.0
#include "testing/computer.hpp"

#include "store/keys.hpp"

namespace perdure::testing {
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

bool computer::skip_time(timestamp latest) {
    const auto due = next_due();
    const bool is_due = due && *due <= latest;
    if (is_due || latest != timestamp::max())
        move_to(is_due ? *due : latest);
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

void computer::advance(std::chrono::milliseconds by) {
    const timestamp end = clock.now() + by;
    do
        run_until_idle();
    while (skip_time(end));
    run_until_idle();
}

/// The first timer that lies ahead. Older ones are of instances that are held.
std::optional<timestamp> computer::next_due() {
    std::optional<timestamp> due;
    const auto from = store::timer_key({clock.now() + std::chrono::milliseconds(1), {}, 0});
    hub().services().rows->scan(store::table::timers, {}, from,
                                [&](std::string_view key, std::string_view) {
                                    due = store::parse_timer_key(key).due;
                                    return false;
                                });
    return due;
}

void computer::move_to(timestamp moment) {
    const auto by = moment - clock.now();
    clock.advance(by);
    actors_->advance(by);
}

} // namespace perdure::testing
