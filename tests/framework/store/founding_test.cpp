// SPDX-License-Identifier: Apache-2.0
// How a database is begun: with few syncs, and so that nobody ever meets half of one.
#include "catch.hpp"
#include "store/rocks_store.hpp"
#include "testing/sim_files.hpp"

#include <algorithm>

using namespace perdure;
using namespace perdure::store;
using perdure::testing::operation;
using perdure::testing::outcome;
using perdure::testing::sim_files;

namespace {

std::unique_ptr<store::store> open(sim_files& files) {
    return open_rocks_store("/db", {.env = files.env()});
}

/// Cuts the power at operation `k` of the first opening; false if it needs fewer.
bool is_cut_short(sim_files& files, std::uint64_t k) {
    files.disk().cut_power_at(k);
    try {
        open(files);
        return false;
    } catch (const error&) {
        return true;
    }
}

std::ptrdiff_t count_of(const std::vector<testing::disk_operation>& done, operation what) {
    return std::count_if(done.begin(), done.end(),
                         [&](const auto& each) { return each.what == what; });
}

} // namespace

TEST_CASE("a power cut while a database is made leaves none or a whole one") {
    std::uint64_t k = 0;
    for (bool was_cut = true; was_cut; ++k)
        for (const outcome how : testing::all_outcomes) {
            INFO("operation " << k << ", outcome " << static_cast<char>(how));
            sim_files files;
            was_cut = is_cut_short(files, k);
            files.disk().power_cycle(how, k);

            const auto rows = open(files);

            CHECK_FALSE(rows->get(table::meta, "format"));
            rows->write({{table::blobs, "key", "value"}}, true);
            CHECK(rows->get(table::blobs, "key") == "value");
        }
    CHECK(k > 20);
}

TEST_CASE("a database may lie in a directory that is named like its files") {
    sim_files files;
    const auto rows = open_rocks_store("/OPTIONS-1/CURRENT", {.env = files.env()});
    rows->write({{table::blobs, "key", "value"}}, true);
    CHECK(rows->get(table::blobs, "key") == "value");
}

TEST_CASE("a database that was opened once survives every power cut") {
    for (const outcome how : testing::all_outcomes) {
        sim_files files;
        open(files).reset();
        files.disk().power_cycle(how, 1);

        CHECK(files.disk().contents("/db/CURRENT"));
        CHECK_NOTHROW(open(files));
    }
}

TEST_CASE("to make a database takes a dozen syncs, and no file of options") {
    sim_files files;
    files.disk().record(true);

    const auto rows = open(files);

    const auto done = files.disk().recorded();
    CHECK(count_of(done, operation::sync) + count_of(done, operation::sync_directory) <= 12);
    for (const auto& each : files.disk().files())
        CHECK(each.path.find("OPTIONS") == each.path.npos);
}

TEST_CASE("of a database that was made all is synced, and nothing is left over") {
    sim_files files;

    const auto rows = open(files);

    std::ptrdiff_t manifests = 0;
    for (const auto& each : files.disk().files()) {
        INFO(each.path);
        CHECK(each.synced_size == each.size);
        CHECK(each.is_name_synced);
        CHECK_FALSE(each.path.ends_with(".dbtmp"));
        CHECK_FALSE(each.path.ends_with(".new"));
        manifests += each.path.find("MANIFEST") != each.path.npos ? 1 : 0;
    }
    CHECK(manifests == 1);
}

TEST_CASE("a database is not begun anew over a log with changes") {
    sim_files files;
    open(files)->write({{table::instances, "key", "value"}}, true);
    REQUIRE_FALSE(files.disk().remove("/db/CURRENT"));
    REQUIRE_FALSE(files.disk().remove("/db/WATERMARK"));
    const auto before = files.disk().files();

    CHECK_THROWS_AS(open(files), error);

    for (const auto& each : before)
        if (each.path.ends_with(".log"))
            CHECK(files.disk().contents(each.path)->size() == each.size);
}
