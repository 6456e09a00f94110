// SPDX-License-Identifier: Apache-2.0
// Every rule about rows and histories, broken by hand.
#include "base/hash.hpp"
#include "tests/framework/check/town_rows.hpp"

using namespace town;

TEST_CASE("broken rules of the hub's own rows") {
    expect_all({
        {"the format is there",
         at_rest,
         [](auto& rows) { remove(rows, table::meta, store::format_key); },
         {"meta", "format", "missing"}},
        {"the format is ours",
         at_rest,
         [](auto& rows) { put(rows, table::meta, store::format_key, "99"); },
         {"meta", "format", "'99'"}},
        {"the name is there",
         at_rest,
         [](auto& rows) { remove(rows, table::meta, store::name_key); },
         {"meta", "name", "missing"}},
        {"the clock is there",
         at_rest,
         [](auto& rows) { remove(rows, table::meta, store::clock_key); },
         {"meta", "clock", "missing"}},
        {"the clock shows a time",
         at_rest,
         [](auto& rows) { put(rows, table::meta, store::clock_key, "12 o'clock"); },
         {"meta", "clock", "no time"}},
        {"the clock's time is written in one way",
         at_rest,
         [](auto& rows) {
             const auto time = rows.get(table::meta, store::clock_key).value();
             put(rows, table::meta, store::clock_key, "0" + time);
         },
         {"meta", "clock", "no time"}},
        {"the clock shows no time before 1970",
         at_rest,
         [](auto& rows) { put(rows, table::meta, store::clock_key, "-1"); },
         {"meta", "clock", "no time"}},
        {"the clock is not behind a history",
         at_rest,
         [](auto& rows) {
             const auto time = store::decode_clock(*rows.get(table::meta, store::clock_key));
             edit_step(rows, "sleeper", 0,
                       [&](auto& step) { step.time = time + std::chrono::milliseconds(1); });
             edit_instance(rows, "sleeper",
                           [&](auto& row) { row.updated = time + std::chrono::milliseconds(1); });
         },
         {"meta", "clock", "'sleeper' was written at"}},
        {"the clock is not behind an entity",
         at_rest,
         [](auto& rows) {
             auto row = store::decode_entity_row(*rows.get(table::entities, "@tally@all"));
             row.updated = store::decode_clock(*rows.get(table::meta, store::clock_key)) +
                           std::chrono::milliseconds(1);
             put(rows, table::entities, "@tally@all", store::encode(row));
         },
         {"meta", "clock", "'@tally@all' was written at"}},
        {"nothing else is there",
         at_rest,
         [](auto& rows) { put(rows, table::meta, "colour\n", "blue"); },
         {"meta", "colour\\x0a", "knows no such"}},
    });
}

TEST_CASE("broken rules of instance rows") {
    const auto edited = [](auto edit) {
        return [edit](memory_store& rows) { edit_instance(rows, "visitor", edit); };
    };
    const auto found = [](const char* what) { return check_problem{"instances", "visitor", what}; };
    const timestamp never{std::chrono::milliseconds(1)};
    expect_all({
        {"it decodes", at_rest, garble(table::instances, "visitor"), found("damaged")},
        {"its id is one",
         at_rest,
         [](auto& rows) {
             put(rows, table::instances, "@x", store::encode(store::instance_row{}));
         },
         {"instances", "@x", "must not start"}},
        {"a history has a row", at_rest,
         [](auto& rows) { remove(rows, table::instances, "visitor"); },
         found("there is a history")},
        {"a row has a history",
         at_rest,
         [](auto& rows) { put(rows, table::instances, "i", store::encode(store::instance_row{})); },
         {"history", "i", "has no history"}},
        {"the name", at_rest, edited([](auto& row) { row.name = "x"; }), found("name is 'x'")},
        {"the execution", at_rest, edited([](auto& row) { row.execution = "x"; }),
         found("execution is 'x'")},
        {"the status", at_rest, edited([](auto& row) { row.status = runtime_status::running; }),
         found("status is Running, history adds up to Completed")},
        {"an unknown status", at_rest,
         edited([](auto& row) { row.status = static_cast<runtime_status>(99); }),
         found("a status is unknown")},
        {"the input", at_rest, edited([](auto& row) { row.input.data = "8"; }), found("input")},
        {"the output", at_rest, edited([](auto& row) { row.output.data = "8"; }), found("output")},
        {"the failure", at_rest, edited([](auto& row) { row.error.message = "x"; }),
         found("failure")},
        {"when it was written", at_rest,
         edited([&](auto& row) { row.updated += std::chrono::hours(1); }),
         found("written when no step")},
        {"when it was created", at_rest,
         edited([&](auto& row) { row.created += std::chrono::hours(100); }),
         found("created after")},
    });
}

TEST_CASE("broken rules of histories") {
    const auto edited = [](std::uint32_t number, auto edit) {
        return [number, edit](memory_store& rows) { edit_step(rows, "visitor", number, edit); };
    };
    expect_all({
        {"a step decodes",
         at_rest,
         garble(table::history, store::history_key("painter", 1)),
         {"history", "painter step 1", "damaged"}},
        {"a key is one",
         at_rest,
         [](auto& rows) { put(rows, table::history, "visitor", ""); },
         {"history", "visitor", "damaged"}},
        {"no step is missing",
         at_rest,
         [](auto& rows) { remove(rows, table::history, store::history_key("painter", 1)); },
         {"history", "painter step 2", "step 1 is missing"}},
        {"no first step is missing",
         at_rest,
         [](auto& rows) { remove(rows, table::history, store::history_key("visitor", 0)); },
         {"history", "visitor step 1", "step 0 is missing"}},
        {"the grammar",
         at_rest,
         edited(1, [](auto& step) { step.arrived = {history::timer_fired{9}}; }),
         {"history", "visitor step 1", "TimerFired #9"}},
        {"time",
         at_rest,
         edited(1, [](auto& step) { step.time -= std::chrono::hours(100); }),
         {"history", "visitor step 1", "time"}},
    });
}

