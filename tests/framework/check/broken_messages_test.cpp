// SPDX-License-Identifier: Apache-2.0
// Every rule about messages, requests and children, broken by hand.
#include "tests/framework/check/town_rows.hpp"

using namespace town;

TEST_CASE("broken rules of single messages") {
    using namespace history;
    const auto started = [] { return with_letter<execution_started>(); };
    const auto called = [] { return with_letter<operation_called>(); };
    const auto announced = [] { return with_letter<operation_signaled>("@"); };
    const auto answered = [] { return with_letter<operation_completed>(); };
    const auto edit = [](auto kind, auto change) {
        return [change](memory_store& rows) {
            edit_letter<typename decltype(kind)::type>(rows, change);
        };
    };
    const std::type_identity<execution_started> start{};
    const std::type_identity<operation_called> call{};
    const std::type_identity<operation_completed> answer{};
    const auto found = [](const char* what) { return check_problem{"inbox", "", what}; };
    expect_all({
        {"it decodes", called,
         [](auto& rows) { garble(table::inbox, *find_letter<operation_called>(rows))(rows); },
         found("damaged")},
        {"its key is one", at_rest, [](auto& rows) { put(rows, table::inbox, "abc", ""); },
         found("damaged")},
        {"its target can exist", at_rest,
         [](auto& rows) { put(rows, table::inbox, store::inbox_key("@x", 1), ""); },
         found("@name@key")},
        {"kinds that are never sent", called,
         edit(call,
              [](auto& sent) {
                  sent.body = task_completed{0, {}};
              }),
         found("never sent")},
        {"a child has no execution yet", started,
         edit(start, [](auto& sent) { std::get<execution_started>(sent.body).execution = "e"; }),
         found("has an execution already")},
        {"a start names its sender as parent", started,
         edit(start, [](auto& sent) { sent.sender = "someone"; }), found("by the parent")},
        {"an operation is for its target", called,
         edit(call, [](auto& sent) { std::get<operation_called>(sent.body).entity.key = "x"; }),
         found("another entity")},
        {"a call comes from an execution", called,
         edit(call, [](auto& sent) { sent.sender_execution.clear(); }), found("by an execution")},
        {"entities have no executions to address", called,
         edit(call, [](auto& sent) { sent.execution = "e"; }), found("execution of an entity")},
        {"entities have no executions to send from", announced,
         [](auto& rows) {
             edit_letter<operation_signaled>(
                 rows, [](auto& sent) { sent.sender_execution = "e"; }, "@");
         },
         found("no executions")},
        {"what waits for its time waits elsewhere", announced,
         [](auto& rows) {
             edit_letter<operation_signaled>(
                 rows,
                 [](auto& sent) {
                     std::get<operation_signaled>(sent.body).due =
                         timestamp(std::chrono::milliseconds(5));
                 },
                 "@");
         },
         found("it waits for its time")},
        {"an operation's answer comes from an entity", answered,
         edit(answer, [](auto& sent) { sent.sender = "someone"; }), found("kind that gives")},
        {"entities get no answers", answered,
         [](auto& rows) {
             const auto key = *find_letter<operation_completed>(rows);
             put(rows, table::inbox, store::inbox_key("@tally@all", 1),
                 *rows.get(table::inbox, key));
         },
         found("reply to an entity")},
        {"order numbers differ", announced,
         [](auto& rows) {
             const auto key = *find_letter<operation_signaled>(rows, "@");
             auto copy = decode_message(*rows.get(table::inbox, key));
             std::get<operation_signaled>(copy.body).entity.key = "other";
             put(rows, table::inbox,
                 store::inbox_key("@tally@other", store::parse_inbox_key(key).order), encode(copy));
         },
         found("same order number")},
    });
}

namespace {

std::optional<std::string> execution_of_household(memory_store& rows) {
    const auto stored = rows.get(table::instances, "household");
    if (!stored)
        return std::nullopt;
    return store::decode_instance_row(*stored).execution;
}

/// A state in which the household waits for its first errand, which is under way.
memory_store with_errand() {
    for (memory_store each : states())
        if (const auto execution = execution_of_household(each))
            if (const auto child = each.get(table::instances, *execution + ":0"))
                if (!is_finished(store::decode_instance_row(*child).status))
                    return each;
    throw std::logic_error("the household never waited for an errand");
}

} // namespace

