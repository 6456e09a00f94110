// SPDX-License-Identifier: Apache-2.0
// Compares what a hub holds with what the oracle says it must hold.
#pragma once

#include "crash/oracle.hpp"
#include "crash/sources.hpp"

#include <array>
#include <vector>

namespace perdure::crash {

class checks {
  public:
    checks(source& seen, const oracle& told) : seen_(&seen), told_(&told) {}

    /// What was acknowledged is there, what is there was asked for, what was told has not changed,
    /// and ends are right. True at any time, also while a hub is at work.
    void check_request(std::uint32_t request);
    /// Those runs of activities (a bit for each step) have a schedule in a history. Only if nothing
    /// has been run since the runs: going on after a crash would make the schedule.
    void check_schedules(std::uint32_t request, std::uint32_t runs);
    /// The signals of those lives, over now: acknowledged ones are applied, applied ones were sent,
    /// each once and in order, and without a hole within one life.
    void check_signals(std::uint16_t first_life, std::uint16_t last_life);
    /// When nothing is under way any more: every instance has ended, every operation of every one
    /// was applied once.
    void check_totals();

    const std::vector<anomaly>& found() const noexcept { return found_; }

  private:
    void report(finding kind, std::string text) { found_.push_back({kind, std::move(text)}); }
    void check_end(std::uint32_t request, const instance_status& status);
    void check_notes(std::uint32_t request, const instance_status& status, std::uint32_t sent,
                     std::uint32_t acknowledged);
    void collect_schedules(const std::string& instance, std::uint32_t& steps);
    void check_lane(std::uint32_t lane, std::uint16_t first_life, std::uint16_t last_life);
    std::vector<bool> applied_in(std::uint32_t lane, std::uint16_t first_life,
                                 std::uint16_t last_life);
    void check_sum(const std::string& name, const checked_sum& seen, const checked_sum& expected);

    source* seen_;
    const oracle* told_;
    std::vector<anomaly> found_;
};

} // namespace perdure::crash
