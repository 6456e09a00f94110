// SPDX-License-Identifier: Apache-2.0
#include "base/engine_clock.hpp"

#include <algorithm>

namespace perdure::base {

using std::chrono::milliseconds;

engine_clock::engine_clock(clock& outside, timestamp not_before)
    : outside_(&outside), time_(std::max(wall(), not_before)), seen_(outside.mono()) {}

/// Not before 1970: then no difference between two instants overflows.
timestamp engine_clock::wall() {
    return std::max(outside_->wall(), timestamp{});
}

timestamp engine_clock::now() {
    const std::scoped_lock lock(mutex_);
    const mono_time mono = outside_->mono();
    const milliseconds slewed = std::max(mono - seen_, milliseconds(0)) / 2;
    const timestamp least = later(time_, slewed);
    const timestamp wall = this->wall();
    if (wall > least) {
        time_ = wall;
        seen_ = mono;
    } else {
        time_ = least;
        seen_ += 2 * slewed; // an odd millisecond counts next time, or many calls would stop time
    }
    return time_;
}

milliseconds engine_clock::ahead_of_wall() {
    return std::max(now() - wall(), milliseconds(0));
}

milliseconds engine_clock::until(timestamp due) {
    const timestamp now = this->now();
    if (due <= now)
        return milliseconds(0);
    const milliseconds left = due - now;
    const milliseconds slewed = std::min(left, ahead_of_wall()); // each of them takes two
    return left > milliseconds::max() - slewed ? milliseconds::max() : left + slewed;
}

} // namespace perdure::base
