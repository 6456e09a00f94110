// SPDX-License-Identifier: Apache-2.0
// The disk that forgets: what each kind of power cut leaves, and how calls fail.
#include "catch.hpp"
#include "testing/sim_disk.hpp"

#include <algorithm>

using namespace perdure::testing;

namespace {

using open_file = sim_disk::open_file;

open_file created(sim_disk& disk, const std::string& path) {
    open_file made;
    REQUIRE_FALSE(disk.create(path, made));
    return made;
}

void sync_names(sim_disk& disk, const std::string& directory) {
    open_file opened;
    REQUIRE_FALSE(disk.open_directory(directory, opened));
    REQUIRE_FALSE(disk.sync_directory(opened));
}

/// A file whose name and whose first part are durable.
open_file half_synced(sim_disk& disk, const std::string& path, const std::string& synced,
                      const std::string& unsynced) {
    const open_file made = created(disk, path);
    REQUIRE_FALSE(disk.append(made, synced));
    REQUIRE_FALSE(disk.sync(made));
    sync_names(disk, "/d");
    REQUIRE_FALSE(disk.append(made, unsynced));
    return made;
}

std::string text(char letter, std::size_t size) {
    return std::string(size, letter);
}

} // namespace

TEST_CASE("a power cut that drops everything unsynced leaves the synced bytes and names") {
    sim_disk disk;
    half_synced(disk, "/d/log", "synced", " lost");
    created(disk, "/d/new");

    disk.power_cycle(outcome::drop_unsynced, 1);

    CHECK(disk.contents("/d/log") == "synced");
    CHECK_FALSE(disk.contents("/d/new"));
}

TEST_CASE("a process that is killed leaves everything, and a later power cut can still take it") {
    sim_disk disk;
    half_synced(disk, "/d/log", "synced", " not");

    disk.power_cycle(outcome::keep_all, 1);
    CHECK(disk.contents("/d/log") == "synced not");
    disk.power_cycle(outcome::drop_unsynced, 1);

    CHECK(disk.contents("/d/log") == "synced");
}

TEST_CASE("a kept prefix begins with the synced bytes and ends anywhere in the unsynced ones") {
    std::set<std::size_t> sizes;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        sim_disk disk;
        half_synced(disk, "/d/log", "synced", "0123456789");
        disk.power_cycle(outcome::keep_prefix, seed);
        const auto left = disk.contents("/d/log").value();
        sizes.insert(left.size());
        CHECK(std::string("synced0123456789").starts_with(left));
    }
    CHECK(sizes.size() == 11);
    CHECK(*sizes.begin() == 6);
}

TEST_CASE("unsynced sectors rest or are zero, and the synced part of a sector always rests") {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 64; ++seed) {
        sim_disk disk;
        half_synced(disk, "/d/log", text('s', 100), text('u', 1400));
        disk.power_cycle(outcome::zero_sectors, seed);
        const auto left = disk.contents("/d/log").value();
        REQUIRE(left.size() == 1500);
        CHECK(left.substr(0, 100) == text('s', 100));
        seen.insert({left[100], left[512], left[1024]});
    }
    CHECK(seen.size() == 8);
    CHECK(seen.contains(std::string(3, '\0')));
}

TEST_CASE("unsynced sectors that do not rest can be garbage") {
    sim_disk disk;
    half_synced(disk, "/d/log", text('s', 512), text('u', 5120));

    disk.power_cycle(outcome::garbage_sectors, 3);

    const auto left = disk.contents("/d/log").value();
    CHECK(left.starts_with(text('s', 512)));
    std::size_t rested = 0;
    for (std::size_t at = 512; at < left.size(); at += 512)
        rested += left.substr(at, 512) == text('u', 512) ? 1 : 0;
    CHECK(rested > 0);
    CHECK(rested < 10);
    CHECK(left.find(text('\0', 512)) == std::string::npos);
}

