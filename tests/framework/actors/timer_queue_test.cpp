// SPDX-License-Identifier: Apache-2.0
// The timer queue keeps an early page in memory and the rest on disk, and forgets none.
#include "actors/timer_queue.hpp"

#include "base/random.hpp"
#include "catch.hpp"
#include "tests/framework/outside.hpp"

using namespace perdure;
using actors::timer_queue;
using store::table;

namespace {

std::string timer(std::int64_t ms, std::string instance = "i") {
    return store::timer_key({timestamp(std::chrono::milliseconds(ms)), std::move(instance), 0});
}

void keep(tests::memory_store& rows, const std::string& key) {
    rows.write({{table::timers, key, "execution"}}, true);
}

constexpr std::size_t many = 1'000'000;

timestamp at(std::int64_t ms) {
    return timestamp(std::chrono::milliseconds(ms));
}

} // namespace

TEST_CASE("stored timers are given out when due, in due order, once") {
    tests::memory_store rows;
    for (const int ms : {30, 10, 20, 99})
        keep(rows, timer(ms));
    timer_queue queue(rows, table::timers, 2);

    CHECK(queue.take_due(at(9), 0, many).empty());
    CHECK(queue.take_due(at(30), 0, many) ==
          std::vector<std::string>{timer(10), timer(20), timer(30)});
    CHECK(queue.take_due(at(30), 0, many).empty());
    CHECK(queue.next_due(0) == at(99));
}

TEST_CASE("however many timers are due, no more than a batch is given out at once") {
    tests::memory_store rows;
    for (const int ms : {30, 10, 20, 40})
        keep(rows, timer(ms));
    timer_queue queue(rows, table::timers, 2);

    CHECK(queue.take_due(at(99), 0, 3) ==
          std::vector<std::string>{timer(10), timer(20), timer(30)});
    CHECK(queue.take_due(at(99), 0, 3) == std::vector<std::string>{timer(40)});
    CHECK(queue.take_due(at(99), 0, 3).empty());
}

TEST_CASE("a timer that is set beyond the page is found when its page is loaded") {
    tests::memory_store rows;
    for (const int ms : {10, 20, 30, 40})
        keep(rows, timer(ms));
    timer_queue queue(rows, table::timers, 2);
    CHECK(queue.next_due(0) == at(10)); // the page is 10 and 20

    queue.set(timer(35), 7, 0); // of commit 7, not yet durable, so not in the store

    CHECK(queue.take_due(at(100), 0, many) ==
          std::vector<std::string>{timer(10), timer(20), timer(30), timer(35), timer(40)});
}

TEST_CASE("a cancelled timer does not fire") {
    tests::memory_store rows;
    timer_queue queue(rows, table::timers, 2);
    queue.set(timer(10), 1, 0);
    queue.set(timer(20), 1, 0);

    queue.cancel(timer(10));

    CHECK(queue.take_due(at(50), 0, many) == std::vector<std::string>{timer(20)});
}

TEST_CASE("many timers leave memory for the disk and all come back") {
    tests::memory_store rows;
    timer_queue queue(rows, table::timers, 8);
    queue.next_due(0);
    base::random_stream random(3);
    std::vector<std::string> all;
    for (std::uint64_t commit = 1; commit <= 500; ++commit) {
        all.push_back(
            timer(static_cast<std::int64_t>(random.draw() % 1000), "i" + std::to_string(commit)));
        keep(rows, all.back());
        queue.set(all.back(), commit, commit);
        REQUIRE(queue.in_memory() <= 3 * 8 + 1);
    }
    std::sort(all.begin(), all.end());

    CHECK(queue.take_due(at(1000), 500, many) == all);
}
