// SPDX-License-Identifier: Apache-2.0
#include "base/clock.hpp"

namespace perdure::base {

clock& system_clock() {
    class machine_clock final : public clock {
        timestamp wall() override {
            return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
        }
        mono_time mono() override {
            return std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now());
        }
    };
    static machine_clock machine;
    return machine;
}

} // namespace perdure::base