TEST_CASE("broken rules between messages and requests") {
    using namespace history;
    const auto started = [] { return with_letter<execution_started>(); };
    const auto called = [] { return with_letter<operation_called>(); };
    const auto answered = [] { return with_letter<operation_completed>(); };
    const auto reported = [] { return with_letter<child_completed>(); };
    const auto copied = [](auto kind, std::uint64_t to) {
        return [to](memory_store& rows) {
            const auto key = *find_letter<typename decltype(kind)::type>(rows);
            put(rows, table::inbox, store::inbox_key(store::parse_inbox_key(key).target, to),
                *rows.get(table::inbox, key));
        };
    };
    const auto removed = [](auto kind) {
        return [](memory_store& rows) {
            remove(rows, table::inbox, *find_letter<typename decltype(kind)::type>(rows));
        };
    };
    const auto found = [](const char* what) { return check_problem{"inbox", "", what}; };
    const check_problem unanswered{"instances", "", "is open, and nothing will answer it"};
    const std::type_identity<execution_started> start{};
    const std::type_identity<operation_called> call{};
    const std::type_identity<operation_completed> answer{};
    const std::type_identity<child_completed> report{};
    expect_all({
        {"a child's start is not lost", started, removed(start), unanswered},
        {"a call is not lost", called, removed(call), unanswered},
        {"an answer is not lost", answered, removed(answer), unanswered},
        {"a child's outcome is not lost", reported, removed(report), unanswered},
        {"a child is started once", started, copied(start, 1'000'000), found("same request")},
        {"an operation is called once", called, copied(call, 0), found("same request")},
        {"an answer is given once", answered, copied(answer, 1'000'000), found("same request")},
        {"a start is what was asked for", started,
         [](auto& rows) {
             edit_letter<execution_started>(rows, [](auto& sent) {
                 std::get<execution_started>(sent.body).input.data = "77";
             });
         },
         found("no such request")},
        {"an operation is what was asked for", called,
         [](auto& rows) {
             edit_letter<operation_called>(rows, [](auto& sent) {
                 std::get<operation_called>(sent.body).operation = "drop";
             });
         },
         found("no such request")},
        {"an answer to another execution is none", answered,
         [](auto& rows) {
             edit_letter<operation_completed>(rows, [](auto& sent) { sent.execution = "old"; });
         },
         unanswered},
        {"a child's answer is how it ended", reported,
         [](auto& rows) {
             edit_letter<child_completed>(
                 rows, [](auto& sent) { std::get<child_completed>(sent.body).result.data = "77"; });
         },
         found("did not end so")},
        {"what has an outcome is not under way", at_rest,
         [](auto& rows) {
             const auto painter =
                 store::decode_instance_row(*rows.get(table::instances, "painter"));
             put(rows, table::inbox, store::inbox_key("painter", 1),
                 encode(
                     message{"@museum@main", {}, painter.execution, operation_completed{1, {}}}));
         },
         found("has an outcome already")},
        {"a child that is there is not started", with_errand,
         [](auto& rows) {
             const std::string execution = execution_of_household(rows).value();
             const payload zero{content::json, "0", {}, {}};
             put(rows, table::inbox, store::inbox_key(execution + ":0", 1'000'000),
                 encode(
                     message{"household",
                             {},
                             {},
                             execution_started{"errand", {}, zero, {"household", execution, 0}}}));
         },
         found("is there already")},
        {"what is sent to an entity stays in order", called,
         [](auto& rows) {
             // Another execution that has asked twice, and whose messages have changed places.
             const entity_id target{"tally", "all"};
             const operation_signaled early{0, target, "add", {}}, late{1, target, "add", {}};
             const execution_started begun{"x", "e", {}, {}};
             store::instance_row row;
             row.name = "x";
             row.execution = "e";
             row.status = runtime_status::running;
             put(rows, table::instances, "x", store::encode(row));
             put(rows, table::history, store::history_key("x", 0),
                 encode(step{{}, true, {begun}, {early, late}}));
             put(rows, table::inbox, store::inbox_key(target.text(), 2'000'000),
                 encode(message{"x", "e", {}, late}));
             put(rows, table::inbox, store::inbox_key(target.text(), 2'000'001),
                 encode(message{"x", "e", {}, early}));
         },
         found("before the message ahead of it")},
    });
}

TEST_CASE("broken rules between parents and children") {
    using namespace history;
    memory_store rows = at_rest();
    const std::string child = [&] {
        for (const auto& row : rows_of(rows, table::instances))
            if (store::decode_instance_row(*row.value).parent.instance == "household")
                return row.key;
        return std::string();
    }();
    REQUIRE(child != "");
    const auto last = [](memory_store& in, const std::string& id) {
        std::uint32_t count = 0;
        const auto prefix = store::history_prefix(id);
        in.scan(table::history, prefix, prefix, [&](std::string_view, std::string_view) {
            ++count;
            return true;
        });
        return count - 1;
    };

    // The parent has recorded another outcome than the child has.
    for (std::uint32_t n = 0; n <= last(rows, "household"); ++n)
        edit_step(rows, "household", n, [](step& each) {
            for (history::event& arrived : each.arrived)
                if (auto* outcome = std::get_if<child_completed>(&arrived))
                    if (outcome->task_id == 0)
                        outcome->result.data = "77";
        });
    CHECK_THAT(text_of(check::check_rows(rows)), Catch::Contains("did not end so"));

    // The child was another function than the parent asked for: both of its own rows agree.
    rows = at_rest();
    edit_instance(rows, child, [](auto& row) { row.name = "impostor"; });
    edit_step(rows, child, 0,
              [](step& first) { std::get<execution_started>(first.arrived[0]).name = "impostor"; });
    check_report report = check::check_rows(rows);
    CHECK_THAT(text_of(report), Catch::Contains("started another function"));
    CHECK(report.problem_count == 1);

    // A child names a parent that never asked for it.
    rows = at_rest();
    const auto painter = store::decode_instance_row(*rows.get(table::instances, "painter"));
    edit_instance(rows, "sleeper", [&](auto& row) {
        row.parent = {"painter", painter.execution, 0};
    });
    edit_step(rows, "sleeper", 0, [&](step& first) {
        std::get<execution_started>(first.arrived[0]).parent = {"painter", painter.execution, 0};
    });
    report = check::check_rows(rows);
    CHECK_THAT(text_of(report),
               Catch::Contains("sleeper: its parent 'painter' did not ask for it"));
    CHECK(report.problem_count == 1);

    // A child names another parent than its history does.
    rows = at_rest();
    edit_instance(rows, "sleeper", [&](auto& row) {
        row.parent = {"painter", painter.execution, 0};
    });
    CHECK_THAT(text_of(check::check_rows(rows)), Catch::Contains("parent is not that"));
}
