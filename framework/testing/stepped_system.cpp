// SPDX-License-Identifier: Apache-2.0
#include "testing/stepped_system.hpp"

#include <algorithm>

namespace perdure::testing {

stepped_system::stepped_system(std::uint64_t seed) : random_(seed) {
    config_.set("scheduler.policy", caf::atom("testing"));
    system_.emplace(config_);
}

bool stepped_system::run_one() {
    auto& jobs = scheduler().jobs;
    if (jobs.empty())
        return false;
    const auto next = static_cast<std::ptrdiff_t>(random_.draw() % jobs.size());
    std::rotate(jobs.begin(), jobs.begin() + next, jobs.end());
    return scheduler().try_run_once();
}

void stepped_system::run() {
    while (run_one()) {
    }
}

void stepped_system::advance(std::chrono::milliseconds by) {
    scheduler().advance_time(by);
}

caf::scheduler::test_coordinator& stepped_system::scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
}

} // namespace perdure::testing
