// SPDX-License-Identifier: Apache-2.0
// Threads live as long as one call: a call takes milliseconds, starting a thread microseconds.
#include "workers.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

namespace perdure::inpaint {

void run_parallel(int threads, int count, const std::function<void(int)>& work) {
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(count));
    std::atomic<int> next = 0;
    const auto take_turns = [&] {
        for (int index = next++; index < count; index = next++) {
            try {
                work(index);
            } catch (...) {
                failures[static_cast<std::size_t>(index)] = std::current_exception();
            }
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (int i = 1; i < std::min(threads, count); ++i)
            helpers.emplace_back(take_turns);
        take_turns();
    }
    for (const std::exception_ptr& failure : failures)
        if (failure)
            std::rethrow_exception(failure);
}

} // namespace perdure::inpaint
