// SPDX-License-Identifier: Apache-2.0
#include "testing/computer.hpp"

namespace perdure::testing {

machine::machine(registry functions, machine_options options)
    : parts_(std::make_unique<computer>(std::move(functions), std::move(options))) {
    parts_->boot();
}
machine::~machine() = default;

client& machine::client() {
    return parts_->client();
}
hub_metrics machine::metrics() const {
    return parts_->hub().metrics();
}
timestamp machine::now() const {
    return parts_->clock.wall();
}

void machine::run_until_idle() {
    parts_->run_until_idle();
}

std::size_t machine::run_steps(std::size_t steps) {
    parts_->hub();
    std::size_t ran = 0;
    while (ran < steps && parts_->run_one_job())
        ++ran;
    return ran;
}

void machine::advance(std::chrono::milliseconds by) {
    parts_->advance(by);
}

void machine::set_wall_clock(timestamp to) {
    parts_->set_wall_clock(to);
}

void machine::restart(std::chrono::milliseconds off_for) {
    parts_->shut_down();
    parts_->clock.advance(off_for);
    parts_->boot();
}

void machine::crash(std::chrono::milliseconds off_for) {
    parts_->kill();
    parts_->clock.advance(off_for);
    parts_->boot();
}

void machine::power_cut(std::chrono::milliseconds off_for) {
    parts_->kill_power();
    parts_->clock.advance(off_for);
    parts_->boot();
}

void machine::install(registry functions) {
    parts_->functions = std::move(functions);
}

} // namespace perdure::testing