TEST_CASE("broken rules of the active instances") {
    const auto busy = [] {
        for (memory_store each : states())
            if (each.count(table::active) > 2)
                return each;
        throw std::logic_error("nothing was ever active");
    };
    expect_all({
        {"who has work is there",
         busy,
         [](auto& rows) { remove(rows, table::active, first_key(rows, table::active)); },
         {"active", "", "is missing"}},
        {"who has none is not",
         at_rest,
         [](auto& rows) { put(rows, table::active, "visitor", ""); },
         {"active", "visitor", "has no work"}},
        {"who is unknown is not",
         at_rest,
         [](auto& rows) { put(rows, table::active, "nobody", ""); },
         {"active", "nobody", "no such instance"}},
        {"there are no values",
         busy,
         [](auto& rows) { put(rows, table::active, first_key(rows, table::active), "x"); },
         {"active", "", "value"}},
    });
}

TEST_CASE("broken rules of timers") {
    const auto due = timestamp(std::chrono::hours(24 * 365 * 60));
    const auto stray = [due](std::string instance, std::uint32_t task_id) {
        return [=](memory_store& rows) {
            put(rows, table::timers, store::timer_key({due, instance, task_id}), "execution");
        };
    };
    expect_all({
        {"an open one is there",
         at_rest,
         [](auto& rows) { remove(rows, table::timers, first_key(rows, table::timers)); },
         {"timers", "", "is missing: the timer is open"}},
        {"it names the execution",
         at_rest,
         [](auto& rows) { put(rows, table::timers, first_key(rows, table::timers), "other"); },
         {"timers", "", "it is of execution 'other'"}},
        {"another due time is another timer",
         at_rest,
         stray("sleeper", 0),
         {"timers", "sleeper timer 0 due 1892160000000", "no such timer"}},
        {"a closed one is gone", at_rest, stray("visitor", 0), {"timers", "", "no such timer"}},
        {"nobody's is gone", at_rest, stray("nobody", 0), {"timers", "", "no such timer"}},
        {"a key is one",
         at_rest,
         [](auto& rows) { put(rows, table::timers, "short", ""); },
         {"timers", "short", "damaged"}},
        {"a key has no tail",
         at_rest,
         [](auto& rows) {
             put(rows, table::timers, first_key(rows, table::timers) + "x", "execution");
         },
         {"timers", "", "its length is wrong"}},
    });
}

TEST_CASE("broken rules of entities") {
    expect_all({
        {"it decodes",
         at_rest,
         garble(table::entities, "@museum@main"),
         {"entities", "@museum@main", "damaged"}},
        {"its id is one",
         at_rest,
         [](auto& rows) {
             store::entity_row row;
             row.version = 1;
             put(rows, table::entities, "museum", store::encode(row));
         },
         {"entities", "museum", "@name@key"}},
        {"it has changed",
         at_rest,
         [](auto& rows) {
             put(rows, table::entities, "@tally@x", store::encode(store::entity_row{}));
         },
         {"entities", "@tally@x", "there is no state, and yet it is kept"}},
    });
}

TEST_CASE("broken rules of blobs") {
    const auto name = [] {
        memory_store rows = at_rest();
        return first_key(rows, table::blobs);
    }();
    const auto with = [name](table where, const char* value) {
        return [=](memory_store& rows) { put(rows, where, name, value); };
    };
    const auto without = [name](table where) {
        return [=](memory_store& rows) { remove(rows, where, name); };
    };
    const std::string stray(store::blob_key(base::content_hash("stray")));
    expect_all({
        {"the count is that of the references",
         at_rest,
         with(table::blob_counts, "77"),
         {"blob_counts", "", "it counts 77, there are"}},
        {"a count is a number",
         at_rest,
         with(table::blob_counts, "07"),
         {"blob_counts", "", "'07' is not a count"}},
        {"what is referred to is counted",
         at_rest,
         without(table::blob_counts),
         {"blob_counts", "", "is missing"}},
        {"what is counted is there", at_rest, without(table::blobs), {"blobs", "", "is missing"}},
        {"the bytes have the name",
         at_rest,
         with(table::blobs, "forged"),
         {"blobs", "", "content hash"}},
        {"what is not referred to is gone",
         at_rest,
         [&](auto& rows) { put(rows, table::blobs, stray, "stray"); },
         {"blobs", base::content_hash("stray").hex(), "nothing refers"}},
        {"a key is a name",
         at_rest,
         [](auto& rows) { put(rows, table::blobs, "x", "x"); },
         {"blobs", "x", "not a content hash"}},
        {"a counted key is a name",
         at_rest,
         [](auto& rows) { put(rows, table::blob_counts, "x", "1"); },
         {"blob_counts", "x", "not a content hash"}},
    });
    // Counts no reference, and has no bytes either.
    memory_store rows = at_rest();
    put(rows, table::blob_counts, stray, "1");
    CHECK_THAT(text_of(check::check_rows(rows)), Catch::Contains("it counts 1, there are 0"));
    // A reference that nobody counts.
    rows = at_rest();
    edit_instance(rows, "sleeper",
                  [](auto& row) { row.custom_status.blobs = {base::content_hash("stray")}; });
    CHECK_THAT(text_of(check::check_rows(rows)), Catch::Contains("is missing: there are 1 ref"));
}
