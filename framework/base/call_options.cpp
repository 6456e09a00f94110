// SPDX-License-Identifier: Apache-2.0
// The rules of <perdure/call_options.hpp>.
#include <perdure/call_options.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace perdure {
namespace {

using std::chrono::milliseconds;

void require(bool is_good, const char* field, const std::string& rule) {
    if (!is_good)
        throw error(errc::invalid_argument, std::string(field) + " " + rule);
}

void require_positive(milliseconds value, const char* field) {
    require(value > milliseconds(0), field,
            "must be more than 0 ms, not " + std::to_string(value.count()) + " ms");
}

} // namespace

void retry_policy::require_valid() const {
    require_positive(first_interval, "retry_policy::first_interval");
    require(std::isfinite(coefficient) && coefficient >= 1.0, "retry_policy::coefficient",
            "must be a number of at least 1, not " + std::to_string(coefficient));
    require(max_interval >= first_interval, "retry_policy::max_interval",
            "must be at least first_interval");
    require(max_attempts >= 1, "retry_policy::max_attempts", "must be at least 1");
    require_positive(timeout, "retry_policy::timeout");
}

milliseconds retry_policy::pause_after(std::uint32_t attempt) const noexcept {
    // Multiplied step by step: std::pow() may round differently elsewhere, and replay must not.
    const auto limit = static_cast<double>(max_interval.count());
    auto pause = static_cast<double>(first_interval.count());
    for (std::uint32_t i = 1; i < attempt && pause < limit && coefficient > 1.0; ++i)
        pause *= coefficient;
    return pause < limit ? milliseconds(static_cast<std::int64_t>(pause)) : max_interval;
}

void call_options::require_valid() const {
    if (retry)
        retry->require_valid();
    if (timeout)
        require_positive(*timeout, "call_options::timeout");
    if (heartbeat_timeout)
        require_positive(*heartbeat_timeout, "call_options::heartbeat_timeout");
}

void call_options::require_valid_for_child() const {
    require_valid();
    require(!heartbeat_timeout, "call_options::heartbeat_timeout",
            "is for activities: an orchestration sends no heartbeats");
}

} // namespace perdure
