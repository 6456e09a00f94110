// SPDX-License-Identifier: Apache-2.0
// What RocksDB would lose in silence: damage to a synced log, and whole files that are gone. And
// what it would refuse for no reason: a manifest that a power cut has torn.
#include "catch.hpp"
#include "store/checksum.hpp"
#include "store/rocks_store.hpp"
#include "store/watermark.hpp"
#include "testing/sim_files.hpp"

#include <rocksdb/env.h>

#include <algorithm>

using namespace perdure;
using namespace perdure::store;
using perdure::testing::outcome;

namespace {

constexpr int rows_written = 40;

/// A database of forty synced rows whose process was killed, or that was closed.
struct place {
    explicit place(bool is_closed = false) {
        {
            const auto rows = open();
            for (int i = 0; i < rows_written; ++i)
                rows->write({{table::instances, "row " + std::to_string(i), "value"}}, true);
            if (!is_closed)
                files.disk().cut_power();
        }
        files.disk().power_cycle(outcome::keep_all, 0);
    }

    std::unique_ptr<store::store>
    open(bool accept_loss = false, std::size_t write_buffer_bytes = write_buffer_bytes_default) {
        rocks_options options;
        options.write_buffer_bytes = write_buffer_bytes;
        options.env = files.env();
        options.recovery.accept_loss = accept_loss;
        options.recovery.warn = [this](std::string_view line) { warned += line; };
        return open_rocks_store("/db", options);
    }
    /// Writes `early` rows, then to another table until its buffer is full and it is flushed, then
    /// `late` rows. Then the process is killed. Gives the log of all but the late ones.
    std::string write_while_flushing(int early = 0, int late = 5) {
        std::string before;
        {
            const auto rows = open(false, 64 << 10);
            const auto write = [&](const std::string& name, int count) {
                for (int i = 0; i < count; ++i)
                    rows->write({{table::instances, name + std::to_string(i), "value"}}, true);
            };
            before = path_of(".log");
            write("early ", early);
            for (int i = 0; path_of(".log") == before; ++i)
                rows->write({{table::history, std::to_string(i), std::string(1000, 'x')}}, true);
            write("late ", late);
            files.settle();
            files.disk().cut_power();
        }
        files.disk().power_cycle(outcome::keep_all, 0);
        return before;
    }
    std::string path_of(std::string_view part) {
        std::string last;
        for (const auto& each : files.disk().files())
            if (each.path.find(part) != each.path.npos)
                last = each.path;
        return last;
    }
    std::string bytes_of(std::string_view part) {
        return files.disk().contents(path_of(part)).value();
    }
    void append(const std::string& path, std::string_view bytes) {
        testing::sim_disk::open_file file;
        REQUIRE_FALSE(files.disk().open(path, file));
        REQUIRE_FALSE(files.disk().append(file, bytes));
        REQUIRE_FALSE(files.disk().sync(file));
    }
    void flip(const std::string& path, std::size_t byte) {
        REQUIRE(files.disk().flip_bit(path, byte * 8 + 3));
    }

    testing::sim_files files;
    std::string warned;
};

/// How opening goes: the error's code, and its words.
struct answer {
    errc code{};
    std::string words;
};

answer answer_of(place& here) {
    try {
        here.open();
        return {};
    } catch (const error& refused) {
        return {refused.code(), refused.what()};
    }
}

int rows_in(store::store& rows) {
    int count = 0;
    rows.scan(table::instances, {}, {}, [&](std::string_view, std::string_view) {
        ++count;
        return true;
    });
    return count;
}

} // namespace

TEST_CASE("any flipped bit in the synced log is a refusal, and nothing is thrown away") {
    place here;
    const std::string log = here.path_of(".log");
    const std::size_t size = here.bytes_of(".log").size();
    REQUIRE(size > 40 * 20);
    for (std::size_t i = 0; i < size; ++i) {
        here.flip(log, i);
        const answer given = answer_of(here);
        INFO("byte " << i << ": " << given.words);
        REQUIRE((given.code == errc::data_loss || given.code == errc::damaged));
        here.flip(log, i);
    }
    CHECK(rows_in(*here.open()) == rows_written);
}

