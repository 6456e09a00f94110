// SPDX-License-Identifier: Apache-2.0
// The stored form of steps and messages: complete, stable, and safe against any bytes.
#include "history/codec.hpp"

#include "base/hash.hpp"
#include "base/random.hpp"
#include "catch.hpp"

using namespace perdure;
using namespace perdure::history;

namespace {

payload value(std::string json) {
    return {content::json, std::move(json), {}, {}};
}

failure nested_failure() {
    return {"outer", "went wrong",
            std::make_shared<const failure>(failure{"inner", "because", nullptr})};
}

/// A step with every kind of event.
step everything() {
    payload out_of_line = value("");
    out_of_line.external = base::content_hash("big");
    out_of_line.blobs = {base::content_hash("a"), base::content_hash("b")};
    step all;
    all.time = timestamp(std::chrono::milliseconds(1'234'567));
    all.arrived = {
        execution_started{"greet", "exec-1", value("[1,2]"), {"parent", "exec-0", 4}},
        task_completed{0, out_of_line},
        task_rejected{1, nested_failure()},
        child_completed{2, value("true")},
        child_rejected{3, nested_failure()},
        timer_fired{4},
        event_raised{"approval", {content::raw, std::string("\0\1", 2), {}, {}}},
        operation_completed{5, value("9")},
        operation_rejected{6, nested_failure()},
        execution_suspended{value("\"lunch\"")},
        execution_resumed{},
        execution_terminated{value("\"enough\""), true},
        lock_granted{12},
        transaction_completed{13, value("7")},
        transaction_rejected{13, nested_failure()},
        execution_rewound{value("\"mended\""), 3, 7},
        scope_completed{14, value("8"), {2, 19}},
        scope_rejected{15, nested_failure(), {1, 20}},
        event_taken{"approval", 16, 3, 14},
        event_returned{"approval", value("1"), 3},
    };
    all.scope = 0;
    all.decided = {
        task_scheduled{7, "charge", value("5")},
        child_created{8, "ship", "order-1", value("{}")},
        timer_created{9, timestamp(std::chrono::milliseconds(-5))},
        timer_canceled{9},
        operation_called{10, {"counter", "a@b"}, "add", value("3")},
        operation_signaled{11, {"counter", ""}, "add", value("4")},
        lock_requested{12, {"@counter@a", "@counter@b"}},
        unlock_sent{12, {"@counter@a", "@counter@b"}},
        transaction_requested{13, "transfer", {"@counter@b", "@counter@a"}, value("5"), 13},
        operation_called{14, {"counter", "b"}, "add", value("3"), {}, 13},
        scope_entered{15, "month", value("[1,2]")},
        scope_canceled{16, {3, 21}},
        execution_completed{runtime_status::failed, {}, nested_failure()},
    };
    return all;
}

std::string hex(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

} // namespace

TEST_CASE("a step with every kind of event comes back as it was") {
    CHECK(decode_step(encode(everything())) == everything());
}

TEST_CASE("a step that could not run code stays marked so") {
    step unevaluated;
    unevaluated.evaluated = false;
    unevaluated.arrived = {event_raised{"x", value("1")}};

    CHECK_FALSE(decode_step(encode(unevaluated)).evaluated);
}

TEST_CASE("a step says whose it is, also of the first scope") {
    step of_scope;
    CHECK_FALSE(decode_step(encode(of_scope)).scope);
    for (const std::uint32_t number : {0u, 7u, 0xffff'ffffu}) {
        of_scope.scope = number;
        CHECK(decode_step(encode(of_scope)).scope == number);
    }
}

TEST_CASE("a message comes back as it was") {
    const message sent{"sender", "exec-1", "exec-2", child_completed{3, value("7")}};

    CHECK(decode_message(encode(sent)) == sent);
}

TEST_CASE("the stored form does not change between builds") {
    step golden;
    golden.time = timestamp(std::chrono::milliseconds(1000));
    golden.arrived = {task_completed{1, value("2")}};
    golden.decided = {task_scheduled{2, "a", value("3")}};

    CHECK(hex(encode(golden)) == "08d00f1a0922070801120312013222"
                                 "0c1a0a08021201611a03120133");
}

TEST_CASE("every truncation of a step is refused or is a shorter step, and never a crash") {
    const std::string whole = encode(everything());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        try {
            const step read = decode_step(whole.substr(0, size));
            CHECK(read != everything());
        } catch (const error& refused) {
            CHECK(refused.code() == errc::damaged);
        }
    }
}

TEST_CASE("random damage of a step gives a step or a storage error, and never a crash") {
    const std::string whole = encode(everything());
    base::random_stream random(7);
    for (int round = 0; round < 5000; ++round) {
        std::string damaged = whole;
        for (int flips = 0; flips < 3; ++flips)
            damaged[random.draw() % damaged.size()] = static_cast<char>(random.draw());
        try {
            decode_step(damaged);
        } catch (const error& refused) {
            CHECK(refused.code() == errc::damaged);
        }
    }
}

TEST_CASE("a failure with as many causes as there may be can be read, one with more is refused") {
    failure longest{"type", "the first cause", nullptr};
    for (int i = 0; i < causes_max; ++i)
        longest = {"type", "because", std::make_shared<const failure>(longest)};
    const failure longer{"type", "because", std::make_shared<const failure>(longest)};
    const auto stored = [](const failure& each) {
        return encode(step{{}, true, {task_rejected{1, each}}, {}});
    };

    CHECK(decode_step(stored(longest)).arrived[0] == history::event(task_rejected{1, longest}));
    CHECK_THROWS_WITH(decode_step(stored(longer)), Catch::Matchers::Contains("causes"));
}

TEST_CASE("every status of an end comes back") {
    for (std::uint8_t number = 0; number <= 7; ++number) {
        const step ended{{}, true, {}, {execution_completed{runtime_status{number}, {}, {}}}};
        CHECK(decode_step(encode(ended)) == ended);
    }
}

TEST_CASE("numbers that stand for nothing are refused") {
    const auto is_damaged = [](std::string_view stored) {
        try {
            decode_step(stored);
        } catch (const error& refused) {
            return refused.code() == errc::damaged;
        }
        return false;
    };
    CHECK(is_damaged(std::string_view("\x10\x02", 2))); // not evaluated: 2
    CHECK(is_damaged(std::string_view("\x10\x01", 1))); // not evaluated: cut before its value
    // arrived: { event raised: { value: { content kind: 2^32 } } }
    CHECK(is_damaged(
        std::string_view("\x1a\x0c\x62\x0a\x12\x08\x08\x80\x80\x80\x80\x10\x12\x00", 14)));
    // decided: { execution completed: { status: 8 } }
    CHECK(is_damaged(std::string_view("\x22\x04\x12\x02\x08\x08", 6)));
}

TEST_CASE("an event of an unknown kind is refused, not skipped") {
    const std::string unknown_kind("\x22\x03\xfa\x06\x00", 5); // decided: { kind 111: {} }

    CHECK_THROWS_WITH(decode_step(unknown_kind), Catch::Matchers::Contains("kind"));
}

TEST_CASE("an unknown field of a known event is passed over") {
    // arrived: { timer_fired: { 1: 5, 15: 1 } }
    const std::string newer("\x1a\x06\x52\x04\x08\x05\x78\x01", 8);

    const step read = decode_step(newer);

    CHECK(read.arrived == std::vector<history::event>{timer_fired{5}});
}

TEST_CASE("an event is described by its name, number and subject") {
    CHECK(describe(task_scheduled{3, "charge", value("5")}) == "TaskScheduled #3 'charge'");
    CHECK(describe(timer_created{1, timestamp(std::chrono::milliseconds(9))}) ==
          "TimerCreated #1 due 9");
}

TEST_CASE("a listing shows what an event is about") {
    const history_entry entry =
        to_entry(operation_called{10, {"counter", "alice"}, "add", value("3")});

    CHECK(entry.kind == "EntityOperationCalled");
    CHECK(entry.task_id == 10u);
    CHECK(entry.name == "add");
    CHECK(entry.target == "@counter@alice");
    CHECK(entry.value.data == "3");
}
