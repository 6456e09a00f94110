// SPDX-License-Identifier: Apache-2.0
// Group commit: order, cancelling within a group, references, and what a failed write does.
#include "actors/committer.hpp"

#include "base/hash.hpp"
#include "catch.hpp"
#include "store/keys.hpp"
#include "tests/framework/outside.hpp"

#include <caf/actor_system_config.hpp>

#include <future>
#include <thread>

using namespace perdure;
using namespace perdure::actors;
using store::table;

namespace {

struct fixture {
    tests::stepped_system actors;
    tests::memory_store rows;
    counters counted;
    committer commits{actors.system(), false, rows, true, 1, counted};
    std::vector<std::string> log;

    /// A commit that puts one row and logs its end.
    commit putting(const std::string& key) {
        commit part;
        part.put(table::instances, key, "value");
        part.done = [this, key](std::exception_ptr failed) {
            log.push_back((failed ? "refused " : "durable ") + key);
        };
        return part;
    }

    void stop() {
        for (const auto& each : commits.actors())
            caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
        actors.run();
    }
};

history::message some_message() {
    return {"sender", {}, {}, history::child_completed{1, codec<int>::encode(5)}};
}

std::string text_of(std::exception_ptr failed) {
    try {
        std::rethrow_exception(failed);
    } catch (const error& e) {
        return std::string(to_string(e.code())) + ": " + e.what();
    }
}

} // namespace

TEST_CASE("commits that gather are written together and told in order") {
    fixture f;
    f.commits.submit(f.putting("a"));
    f.commits.submit(f.putting("b"));
    f.commits.submit(f.putting("c"));

    CHECK(f.log.empty());
    f.actors.run();

    CHECK(f.rows.writes() == 1);
    CHECK(f.log == std::vector<std::string>{"durable a", "durable b", "durable c"});
    CHECK(f.commits.durable_number() == 3);
    f.stop();
}

TEST_CASE("with threads of its own it tells each commit once, in order and one at a time") {
    caf::actor_system_config config;
    caf::actor_system system(config);
    tests::memory_store rows;
    counters counted;
    committer commits{system, true, rows, true, 1, counted};
    std::vector<int> told; // without a lock: whichever thread tells, it is one at a time
    std::vector<int> expected;

    for (const int together : {1, 1, 3, 40, 1, 7, 300, 1, 1}) {
        std::promise<void> last;
        for (int i = 0; i < together; ++i) {
            expected.push_back(static_cast<int>(expected.size()));
            commit part;
            part.done = [&told, number = expected.back()](std::exception_ptr) {
                told.push_back(number);
            };
            if (i + 1 == together)
                part.done = [&told, &last, number = expected.back()](std::exception_ptr) {
                    told.push_back(number);
                    last.set_value();
                };
            commits.submit(std::move(part));
        }
        last.get_future().wait();
    }

    CHECK(told == expected);
    while (!commits.is_idle()) // whoever told the last one has not returned from it yet
        std::this_thread::yield();
    for (const auto& each : commits.actors())
        caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
}

TEST_CASE("a message that is consumed within its group never reaches the disk") {
    fixture f;
    commit sending;
    sending.messages.push_back({"target", some_message()});
    const submitted placed = f.commits.submit(std::move(sending));
    commit consuming;
    consuming.consumed.push_back({"target", placed.first_order, {}});
    f.commits.submit(std::move(consuming));

    f.actors.run();

    CHECK(f.counted.puts == 0);
    CHECK(f.rows.count(table::inbox) == 0);
    f.stop();
}

TEST_CASE("a message that is consumed later is deleted by that commit") {
    fixture f;
    commit sending;
    sending.messages.push_back({"target", some_message()});
    const submitted placed = f.commits.submit(std::move(sending));
    f.actors.run();
    CHECK(f.rows.count(table::inbox) == 1);
    commit consuming;
    consuming.consumed.push_back({"target", placed.first_order, {}});
    f.commits.submit(std::move(consuming));

    f.actors.run();

    CHECK(f.rows.count(table::inbox) == 0);
    f.stop();
}

TEST_CASE("a blob is kept while something refers to it") {
    fixture f;
    const auto data = std::make_shared<const std::string>("pixels");
    const blob name = base::content_hash(*data);
    commit making;
    making.blobs.push_back({name, data});
    making.retained = {name, name};
    f.commits.submit(std::move(making));
    f.actors.run();
    CHECK(f.rows.count(table::blobs) == 1);

    commit one_less;
    one_less.released = {name};
    f.commits.submit(std::move(one_less));
    f.actors.run();
    CHECK(f.rows.count(table::blobs) == 1);

    commit none_left;
    none_left.released = {name};
    f.commits.submit(std::move(none_left));
    f.actors.run();
    CHECK(f.rows.count(table::blobs) == 0);
    CHECK(f.rows.count(table::blob_counts) == 0);
    f.stop();
}

TEST_CASE("a blob that nothing refers to is not stored") {
    fixture f;
    commit making;
    making.blobs.push_back({base::content_hash("x"), std::make_shared<const std::string>("x")});
    f.commits.submit(std::move(making));

    f.actors.run();

    CHECK(f.rows.count(table::blobs) == 0);
    f.stop();
}

TEST_CASE("after a failed write nothing is acknowledged, also when the disk works again") {
    fixture f;
    std::string told;
    f.commits.on_poison([&](std::exception_ptr reason) { told = text_of(reason); });
    f.rows.on_write = [] { return testing::memory_store::outcome::refused; };
    f.commits.submit(f.putting("a"));
    f.actors.run();
    f.rows.on_write = {};

    f.commits.submit(f.putting("b"));
    f.actors.run();

    CHECK(f.log == std::vector<std::string>{"refused a", "refused b"});
    CHECK(f.commits.durable_number() == 0);
    CHECK(f.rows.writes() == 0);
    CHECK_THAT(told, Catch::Matchers::Contains("poisoned") &&
                         Catch::Matchers::Contains("refused the write") &&
                         Catch::Matchers::Contains("reopen"));
    f.stop();
}

TEST_CASE("the latest time of a group is written with it, and never an earlier one") {
    fixture f;
    const auto commit_at = [&](std::int64_t ms) {
        commit part;
        part.time = timestamp(std::chrono::milliseconds(ms));
        f.commits.submit(std::move(part));
    };
    const auto clock = [&] { return f.rows.get(table::meta, store::clock_key).value_or(""); };
    commit_at(10);
    commit_at(30);
    commit_at(20);
    CHECK(clock() == "");
    f.actors.run();
    CHECK(f.rows.writes() == 1);
    CHECK(clock() == "30");

    f.commits.submit(f.putting("a commit without time"));
    commit_at(30);
    f.actors.run();
    CHECK(f.counted.puts == 2);
    CHECK(clock() == "30");

    commit_at(31);
    f.actors.run();
    CHECK(clock() == "31");
    f.stop();
}