TEST_CASE("a refusal for lost changes names the last one there and the last one written") {
    place here;
    here.flip(here.path_of(".log"), here.bytes_of(".log").size() - 1);

    const answer given = answer_of(here);

    CHECK(given.code == errc::data_loss);
    CHECK_THAT(given.words, Catch::Matchers::Contains("ends at change 39") &&
                                Catch::Matchers::Contains("changes up to 40") &&
                                Catch::Matchers::Contains("accept_loss"));
}

TEST_CASE("a loss that is accepted leaves what lies before it, once, with a warning") {
    place here;
    here.flip(here.path_of(".log"), here.bytes_of(".log").size() / 2);

    const int left = rows_in(*here.open(true));

    CHECK(left > 0);
    CHECK(left < rows_written);
    CHECK_THAT(here.warned, Catch::Matchers::Contains("changes up to 40"));
    CHECK(rows_in(*here.open()) == left);
}

TEST_CASE("a database that is gone while its watermark is there is not begun anew") {
    for (const bool is_closed : {false, true}) {
        place here(is_closed);
        REQUIRE_FALSE(here.files.disk().remove("/db/CURRENT"));
        CHECK(answer_of(here).code == errc::data_loss);
    }
}

TEST_CASE("a missing watermark is refused, and replaced when the loss is accepted") {
    place here;
    REQUIRE_FALSE(here.files.disk().remove("/db/WATERMARK"));

    CHECK(answer_of(here).code == errc::damaged);
    CHECK(rows_in(*here.open(true)) == rows_written);
    CHECK_FALSE(here.files.disk().remove("/db/CURRENT"));
    CHECK(answer_of(here).code == errc::data_loss);
}

TEST_CASE("one damaged slot of a watermark leaves the other, two are a refusal") {
    place here(true);
    const auto first_slot = GENERATE(true, false);
    const std::size_t one = first_slot ? 9 : 4096 + 9;
    const std::size_t other = first_slot ? 4096 + 9 : 9;
    { const auto again = here.open(); } // each life of a store syncs one slot
    here.flip("/db/WATERMARK", one);
    CHECK(rows_in(*here.open()) == rows_written);

    place worse(true);
    { const auto again = worse.open(); }
    worse.flip("/db/WATERMARK", one);
    worse.flip("/db/WATERMARK", other);
    const answer given = answer_of(worse);
    CHECK(given.code == errc::damaged);
    CHECK_THAT(given.words, Catch::Matchers::Contains("WATERMARK"));
    CHECK(rows_in(*worse.open(true)) == rows_written);
    CHECK(rows_in(*worse.open()) == rows_written);
}

TEST_CASE("a manifest whose unsynced end is garbage is cut, with a warning") {
    place here;
    const std::string manifest = here.path_of("MANIFEST");
    here.append(manifest, std::string("\x12\x34\x56\x78\x0a\x00\x01 it's cut", 17));

    CHECK(rows_in(*here.open()) == rows_written);

    CHECK_THAT(here.warned, Catch::Matchers::Contains("cut the last 17 bytes off " + manifest));
}

TEST_CASE("damage to the log is noticed when a flush has gone further than the log's beginning") {
    place here;
    here.write_while_flushing();
    const std::string log = here.path_of(".log");
    const std::size_t size = here.bytes_of(".log").size();
    for (std::size_t i = 0; i < size; i += 7) {
        here.flip(log, i);
        REQUIRE(answer_of(here).code == errc::data_loss);
        here.flip(log, i);
    }
    CHECK(rows_in(*here.open()) == rows_written + 5);
}

TEST_CASE("damage to the log is noticed when a flush has gone as far as the log") {
    place here;
    const std::string log = here.write_while_flushing(5, 0);
    const std::size_t size = here.files.disk().contents(log).value().size();
    for (std::size_t i = 0; i < size; i += 97) {
        here.flip(log, i);
        INFO("byte " << i);
        REQUIRE(answer_of(here).code == errc::data_loss);
        here.flip(log, i);
    }
    CHECK(rows_in(*here.open()) == rows_written + 5);
}

