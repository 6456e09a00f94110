// SPDX-License-Identifier: Apache-2.0
// The distance of two patches, by each kernel that this processor can run.
#include "patch_distance.hpp"

#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

namespace {

using namespace perdure::inpaint;

std::vector<sample> noise(std::size_t count) {
    std::mt19937 random(1);
    std::vector<sample> made(count);
    for (sample& each : made) {
        const auto bits = static_cast<std::uint32_t>(random());
        each = {static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(bits >> 8),
                static_cast<std::uint8_t>(bits >> 16), static_cast<std::uint8_t>(bits >> 24)};
    }
    return made;
}

/// Of patches that lie scattered over a level of 512 x 512, none of them given up early.
void patch_distance(benchmark::State& state, const distance_kernel& kernel) {
    constexpr std::size_t side = 512;
    const std::vector<sample> level = noise(side * side);
    std::uint32_t at = 1;
    const auto corner = [&] {
        at = at * 1'664'525 + 1'013'904'223;
        return level.data() + (at >> 8) % (side * (side - 8) - 8);
    };
    for (auto _ : state)
        benchmark::DoNotOptimize(kernel.whole(corner(), corner(), side, side, UINT32_MAX));
}

const bool are_registered = [] {
    for (const distance_kernel& each : distance_kernels())
        benchmark::RegisterBenchmark(
            ("patch_distance/" + std::string(each.name)).c_str(),
            [&each](benchmark::State& state) { patch_distance(state, each); });
    return true;
}();

} // namespace
