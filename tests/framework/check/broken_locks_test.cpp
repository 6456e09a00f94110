// SPDX-License-Identifier: Apache-2.0
// Every rule about locks and transactions, broken by hand.
#include "tests/framework/check/town_rows.hpp"

using namespace town;

namespace {

inline constexpr transaction<int(tally&)> look{"look"};
inline constexpr orchestration<int()> keeper{"keeper"};
inline constexpr orchestration<int()> waiter{"waiter"};
inline constexpr orchestration<int()> looker{"looker"};

/// Keeps the tallies a and b.
task<int> run_keeper(orchestration_context& ctx) {
    const auto guard = co_await ctx.lock(tallies["a"], tallies["b"]);
    co_await ctx.call(tallies["a"], &tally::add, 1);
    co_return co_await ctx.wait_for(knock);
}

task<int> run_waiter(orchestration_context& ctx) {
    const auto guard = co_await ctx.lock(tallies["0"], tallies["b"]);
    co_return co_await ctx.wait_for(knock);
}

task<int> run_looker(orchestration_context& ctx) {
    co_return co_await ctx.transact(look, tallies["b"]);
}

registry locking() {
    registry all;
    all.add(tallies).add(look, [](tally& of) { return of.sum; });
    all.add(keeper, run_keeper).add(waiter, run_waiter).add(looker, run_looker);
    return all;
}

/// `keeper` holds a and b; `waiter` holds 0 and waits for b; the transaction of `looker` waits too.
memory_store occupied() {
    testing::computer machine(locking(), small_town(3));
    machine.boot();
    for (const auto* each : {"keeper", "waiter", "looker"}) {
        if (each == std::string("keeper"))
            machine.client().start({each}, keeper);
        else if (each == std::string("waiter"))
            machine.client().start({each}, waiter);
        else
            machine.client().start({each}, looker);
        machine.run_until_idle();
    }
    machine.client().signal(tallies["b"], &tally::add, 5); // waits
    return machine.rows;
}

template <class Edit>
void edit_entity(memory_store& rows, std::string_view id, Edit edit) {
    store::entity_row row;
    if (const auto stored = rows.get(table::entities, id))
        row = store::decode_entity_row(*stored);
    edit(row);
    put(rows, table::entities, id, store::encode(row));
}

history::lock_owner owner(memory_store& rows, const std::string& instance) {
    return {instance, store::decode_instance_row(*rows.get(table::instances, instance)).execution,
            0};
}

void send(memory_store& rows, const std::string& target, std::uint64_t order, history::event body) {
    const auto from = owner(rows, "keeper");
    put(rows, table::inbox, store::inbox_key(target, order),
        history::encode(history::message{from.instance, from.execution, {}, std::move(body)}));
}

} // namespace

TEST_CASE("locks, requests that wait and transactions that wait are sound") {
    memory_store rows = occupied();
    const auto functions = locking();

    CHECK(text_of(check::check_rows(rows, &functions)) == "");
    CHECK(find_letter<history::lock_requested>(rows));
    CHECK(find_letter<history::transaction_requested>(rows));
    CHECK(find_letter<history::operation_signaled>(rows));
}

TEST_CASE("broken rules of locks") {
    using namespace history;
    const auto found = [](const char* where, const char* what) {
        return check_problem{where, "", what};
    };
    expect_all({
        {"a lock that is granted is held", occupied,
         [](auto& rows) {
             edit_entity(rows, "@tally@a", [](auto& row) {
                 row.holder = {};
                 row.locked = {};
             });
         },
         found("entities", "should hold it and does not")},
        {"a holder asked for what it holds", occupied,
         [](auto& rows) {
             edit_entity(rows, "@tally@c", [&](auto& row) { row.holder = owner(rows, "keeper"); });
         },
         found("entities", "which did not ask for it")},
        {"a holder is there", occupied,
         [](auto& rows) {
             edit_entity(rows, "@tally@c", [](auto& row) { row.holder = {"nobody", "e", 0}; });
         },
         found("entities", "which did not ask for it or has ended")},
        {"a request that waits has not got further", occupied,
         [](auto& rows) {
             edit_letter<lock_requested>(rows, [](auto& sent) {
                 std::get<lock_requested>(sent.body).entities = {"@tally@b", "@tally@c"};
             });
         },
         found("inbox", "has no such request")},
        {"a request that waits is for its entity", occupied,
         [](auto& rows) {
             edit_letter<lock_requested>(rows, [](auto& sent) {
                 std::get<lock_requested>(sent.body).entities = {"@tally@c"};
             });
         },
         found("inbox", "for another entity")},
        {"a request is not lost", occupied,
         [](auto& rows) { remove(rows, table::inbox, *find_letter<lock_requested>(rows)); },
         found("instances", "is open, and nothing will answer it")},
        {"a lock that is kept is not unlocked", occupied,
         [](auto& rows) {
             send(rows, "@tally@a", 99, unlock_sent{0, {"@tally@a", "@tally@b"}});
         },
         found("inbox", "has no such request")},
        {"a transaction is not lost", occupied,
         [](auto& rows) { remove(rows, table::inbox, *find_letter<transaction_requested>(rows)); },
         found("instances", "is open, and nothing will answer it")},
        {"a transaction begins at the first of its entities", occupied,
         [](auto& rows) {
             edit_letter<transaction_requested>(rows, [](auto& sent) {
                 std::get<transaction_requested>(sent.body).entities = {"@tally@a", "@tally@b"};
             });
         },
         found("inbox", "for another entity")},
    });
}
