// SPDX-License-Identifier: Apache-2.0
#include "actors/run_control.hpp"

namespace perdure::actors {

bool run_control::beat(base::mono_time now, life_sign sent) {
    touch(now);
    const std::scoped_lock lock(mutex_);
    latest_ = std::move(sent);
    return !std::exchange(is_under_way_, true);
}

std::optional<life_sign> run_control::take() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(latest_, std::nullopt);
}

bool run_control::settle() {
    const std::scoped_lock lock(mutex_);
    is_under_way_ = latest_.has_value();
    return is_under_way_;
}

} // namespace perdure::actors
