// SPDX-License-Identifier: Apache-2.0
#include "sim/script_functions.hpp"

#include <numeric>
#include <stdexcept>

namespace perdure::sim {

using std::chrono::hours;
using std::chrono::minutes;

void ledger::add(std::string item) {
    ++times[item];
}

int ledger::size() const {
    return static_cast<int>(times.size());
}

void ledger::refuse(std::string item) {
    ++times[item];
    throw std::invalid_argument("no " + item);
}

emits<pad::written> pad::write(std::string text) const {
    return written{std::move(text)};
}

void pad::tear_up(entity_context& ctx) const {
    ctx.delete_state();
}

void pad::delegate(entity_context& ctx, std::string key, std::string id, bool is_failing) const {
    ctx.signal_after(minutes(5), pads[key], &pad::write, "late ");
    ctx.start_as(id, single, 4);
    if (is_failing)
        throw std::invalid_argument("nobody is there");
}

std::string pad::read() const {
    return notes;
}

void pad::apply(const written& happened) {
    notes += happened.text;
}

namespace {

inline constexpr activity<std::string(std::string)> echo{"echo"};
inline constexpr activity<int(int)> twice{"twice"};
inline constexpr activity<std::string(std::string)> fail{"fail"};
inline constexpr activity<blob(std::string, int)> pack{"pack"};
inline constexpr activity<std::string(blob)> unpack{"unpack"};
inline constexpr activity<std::string(std::string, int)> inflate{"inflate"};

std::string repeated(const std::string& text, int bytes) {
    std::string much;
    while (static_cast<int>(much.size()) < bytes)
        much += text;
    return much;
}

task<std::string> run_chain(orchestration_context& ctx, std::string text) {
    std::string said;
    for (int i = 0; i < 3; ++i) {
        const std::string next = text + std::to_string(i);
        said += co_await ctx.call(echo, next);
    }
    co_return said;
}

task<int> run_fan(orchestration_context& ctx, int width) {
    std::vector<durable<int>> branches;
    for (int i = 0; i < width; ++i)
        branches.push_back(ctx.call(twice, i));
    const std::vector<int> results = co_await when_all(std::move(branches));
    co_return std::accumulate(results.begin(), results.end(), 0);
}

/// A child under an id of its own choice and one under a given id, down to the leaves.
task<int> run_tree(orchestration_context& ctx, int depth) {
    if (depth == 0) {
        const int one = co_await ctx.call(twice, 1);
        co_return one;
    }
    const std::string left_id = ctx.instance() + ".left";
    auto left = ctx.call_as(left_id, tree, depth - 1);
    auto right = ctx.call(tree, depth - 1);
    const int of_left = co_await left;
    const int of_right = co_await right;
    co_return of_left + of_right;
}

task<int> run_naps(orchestration_context& ctx, int count) {
    std::vector<durable<void>> naps_taken;
    for (int i = 0; i < count; ++i)
        naps_taken.push_back(ctx.sleep_for(minutes(30)));
    auto never = ctx.sleep_for(hours(24));
    auto past = ctx.sleep_until(ctx.now() - minutes(5));
    co_await past;
    co_await when_all(std::move(naps_taken));
    never.cancel();
    co_await ctx.sleep_for(minutes(20));
    const int doubled = co_await ctx.call(twice, count);
    co_return doubled;
}

task<std::string> run_conversation(orchestration_context& ctx, int words) {
    std::string heard;
    for (int i = 0; i < words; ++i) {
        heard += co_await ctx.wait_for(word);
        ctx.set_status(heard);
    }
    heard += co_await ctx.wait_for(aside);
    co_return heard;
}

task<int> run_bookkeeping(orchestration_context& ctx, std::string item) {
    ctx.signal(ledgers["signalled"], &ledger::add, item);
    co_await ctx.call(ledgers["called"], &ledger::add, item);
    ctx.signal(ledgers["signalled"], &ledger::add, item + "'");
    const int size = co_await ctx.call(ledgers["own-" + item], &ledger::size);
    co_return size;
}

/// The event is first if somebody raises it, else the first of two timers.
task<std::string> run_contest(orchestration_context& ctx, bool is_raised) {
    auto told = ctx.wait_for(word);
    auto soon = ctx.sleep_for(minutes(10));
    auto late = ctx.sleep_for(hours(10));
    const std::size_t first = co_await when_any(told, soon, late);
    soon.cancel(); // or it might fire while the call below is under way
    late.cancel();
    std::string winner = "timer";
    if (is_raised != (first == 0))
        throw std::logic_error("the wrong one was first");
    if (first == 0)
        winner = co_await told;
    const std::string last = co_await ctx.call(echo, "winner: " + winner);
    co_return last;
}

task<std::string> run_trouble(orchestration_context& ctx, int depth) {
    std::string told;
    try {
        co_await ctx.call(fail, "wheel");
    } catch (const task_failed& failed) {
        told += failed.details().message + ", ";
    }
    try {
        co_await ctx.call(ledgers["trouble"], &ledger::refuse, "entry");
    } catch (const task_failed& failed) {
        told += failed.details().message + ", ";
    }
    if (depth > 0) {
        try {
            co_await ctx.call(trouble, depth - 1);
        } catch (const task_failed& failed) {
            told += failed.details().message;
        }
    }
    ctx.signal(ledgers["trouble"], &ledger::add, "depth " + std::to_string(depth));
    throw std::runtime_error("broken: " + told);
}

task<int> run_luggage(orchestration_context& ctx, std::string letter) {
    const blob small = co_await ctx.call(pack, letter, 3000);
    const blob large = co_await ctx.call(pack, letter + letter, 9000);
    const std::string unpacked = co_await ctx.call(unpack, large);
    const std::string inflated = co_await ctx.call(inflate, letter, 8000);
    ctx.set_status(inflated);
    co_await ctx.call(ledgers["luggage"], &ledger::add, inflated);
    const std::string again = co_await ctx.call(unpack, small);
    ctx.set_status(letter);
    co_return static_cast<int>(unpacked.size() + inflated.size() + again.size());
}

/// What is drawn before a wait is the same when the code runs again after it.
task<int> run_progress(orchestration_context& ctx, int steps) {
    int good = 0;
    for (int i = 0; i < steps; ++i) {
        const std::string drawn = ctx.new_id();
        ctx.log("step " + std::to_string(i));
        ctx.set_status(i);
        const std::string same = co_await ctx.call(echo, drawn);
        good += same == drawn ? 1 : 0;
        co_await ctx.sleep_for(minutes(2));
    }
    co_return good;
}

task<int> run_single(orchestration_context& ctx, int n) {
    const int doubled = co_await ctx.call(twice, n);
    co_return doubled;
}

task<int> run_bulk(orchestration_context& ctx, int rounds) {
    std::size_t total = 0;
    for (int i = 0; i < rounds; ++i) {
        const std::string letter(1, static_cast<char>('a' + i));
        const std::string much = co_await ctx.call(inflate, letter, 6000);
        const std::string more = co_await ctx.call(echo, much);
        total += more.size();
    }
    co_return static_cast<int>(total);
}

task<std::string> run_jotting(orchestration_context& ctx, std::string item) {
    const auto first = pads["first-" + item];
    ctx.signal_after(minutes(7), first, &pad::write, "last ");
    for (const char* text : {"a ", "b ", "c ", "d "})
        ctx.signal(first, &pad::write, text);
    co_await ctx.call(first, &pad::tear_up);
    ctx.signal(first, &pad::write, item + " ");
    ctx.signal(first, &pad::write, std::string(2000, 'x'));
    ctx.signal(first, &pad::delegate, "second-" + item, item + "-kept", false);
    ctx.signal(first, &pad::delegate, "second-" + item, item + "-lost", true);
    co_await ctx.sleep_for(minutes(20));
    const std::string notes = co_await ctx.call(first, &pad::read);
    const std::string late = co_await ctx.call(pads["second-" + item], &pad::read);
    co_return notes + late;
}

task<std::string> write_page(orchestration_context& ctx, int bytes) {
    const std::string page = co_await ctx.call(inflate, std::string("p"), bytes);
    co_await ctx.sleep_for(minutes(1));
    const std::string heard = co_await ctx.wait_for(word); // any of those that are as long
    co_return std::to_string(page.size() + heard.size());
}

/// Two pages beside each other, and one that is given up.
task<std::string> write_chapter(orchestration_context& ctx, int number) {
    auto unwritten = ctx.scope("unwritten", [](orchestration_context& inner) -> task<int> {
        co_await inner.sleep_for(hours(1));
        co_return co_await inner.call(twice, 1);
    });
    auto left = ctx.scope("page", write_page, 2000 + number);
    auto right = ctx.scope("page", write_page, 20);
    const std::string first = co_await left;
    co_return first + co_await right;
}

task<std::string> run_book(orchestration_context& ctx, int chapters) {
    std::string text;
    for (int i = 0; i < chapters; ++i)
        text += co_await ctx.scope("chapter", write_chapter, i);
    co_return text + co_await ctx.wait_for(aside);
}

} // namespace

registry script_functions() {
    registry all;
    all.add(echo, [](std::string text) { return text; });
    all.add(twice, [](int n) { return 2 * n; });
    all.add(fail, [](std::string what) -> std::string { throw std::runtime_error(what); });
    all.add(pack, [](activity_context& ctx, std::string text, int bytes) {
        return ctx.put(repeated(text, bytes));
    });
    all.add(unpack, [](activity_context& ctx, blob name) { return *ctx.get(name); });
    all.add(inflate, [](std::string text, int bytes) { return repeated(text, bytes); });
    all.add(chain, run_chain).add(fan, run_fan).add(tree, run_tree).add(naps, run_naps);
    all.add(conversation, run_conversation).add(bookkeeping, run_bookkeeping);
    all.add(contest, run_contest).add(trouble, run_trouble).add(luggage, run_luggage);
    all.add(progress, run_progress).add(single, run_single).add(bulk, run_bulk);
    all.add(ledgers).add(pads).add(jotting, run_jotting).add(book, run_book);
    return all;
}

} // namespace perdure::sim
