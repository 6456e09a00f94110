// SPDX-License-Identifier: Apache-2.0
#include "perdure/inpaint/workers.hpp"

#include <algorithm>
#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"

using namespace perdure::inpaint;

TEST_CASE("every piece of work is done once, on any number of threads") {
    const int threads = GENERATE(1, 2, 7, 64);
    const int count = GENERATE(0, 1, 2, 500);
    std::vector<std::atomic<int>> calls(static_cast<std::size_t>(count));
    crew helpers(threads);

    for (int round = 0; round < 20; ++round)
        helpers.run(count, [&](int index) { ++calls[static_cast<std::size_t>(index)]; });

    CHECK(std::all_of(calls.begin(), calls.end(), [](const auto& each) { return each == 20; }));
}

TEST_CASE("as many pieces as there are threads run at once") {
    std::latch all_running(5);

    run_parallel(5, 5, [&](int) { all_running.arrive_and_wait(); });

    CHECK(all_running.try_wait());
}

TEST_CASE("the first failure is thrown after all pieces have ended") {
    std::atomic<int> ended = 0;
    std::string thrown;

    try {
        run_parallel(3, 40, [&](int index) {
            ++ended;
            if (index == 31 || index == 7)
                throw std::runtime_error(std::to_string(index));
        });
    } catch (const std::runtime_error& failure) {
        thrown = failure.what();
    }

    CHECK(thrown == "7");
    CHECK(ended == 40);
}

TEST_CASE("several threads may share out work at once") {
    std::atomic<int> calls = 0;
    crew helpers(3);
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < 4; ++i)
            callers.emplace_back([&] {
                for (int round = 0; round < 50; ++round)
                    helpers.run(10, [&](int) { ++calls; });
            });
    }

    CHECK(calls == 4 * 50 * 10);
}
