// SPDX-License-Identifier: Apache-2.0
// Keys: any bytes are a key or are refused, and a key that was read is written back to the byte.
// Keys stand in the order of what they name. What people are shown holds no control characters.
#include "target.hpp"

#include "store/keys.hpp"
#include "store/printable.hpp"

#include <algorithm>
#include <string>

using namespace perdure;
using namespace perdure::store;

namespace {

void check_parsing(std::string_view key) {
    const auto history = fuzz::accepted([&] { return parse_history_key(key); });
    if (history)
        fuzz::require(history_key(history->instance, history->step) == key, "a history key is one");
    const auto inbox = fuzz::accepted([&] { return parse_inbox_key(key); });
    if (inbox)
        fuzz::require(inbox_key(inbox->target, inbox->order) == key, "an inbox key is one");
    const auto timer = fuzz::accepted([&] { return parse_timer_key(key); });
    if (timer)
        fuzz::require(timer_key(*timer) == key, "a timer key is one");
    const auto scheduled = fuzz::accepted([&] { return parse_scheduled_key(key); });
    if (scheduled)
        fuzz::require(scheduled_key(*scheduled) == key, "a key of a scheduled message is one");
    if (scheduled)
        fuzz::require(due_of(key) == scheduled->due, "a key begins with its due time");
    const auto events = fuzz::accepted([&] { return parse_entity_events_key(key); });
    if (events)
        fuzz::require(entity_events_key(events->entity, events->number) == key,
                      "a key of events is one");
    const auto kept = fuzz::accepted([&] { return parse_kept_key(key); });
    if (kept)
        fuzz::require(kept_key(kept->instance, kept->number) == key, "a kept event's key is one");
}

void check_printing(table where, std::string_view key) {
    const std::string text = printable(where, key);
    fuzz::require(
        std::none_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }),
        "a printed key holds no control characters");
    fuzz::require(text.size() <= 64 + 4 * key.size(), "a printed key is no longer than needed");
}

timer_address draw_timer(fuzz::source& in) {
    timer_address drawn;
    drawn.due = timestamp(std::chrono::milliseconds(static_cast<std::int64_t>(in.word())));
    drawn.task_id = in.byte();
    drawn.instance = in.flag() ? "a" : "ab";
    return drawn;
}

void check_order(fuzz::source& in) {
    const timer_address a = draw_timer(in);
    const timer_address b = draw_timer(in);
    fuzz::require((a < b) == (timer_key(a) < timer_key(b)), "timers stand in order");
    const scheduled_address c{a.due, b.due, a.task_id, b.task_id, a.instance};
    const scheduled_address d{b.due, a.due, b.task_id, a.task_id, b.instance};
    fuzz::require((c < d) == (scheduled_key(c) < scheduled_key(d)), "messages wait in order");
    const std::uint64_t first = in.word();
    const std::uint64_t second = in.word();
    fuzz::require((first < second) == (inbox_key("i", first) < inbox_key("i", second)),
                  "messages stand in order");
}

} // namespace

void fuzz::test(std::string_view bytes) {
    source in(bytes);
    const auto where = static_cast<table>(in.number(table_count - 1));
    source drawn = in;
    const std::string_view key = in.rest();
    check_parsing(key);
    check_printing(where, key);
    check_order(drawn);
}
