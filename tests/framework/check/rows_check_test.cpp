// SPDX-License-Identifier: Apache-2.0
// The check of all rows: silent on whatever the engine writes, total on whatever is there instead.
#include "base/random.hpp"
#include "tests/framework/check/town_rows.hpp"

using namespace town;

TEST_CASE("what the engine has written is sound after every write") {
    check_report seen; // the most of each
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const registry functions = town::functions();
        testing::computer machine(functions, small_town(seed));
        const auto check = [&] {
            const check_report now = check::check_rows(machine.rows, &functions);
            CHECK(text_of(now) == "");
            seen.messages = std::max(seen.messages, now.messages);
            seen.timers = std::max(seen.timers, now.timers);
            seen.active = std::max(seen.active, now.active);
            seen.entities = std::max(seen.entities, now.entities);
            seen.blobs = std::max(seen.blobs, now.blobs);
            seen.replayed = std::max(seen.replayed, now.replayed);
            return memory_store::outcome::done;
        };
        machine.rows.on_write = check;
        machine.boot();
        town::populate(machine.client());
        machine.advance(std::chrono::hours(10));
        check();
        CHECK(machine.client().wait(town::household, "household", {}) == 14);
    }
    CHECK(seen.messages > 4);
    CHECK(seen.timers > 4);
    CHECK(seen.active > 4);
    CHECK(seen.entities == 4);
    CHECK(seen.blobs == 2);
    CHECK(seen.replayed == 12);
}

TEST_CASE("what a held instance has recorded is sound") {
    registry without = town::functions();
    testing::computer machine(town::functions(), small_town(2));
    machine.boot();
    town::populate(machine.client());
    registry fewer;
    fewer.add(town::twice, [](int n) { return n; }).add(town::sleeper, town::run_sleeper);
    machine.shut_down();
    machine.functions = fewer;
    machine.boot();
    machine.client().raise("visitor", town::knock, 1);
    machine.advance(std::chrono::hours(2));
    machine.kill();

    CHECK(text_of(check::check_rows(machine.rows)) == "");
}

TEST_CASE("an empty store is sound, and so is a hub that was never used") {
    memory_store rows;
    CHECK(check::check_rows(rows).is_sound());
    CHECK(check::check_rows(rows).rows == 0);

    memory_store fresh = states().at(1);
    CHECK(check::check_rows(fresh).is_sound());
    CHECK(check::check_rows(fresh).rows == 3);
}

TEST_CASE("a report counts what is there") {
    memory_store rows = at_rest();

    const check_report seen = check::check_rows(rows);

    CHECK(seen.instances ==
          std::map<runtime_status, std::uint64_t>{{runtime_status::running, 1},
                                                  {runtime_status::completed, 9},
                                                  {runtime_status::failed, 1},
                                                  {runtime_status::terminated, 1}});
    CHECK(seen.entities == 4);
    CHECK(seen.timers == 1);
    CHECK(seen.active == 0);
    CHECK(seen.messages == 0);
    CHECK(seen.blobs == 2);
    CHECK(seen.blob_bytes > 10'000);
    CHECK(seen.steps == rows.count(table::history));
    CHECK(seen.events > seen.steps);
    std::uint64_t count = 0, bytes = 0;
    for (std::size_t i = 0; i < store::table_count; ++i)
        for (const auto& row : rows_of(rows, static_cast<table>(i))) {
            ++count;
            bytes += row.key.size() + row.value->size();
        }
    CHECK(seen.rows == count);
    CHECK(seen.bytes == bytes);
}

TEST_CASE("only so many problems are kept, all are counted") {
    memory_store rows;
    for (int i = 0; i < 20; ++i)
        put(rows, table::timers, "short" + std::to_string(i), "");
    check_options options;
    options.problems_max = 3;

    const check_report report = check::check_rows(rows, nullptr, options);

    CHECK(report.problems.size() == 3);
    CHECK(report.problem_count == 23); // format, name and clock are missing too
}

namespace {

/// Fails to read from some row of a table on.
class broken_store final : public store::store {
  public:
    broken_store(memory_store rows, table where, std::size_t after)
        : rows_(std::move(rows)), where_(where), after_(after) {}

    std::optional<std::string> get(table where, std::string_view key) override {
        return rows_.get(where, key);
    }
    void scan(table where, std::string_view prefix, std::string_view from,
              const std::function<bool(std::string_view, std::string_view)>& visit) override {
        std::size_t count = 0;
        rows_.scan(where, prefix, from, [&](std::string_view key, std::string_view value) {
            if (where == where_ && count++ == after_)
                throw error(errc::storage, "a block is damaged");
            return visit(key, value);
        });
    }
    void write(const std::vector<perdure::store::change>&, bool) override {
        throw std::logic_error("a check must not write");
    }

  private:
    memory_store rows_;
    table where_;
    std::size_t after_;
};

} // namespace

TEST_CASE("where a table can't be read any more is one problem, and the rest is still checked") {
    for (std::size_t i = 0; i < store::table_count; ++i) {
        const auto where = static_cast<table>(i);
        for (const memory_store& each : states()) {
            const std::size_t rows = each.count(where);
            for (const std::size_t after : {std::size_t{0}, rows / 2, rows - 1}) {
                if (rows == 0)
                    continue;
                broken_store damaged(each, where, after);
                const check_report report = check::check_rows(damaged);
                INFO(store::name_of(where) << " after " << after << "\n" << text_of(report));
                REQUIRE(report.problem_count == 1);
                CHECK_THAT(report.problems[0].what, Catch::Contains("a block is damaged"));
            }
        }
    }
}

TEST_CASE("any bytes in any row give a report") {
    base::random_stream random(7);
    std::uint64_t found = 0, tried = 0;
    for (std::size_t round = 0; round < 600; ++round) {
        memory_store rows = states()[random.draw() % states().size()];
        const auto where = static_cast<table>(random.draw() % store::table_count);
        const auto all = rows_of(rows, where);
        if (all.empty())
            continue;
        const store::change& chosen = all[random.draw() % all.size()];
        std::string key = chosen.key;
        std::string value(*chosen.value);
        std::string& bytes = value.empty() ? key : value;
        remove(rows, where, chosen.key);
        bytes[random.draw() % bytes.size()] ^= static_cast<char>(1 << random.draw() % 8);
        rows.write({{where, key, value}}, true);
        const registry functions = town::functions();
        ++tried;
        found += !check::check_rows(rows, &functions).is_sound();
    }
    CHECK(tried > 250);
    CHECK(found * 10 > tried * 8); // states of entities are their own business
}