TEST_CASE("a sector that is written over is old or new, never garbage") {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 32; ++seed) {
        for (const outcome how : {outcome::zero_sectors, outcome::garbage_sectors}) {
            sim_disk disk;
            const auto file = half_synced(disk, "/d/mark", text('o', 64), "");
            REQUIRE_FALSE(disk.overwrite(file, 32, text('n', 32)));
            disk.power_cycle(how, seed);
            seen.insert(disk.contents("/d/mark").value());
        }
    }
    CHECK(seen == std::set<std::string>{text('o', 64), text('o', 32) + text('n', 32)});
}

TEST_CASE("names that were not synced with their directory can vanish, with all bytes kept") {
    sim_disk disk;
    half_synced(disk, "/d/log", "synced", " kept");
    const auto fresh = created(disk, "/d/new");
    REQUIRE_FALSE(disk.sync(fresh));
    REQUIRE_FALSE(disk.rename("/d/log", "/d/renamed"));

    disk.power_cycle(outcome::drop_names, 1);

    CHECK(disk.contents("/d/log") == "synced kept");
    CHECK_FALSE(disk.contents("/d/new"));
    CHECK_FALSE(disk.contents("/d/renamed"));
}

TEST_CASE("a removed file comes back if its directory was not synced") {
    sim_disk disk;
    half_synced(disk, "/d/log", "synced", "");
    REQUIRE_FALSE(disk.remove("/d/log"));
    CHECK_FALSE(disk.contents("/d/log"));

    disk.power_cycle(outcome::drop_unsynced, 1);

    CHECK(disk.contents("/d/log") == "synced");
}

TEST_CASE("names can be kept while their contents are dropped") {
    sim_disk disk;
    const auto file = created(disk, "/d/new");
    REQUIRE_FALSE(disk.append(file, "never synced"));

    disk.power_cycle(outcome::drop_contents, 1);

    CHECK(disk.contents("/d/new") == "");
}

TEST_CASE("a torn rename leaves the new name with its old content and no old name") {
    sim_disk disk;
    half_synced(disk, "/d/CURRENT", "old", "");
    half_synced(disk, "/d/tmp", "new", "");
    REQUIRE_FALSE(disk.rename("/d/tmp", "/d/CURRENT"));

    disk.power_cycle(outcome::tear_renames, 1);

    CHECK(disk.contents("/d/CURRENT") == "old");
    CHECK_FALSE(disk.contents("/d/tmp"));
}

TEST_CASE("a rename whose directory was synced cannot be torn") {
    sim_disk disk;
    half_synced(disk, "/d/CURRENT", "old", "");
    half_synced(disk, "/d/tmp", "new", "");
    REQUIRE_FALSE(disk.rename("/d/tmp", "/d/CURRENT"));
    sync_names(disk, "/d");

    disk.power_cycle(outcome::tear_renames, 1);

    CHECK(disk.contents("/d/CURRENT") == "new");
}

TEST_CASE("emptying a file is undone unless it was synced") {
    sim_disk disk;
    half_synced(disk, "/d/file", "before", "");
    const auto again = created(disk, "/d/file");
    REQUIRE_FALSE(disk.append(again, "x"));

    disk.power_cycle(outcome::drop_unsynced, 1);

    CHECK(disk.contents("/d/file") == "before");
}

TEST_CASE("power goes off at exactly the operation that was chosen") {
    sim_disk disk;
    disk.cut_power_at(2);
    const auto file = created(disk, "/d/log"); // operation 0
    REQUIRE_FALSE(disk.append(file, "one")); // operation 1

    CHECK(disk.append(file, "two") == disk_error::power_is_off);
    CHECK(disk.sync(file) == disk_error::power_is_off);
    char byte = 0;
    std::size_t count = 0;
    CHECK(disk.read(file, 0, 1, &byte, count) == disk_error::power_is_off);
    CHECK(disk.operation_count() == 2);
    CHECK_FALSE(disk.has_power());
    CHECK(disk.contents("/d/log") == "one");
}

TEST_CASE("a file that was open before the power cycle stays dead after it") {
    sim_disk disk;
    const auto file = half_synced(disk, "/d/log", "synced", "");

    disk.power_cycle(outcome::drop_unsynced, 1);

    CHECK(disk.append(file, "late") == disk_error::power_is_off);
    CHECK(disk.contents("/d/log") == "synced");
    CHECK(disk.has_power());
}