TEST_CASE("a log whose first change was torn before it was synced is no loss") {
    place here(true);
    {
        const auto rows = here.open(); // puts all into tables
        rows->write({{table::instances, "torn", "value"}}, false);
        here.files.disk().cut_power();
    }
    here.files.disk().power_cycle(outcome::keep_all, 0);
    const std::string log = here.path_of(".log");
    here.append(log, ""); // what is torn may be on the medium
    here.flip(log, 9);

    CHECK(rows_in(*here.open()) == rows_written);
}

TEST_CASE("what an earlier life left torn in its log is no loss in a later one") {
    place here(true);
    for (int life = 0; life < 2; ++life) {
        {
            const auto rows = here.open();
            rows->write({{table::instances, "late", std::to_string(life)}}, life == 1);
            here.files.disk().cut_power();
        }
        here.files.disk().power_cycle(outcome::keep_all, 0);
        if (life == 0) {
            const std::string log = here.path_of(".log");
            here.append(log, "");
            here.flip(log, 9);
        }
    }

    CHECK(here.open()->get(table::instances, "late") == "1");
}

TEST_CASE("the end of a manifest that a flush has just synced is never cut") {
    place here;
    here.write_while_flushing();
    const std::string before = here.bytes_of("MANIFEST");
    here.flip(here.path_of("MANIFEST"), before.size() - 1);

    CHECK(answer_of(here).code == errc::damaged);

    CHECK(here.bytes_of("MANIFEST").size() == before.size());
}

TEST_CASE("the end of a manifest that opening has just synced is never cut") {
    place here;
    {
        const auto rows = here.open();
        here.files.disk().cut_power();
    }
    here.files.disk().power_cycle(outcome::keep_all, 0);
    const std::string before = here.bytes_of("MANIFEST");
    here.flip(here.path_of("MANIFEST"), before.size() - 1);

    CHECK(answer_of(here).code == errc::damaged);

    CHECK(here.bytes_of("MANIFEST").size() == before.size());
}

TEST_CASE("any flipped bit in a synced manifest is a refusal, and nothing is thrown away") {
    place here;
    here.write_while_flushing();
    const std::string manifest = here.path_of("MANIFEST");
    const std::string before = here.bytes_of("MANIFEST");
    for (std::size_t bit = 0; bit < before.size() * 8; ++bit) {
        REQUIRE(here.files.disk().flip_bit(manifest, bit));
        INFO("byte " << bit / 8 << ", bit " << bit % 8);
        REQUIRE(answer_of(here).code == errc::damaged);
        REQUIRE(here.files.disk().flip_bit(manifest, bit));
    }
    CHECK(rows_in(*here.open()) == rows_written + 5);
}

TEST_CASE("damage to the end of a manifest that a broken opening began loses nothing") {
    place here;
    {
        const auto rows = here.open();
        for (const table each : {table::history, table::blobs, table::instances})
            rows->write({{each, "last", "value"}}, true);
        here.files.disk().cut_power();
    }
    here.files.disk().power_cycle(outcome::keep_all, 0);
    const auto current = here.files.disk().contents("/db/CURRENT");
    int damaged = 0;
    for (std::uint64_t k = 0;; ++k) {
        testing::sim_files files;
        files.disk().copy_from(here.files.disk());
        files.disk().cut_power_at(k);
        try {
            open_rocks_store("/db", {.env = files.env()});
            break; // it needs fewer operations
        } catch (const error&) {
            files.disk().power_cycle(outcome::keep_all, 0);
        }
        std::string manifest = "/db/" + *files.disk().contents("/db/CURRENT");
        manifest.pop_back();
        const std::size_t size = files.disk().contents(manifest)->size();
        if (files.disk().contents("/db/CURRENT") == current ||
            !files.disk().contents("/db/" + current->substr(0, current->size() - 1)) ||
            !files.disk().flip_bit(manifest, size * 8 - 1))
            continue;
        INFO("cut short at operation " << k);
        const auto rows = open_rocks_store("/db", {.env = files.env()});
        CHECK(rows_in(*rows) == rows_written + 1);
        CHECK(rows->get(table::history, "last"));
        CHECK(rows->get(table::blobs, "last"));
        ++damaged;
    }
    CHECK(damaged > 0);
}

