// SPDX-License-Identifier: Apache-2.0
// Every rule about messages that wait for their time and about event-sourced entities, broken by
// hand.
#include "history/entity_events.hpp"
#include "tests/framework/check/town_rows.hpp"

#include <perdure/event_sourcing.hpp>

using namespace town;

namespace {

struct meter {
    struct counted {
        int by = 0;
        NLOHMANN_DEFINE_TYPE_INTRUSIVE(counted, by)
    };
    int sum = 0;
    emits<counted> count(int by) const { return counted{by}; }
    void apply(const counted& e) { sum += e.by; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(meter, sum)
};
inline constexpr auto meters =
    sourced_entity{"meter", event_names<meter::counted>{"counted"}, op("count", &meter::count)}
        .snapshot_every(3);

registry metered() {
    registry all;
    all.add(meters);
    return all;
}

/// A meter with five events, three of them in its snapshot, and a message that waits.
memory_store plant() {
    testing::computer machine(metered(), small_town(1));
    machine.boot();
    for (int i = 1; i <= 5; ++i) {
        machine.client().signal(meters["m"], &meter::count, i);
        machine.advance(std::chrono::seconds(1));
    }
    machine.client().signal_after(std::chrono::hours(1), meters["m"], &meter::count, 9);
    machine.run_until_idle();
    memory_store rows = machine.rows;
    rows.on_write = nullptr;
    return rows;
}

std::string event_row(std::uint64_t number) {
    return store::entity_events_key("@meter@m", number);
}

template <class Edit>
auto edit_entity(Edit edit) {
    return [edit](memory_store& rows) {
        auto row = store::decode_entity_row(*rows.get(table::entities, "@meter@m"));
        edit(row);
        put(rows, table::entities, "@meter@m", store::encode(row));
    };
}

template <class Edit>
auto edit_waiting(Edit edit) {
    return [edit](memory_store& rows) {
        const std::string key = first_key(rows, table::scheduled);
        auto sent = history::decode_message(*rows.get(table::scheduled, key));
        edit(sent);
        put(rows, table::scheduled, key, history::encode(sent));
    };
}

history::operation_signaled& signal_in(history::message& sent) {
    return std::get<history::operation_signaled>(sent.body);
}

} // namespace

TEST_CASE("a hub with event-sourced entities and waiting messages is sound") {
    memory_store rows = plant();
    const registry functions = metered();

    CHECK(text_of(check::check_rows(rows, &functions)) == "");
    CHECK(check::check_rows(rows).messages == 1);
}

TEST_CASE("broken rules of messages that wait for their time") {
    const auto found = [](const char* what) { return check_problem{"scheduled", "", what}; };
    expect_all({
        {"it decodes", plant,
         [](auto& rows) { garble(table::scheduled, first_key(rows, table::scheduled))(rows); },
         found("damaged")},
        {"its key is one", plant, [](auto& rows) { put(rows, table::scheduled, "short", ""); },
         found("too short")},
        {"its target is an entity", plant,
         [](auto& rows) {
             const auto key = first_key(rows, table::scheduled);
             auto at = store::parse_scheduled_key(key);
             at.target = "m";
             put(rows, table::scheduled, store::scheduled_key(at),
                 *rows.get(table::scheduled, key));
         },
         found("@name@key")},
        {"it is a signal", plant,
         edit_waiting([](auto& sent) { sent.body = history::timer_fired{1}; }),
         found("only signals wait")},
        {"it is due when its key says", plant,
         edit_waiting([](auto& sent) { signal_in(sent).due += std::chrono::milliseconds(1); }),
         found("due at another time")},
        {"it is for its target", plant,
         edit_waiting([](auto& sent) { signal_in(sent).entity.key = "x"; }),
         found("for another entity")},
        {"an instance that sends has an execution", plant,
         edit_waiting([](auto& sent) { sent.sender = "someone"; }), found("its sender")},
    });
}

TEST_CASE("broken rules of event-sourced entities") {
    const auto found = [](const char* what) { return check_problem{"entity_events", "", what}; };
    expect_all({
        {"a batch decodes", plant, garble(table::entity_events, event_row(4)), found("damaged")},
        {"a snapshot decodes", plant, garble(table::entity_events, event_row(0)), found("damaged")},
        {"a key is one", plant, [](auto& rows) { put(rows, table::entity_events, "ab", ""); },
         found("too short")},
        {"events have no gap", plant,
         [](auto& rows) { remove(rows, table::entity_events, event_row(2)); },
         found("event 2 is missing")},
        {"there are as many as the row says", plant,
         [](auto& rows) { remove(rows, table::entity_events, event_row(5)); },
         found("there are 4 events, the entity's row says 5")},
        {"a snapshot is there if the row says so", plant,
         [](auto& rows) { remove(rows, table::entity_events, event_row(0)); },
         found("the snapshot is not the one")},
        {"events belong to an entity", plant,
         [](auto& rows) {
             put(rows, table::entity_events, store::entity_events_key("@meter@x", 1),
                 *rows.get(table::entity_events, event_row(1)));
         },
         found("no such event-sourced entity")},
        {"an entity that says so has events",
         plant,
         [](auto& rows) {
             for (const std::uint64_t number : {0, 1, 2, 3, 4, 5})
                 remove(rows, table::entity_events, event_row(number));
         },
         {"entities", "@meter@m", "its events are missing"}},
        {"an event is not later than the last change", plant,
         edit_entity([](auto& row) { row.updated -= std::chrono::minutes(1); }),
         found("later than the entity's last change")},
        {"it keeps no state in its row",
         plant,
         edit_entity([](auto& row) { row.state.data = "1"; }),
         {"entities", "@meter@m", "has something else"}},
    });
}

TEST_CASE("a snapshot that the events before it do not add up to is found with the functions") {
    memory_store rows = plant();
    const registry functions = metered();
    put(rows, table::entity_events, event_row(0),
        history::encode(history::snapshot{3, codec<meter>::encode({7})}));

    CHECK(text_of(check::check_rows(rows)) == "");
    CHECK_THAT(text_of(check::check_rows(rows, &functions)),
               Catch::Contains("add up to another state"));
}

TEST_CASE("an event that the functions can't apply is found") {
    memory_store rows = plant();
    const registry functions = metered();
    auto batch = history::decode_event_batch(*rows.get(table::entity_events, event_row(5)));
    batch.events[0].name = "gone";
    put(rows, table::entity_events, event_row(5), history::encode(batch));

    CHECK_THAT(text_of(check::check_rows(rows, &functions)), Catch::Contains("'gone'"));
}
