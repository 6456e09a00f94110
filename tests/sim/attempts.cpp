// SPDX-License-Identifier: Apache-2.0
#include "sim/attempts.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <thread>
#include <vector>

namespace perdure::sim {
namespace {

thread_local std::string trying;

[[noreturn]] void end_loudly() {
    std::cerr << "FAILED: the process ended";
    try {
        if (const auto thrown = std::current_exception())
            std::rethrow_exception(thrown);
    } catch (const std::exception& problem) {
        std::cerr << " on: " << problem.what();
    } catch (...) {
    }
    std::cerr << "\n  repeat: perdure-sim " << trying << std::endl;
    std::abort();
}

} // namespace

std::size_t cores() {
    return std::max(1u, std::thread::hardware_concurrency());
}

std::size_t attempts::share(std::size_t count, std::size_t threads, std::uint64_t seconds_max,
                            const std::function<void(std::size_t)>& task) {
    std::set_terminate(end_loudly);
    using clock = std::chrono::steady_clock;
    const auto end = seconds_max == 0 ? clock::time_point::max()
                                      : clock::now() + std::chrono::seconds(seconds_max);
    std::atomic<std::size_t> next{0}, done{0};
    std::vector<std::jthread> running;
    for (std::size_t i = 0; i < threads; ++i)
        running.emplace_back([&] {
            for (std::size_t mine = next++; mine < count && clock::now() < end; mine = next++) {
                task(mine);
                ++done;
            }
        });
    running.clear(); // waits for them
    return done;
}

void attempts::make(const std::string& repeat, const std::function<void()>& attempt) {
    trying = repeat;
    try {
        attempt();
    } catch (const std::exception& problem) {
        ++failures_;
        const std::scoped_lock lock(printing_);
        std::cerr << "FAILED: " << problem.what() << "\n  repeat: perdure-sim " << repeat
                  << std::endl;
    }
}

} // namespace perdure::sim