TEST_CASE("the end of a manifest that was synced is never cut") {
    place here;
    const std::string manifest = here.path_of("MANIFEST");
    const std::string before = here.bytes_of("MANIFEST");
    here.flip(manifest, before.size() - 1);

    CHECK(answer_of(here).code == errc::damaged);

    CHECK(here.bytes_of("MANIFEST").size() == before.size());
    CHECK(here.warned.empty());
}

TEST_CASE("a refused opening changes no byte") {
    place here;
    here.flip(here.path_of(".log"), here.bytes_of(".log").size() / 2);
    const auto contents = [&] {
        std::string all;
        for (const auto& each : here.files.disk().files())
            all += each.path + *here.files.disk().contents(each.path);
        return all;
    };
    const std::string before = contents();

    CHECK(answer_of(here).code == errc::data_loss);

    CHECK(contents() == before);
}

TEST_CASE("writes after a failed one are refused, and tear nothing more") {
    place here;
    {
        const auto rows = here.open();
        here.files.disk().fail(testing::fault::io_error, 1, false);
        CHECK_THROWS_AS(rows->write({{table::instances, "a", "1"}}, true), error);
        here.files.disk().heal();
        CHECK_THROWS_WITH(rows->write({{table::instances, "b", "2"}}, true),
                          Catch::Matchers::Contains("open it again"));
    }
    here.files.disk().power_cycle(outcome::garbage_sectors, 7);

    CHECK(rows_in(*here.open()) >= rows_written);
}

TEST_CASE("a watermark survives every power cut between two marks") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        testing::sim_files files;
        auto& env = *files.env();
        replace_watermark(env, "/db", {1, 0, 0});
        {
            watermark noted(env, "/db");
            noted.raise({2, 5, 100});
            noted.sync();
            noted.raise({3, 5, 100});
            noted.raise({4, 6, 50});
        }
        files.disk().cut_power();
        files.disk().power_cycle(outcome::garbage_sectors, seed);
        const auto left = read_watermark(env, "/db");
        REQUIRE(left);
        CHECK((*left == mark{2, 5, 100} || *left == mark{4, 6, 50}));
    }
}

TEST_CASE("whatever happens to one slot, the other holds what was synced") {
    for (const std::size_t torn : {8u, 4096u + 8u}) {
        testing::sim_files files;
        auto& env = *files.env();
        replace_watermark(env, "/db", {1, 0, 0});
        watermark noted(env, "/db");
        for (std::uint64_t sequence = 2; sequence < 6; ++sequence) {
            noted.raise({sequence, 5, 100});
            noted.sync();
            noted.raise({sequence + 100, 5, 100}); // and not synced
            REQUIRE(files.disk().flip_bit("/db/WATERMARK", torn * 8));
            const auto left = read_watermark(env, "/db");
            REQUIRE(left);
            CHECK(left->sequence >= sequence);
            REQUIRE(files.disk().flip_bit("/db/WATERMARK", torn * 8));
        }
    }
}

TEST_CASE("a watermark of an older build, which knows no log, is read") {
    const auto file = std::string_view("\0\0\0\0\0\0\0\7"
                                       "\0\0\0\0\0\0\0\3"
                                       "\0\0\0\0\0\0\0\5"
                                       "\0\0\0\0\0\0\0\144",
                                       32);
    std::string slot(file);
    const std::uint64_t sum = digest(slot);
    for (int shift = 56; shift >= 0; shift -= 8)
        slot += static_cast<char>(sum >> shift);
    slot.resize(4096 + 40);
    CHECK(decode_watermark(slot) == mark{3, 5, 100});
}

TEST_CASE("bytes that are no watermark are no mark") {
    CHECK_FALSE(decode_watermark({}));
    CHECK_FALSE(decode_watermark(std::string(5000, '\0')));
    CHECK_FALSE(decode_watermark(std::string(39, 'x')));
}