TEST_CASE("the n-th call that a fault can hit fails, once") {
    sim_disk disk;
    const auto file = created(disk, "/d/log");
    disk.fail(fault::no_space, 2, false);

    CHECK_FALSE(disk.append(file, "ab"));
    CHECK_FALSE(disk.sync(file)); // needs no space, so it is not counted
    CHECK(disk.fault_calls() == 1);
    CHECK(disk.append(file, "cdef") == disk_error::no_space);
    CHECK(disk.fault_calls() == 2);
    CHECK_FALSE(disk.append(file, "g"));
    CHECK(disk.contents("/d/log") == "abcdg"); // half of the failed write landed
}

TEST_CASE("a sticky fault fails every call until it is healed") {
    sim_disk disk;
    disk.fail(fault::too_many_open, 1, true);
    open_file ignored;
    CHECK(disk.open_directory("/d", ignored) == disk_error::too_many_open);
    CHECK(disk.create("/d/file", ignored) == disk_error::too_many_open);

    disk.heal();

    CHECK_FALSE(disk.create("/d/file", ignored));
}

TEST_CASE("an operation can be done and reported as failed") {
    sim_disk disk;
    const auto file = created(disk, "/d/log");
    disk.fail(fault::done_but_denied, 1, false);

    CHECK(disk.append(file, "there") == disk_error::io_error);
    CHECK(disk.contents("/d/log") == "there");
}

TEST_CASE("bytes whose sync failed stay readable and are never written by a later sync") {
    sim_disk disk;
    const auto file = half_synced(disk, "/d/log", text('a', 512), text('b', 512));
    disk.fail(fault::io_error, 1, false);
    CHECK(disk.sync(file) == disk_error::io_error);
    REQUIRE_FALSE(disk.append(file, text('c', 512)));
    REQUIRE_FALSE(disk.sync(file));
    CHECK(disk.contents("/d/log") == text('a', 512) + text('b', 512) + text('c', 512));

    disk.power_cycle(outcome::drop_unsynced, 1);

    CHECK(disk.contents("/d/log") == text('a', 512) + text('\0', 512) + text('c', 512));
}

TEST_CASE("a flipped bit is there after a power cut, and only synced bytes can be flipped") {
    sim_disk disk;
    half_synced(disk, "/d/log", "a", "b");

    CHECK(disk.flip_bit("/d/log", 1));
    CHECK_FALSE(disk.flip_bit("/d/log", 8));
    disk.power_cycle(outcome::drop_unsynced, 1);

    CHECK(disk.contents("/d/log") == "c");
}

TEST_CASE("files are listed with what of them is durable") {
    sim_disk disk;
    half_synced(disk, "/d/log", "synced", " not");
    created(disk, "/d/new");

    const auto files = disk.files();

    REQUIRE(files.size() == 2);
    CHECK(files[0].path == "/d/log");
    CHECK(files[0].size == 10);
    CHECK(files[0].synced_size == 6);
    CHECK(files[0].is_name_synced);
    CHECK_FALSE(files[1].is_name_synced);
}

TEST_CASE("operations are recorded when asked") {
    sim_disk disk;
    disk.record(true);
    const auto file = created(disk, "/d/log");
    REQUIRE_FALSE(disk.append(file, "abc"));

    const auto seen = disk.recorded();

    REQUIRE(seen.size() == 2);
    CHECK(std::string(name_of(seen[1].what)) == "append");
    CHECK(seen[1].file == "/d/log");
    CHECK(seen[1].size == 3);
}

TEST_CASE("a copy of a disk forgets what the disk would have forgotten, and on its own") {
    sim_disk disk;
    const auto file = half_synced(disk, "/d/log", "synced", " lost");
    REQUIRE_FALSE(disk.rename("/d/log", "/d/renamed"));
    sim_disk copy;
    copy.copy_from(disk);
    REQUIRE_FALSE(disk.append(file, " more"));
    CHECK(copy.contents("/d/renamed") == "synced lost");

    copy.power_cycle(outcome::drop_unsynced, 1);

    CHECK(copy.contents("/d/log") == "synced");
    CHECK(disk.contents("/d/renamed") == "synced lost more");
}
