// SPDX-License-Identifier: Apache-2.0
// The store on the disk that forgets.
#include "catch.hpp"
#include "store/rocks_store.hpp"
#include "testing/sim_files.hpp"

#include <perdure/error.hpp>

#include <rocksdb/env.h>

#include <algorithm>
#include <thread>

using namespace perdure;
using namespace perdure::testing;

namespace {

std::unique_ptr<store::store> open_on(sim_files& files) {
    return store::open_rocks_store("/hub/store",
                                   {.env = files.env(), .write_buffer_bytes = 64 * 1024});
}

void put(store::store& rows, const std::string& key, bool sync) {
    rows.write({{store::table::meta, key, "value of " + key}}, sync);
}

bool has(store::store& rows, const std::string& key) {
    return rows.get(store::table::meta, key).has_value();
}

std::vector<std::string> operations_of_one_life() {
    sim_files files;
    files.disk().record(true);
    {
        const auto rows = open_on(files);
        const std::string much(3000, 'x'); // enough that tables are written and compacted
        for (int i = 0; i < 200; ++i) {
            rows->write({{store::table::meta, std::to_string(i), much}}, i % 3 == 0);
            files.settle();
        }
    }
    std::vector<std::string> seen;
    for (const auto& each : files.disk().recorded())
        seen.push_back(std::string(name_of(each.what)) + ' ' + each.file + ' ' +
                       std::to_string(each.size));
    return seen;
}

} // namespace

TEST_CASE("a row that was synced survives a power cut, one that was not may be lost") {
    sim_files files;
    auto rows = open_on(files);
    put(*rows, "synced", true);
    put(*rows, "unsynced", false);

    files.disk().cut_power();
    rows.reset();
    files.disk().power_cycle(outcome::drop_unsynced, 1);
    rows = open_on(files);

    CHECK(has(*rows, "synced"));
    CHECK_FALSE(has(*rows, "unsynced"));
}

TEST_CASE("a row that was written survives the death of the process") {
    sim_files files;
    auto rows = open_on(files);
    put(*rows, "unsynced", false);

    files.disk().cut_power();
    rows.reset();
    files.disk().power_cycle(outcome::keep_all, 1);
    rows = open_on(files);

    CHECK(has(*rows, "unsynced"));
}

TEST_CASE("one store at a time has the database open, until the power goes") {
    sim_files files;
    auto rows = open_on(files);
    CHECK_THROWS_AS(open_on(files), error);

    files.disk().power_cycle(outcome::keep_all, 1);

    const auto again = open_on(files);
    rows.reset(); // what is left of the first life does not free the second one's lock
    CHECK_THROWS_AS(open_on(files), error);
}

TEST_CASE("equal work is equal file operations, also of flushes and compactions") {
    const auto first = operations_of_one_life();

    const auto removed = std::count_if(first.begin(), first.end(), [](const auto& each) {
        return each.starts_with("remove ") && each.find(".sst") != std::string::npos;
    });
    CHECK(removed >= 4); // tables, merged into one by a compaction
    CHECK(operations_of_one_life() == first);
}

TEST_CASE("a full disk is reported as such") {
    sim_files files;
    const auto rows = open_on(files);
    files.disk().fail(fault::no_space, 1, true);

    CHECK_THROWS_WITH(put(*rows, "x", true), Catch::Matchers::Contains("No space left on device"));
}

TEST_CASE("a store that met a full disk takes no write until it is opened again") {
    sim_files files;
    auto rows = open_on(files);
    put(*rows, "before", true);
    files.disk().fail(fault::no_space, 1, false);
    CHECK_THROWS_AS(put(*rows, "x", true), error);

    // There is room again at once; RocksDB would notice in a thread of its own.
    int taken = 0;
    for (int i = 0; i < 1000; ++i) {
        std::this_thread::yield();
        files.settle();
        try {
            put(*rows, "x", true);
            ++taken;
        } catch (const error&) {
        }
    }
    rows.reset();
    rows = open_on(files);

    CHECK(taken == 0);
    CHECK(has(*rows, "before"));
}

TEST_CASE("a file can be written over in place") {
    sim_files files;
    std::unique_ptr<rocksdb::RandomRWFile> mark;
    CHECK(files.env()->NewRandomRWFile("/hub/mark", &mark, {}).IsPathNotFound());
    std::unique_ptr<rocksdb::WritableFile> made;
    REQUIRE(files.env()->NewWritableFile("/hub//mark", &made, {}).ok());
    REQUIRE(made->Append("0123456789").ok());
    REQUIRE(made->Close().ok());
    REQUIRE(files.env()->NewRandomRWFile("/hub/mark", &mark, {}).ok());

    REQUIRE(mark->Write(3, "xyz").ok());

    std::string scratch(10, ' ');
    rocksdb::Slice seen;
    REQUIRE(mark->Read(0, 10, &seen, scratch.data()).ok());
    CHECK(seen.ToString() == "012xyz6789");
    CHECK(files.disk().files().at(0).synced_size == 0);
}

TEST_CASE("sleeping on the simulated clock takes no time and moves it on") {
    sim_files files;
    const auto before = files.env()->NowMicros();

    files.env()->SleepForMicroseconds(1'000'000'000);

    CHECK(files.env()->NowMicros() - before == 1'000'000'000);
}

TEST_CASE("a store whose disk fails at any operation of its making is refused with an error") {
    std::uint64_t failed = 0;
    for (bool is_made = false; !is_made;) {
        sim_files files;
        files.disk().fail(fault::io_error, failed + 1, true);
        try {
            const auto rows = open_on(files);
            is_made = true;
        } catch (const error& refused) {
            CHECK(refused.code() == errc::storage);
            ++failed;
        }
    }
    CHECK(failed > 50);
}
