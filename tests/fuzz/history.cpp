// SPDX-License-Identifier: Apache-2.0
// The grammar of histories: any steps can be read, a history that is accepted is stored and read
// back as the same, and what it adds up to is what its events say, counted one by one.
#include "events.hpp"

#include "history/codec.hpp"
#include "history/grammar.hpp"

#include <algorithm>
#include <set>

using namespace perdure::history;

namespace {

step draw_step(fuzz::source& in) {
    step drawn;
    drawn.time = fuzz::draw_time(in);
    drawn.evaluated = in.number(7) != 7;
    if (in.number(3) == 3)
        drawn.scope = in.number(7);
    for (std::uint8_t left = in.number(3); left > 0; --left)
        drawn.arrived.push_back(fuzz::draw_event(in));
    for (std::uint8_t left = in.number(3); left > 0; --left)
        drawn.decided.push_back(fuzz::draw_event(in));
    return drawn;
}

/// Decisions that have the number of a request without being one.
template <class T>
constexpr bool gives_up = std::is_same_v<T, timer_canceled> || std::is_same_v<T, task_canceled> ||
                          std::is_same_v<T, child_canceled> || std::is_same_v<T, unlock_sent> ||
                          std::is_same_v<T, scope_canceled>;

/// What an accepted history must look like, found without the grammar.
struct counted {
    std::size_t starts = 0;
    std::size_t ends = 0;
    std::size_t continuations = 0;
    std::multiset<std::uint32_t> asked;
    std::multiset<std::uint32_t> settled;
    std::size_t scope_ends = 0;

    void arrive(const event& happened) {
        scope_ends += end_of_scope(happened) ? 1 : 0;
        std::visit(
            [&](const auto& body) {
                using body_type = std::remove_cvref_t<decltype(body)>;
                if constexpr (std::is_same_v<body_type, execution_started>)
                    ++starts;
                else if constexpr (requires { body.task_id; })
                    settled.insert(body.task_id);
                else
                    fuzz::require(std::is_same_v<body_type, event_raised> ||
                                      std::is_same_v<body_type, execution_terminated> ||
                                      std::is_same_v<body_type, execution_suspended> ||
                                      std::is_same_v<body_type, execution_resumed> ||
                                      std::is_same_v<body_type, execution_rewound> ||
                                      std::is_same_v<body_type, event_taken> ||
                                      std::is_same_v<body_type, event_returned>,
                                  "what arrives was raised, settled, started or ordered");
            },
            happened);
    }

    void decide(const event& happened) {
        scope_ends += end_of_scope(happened) ? 1 : 0;
        std::visit(
            [&](const auto& body) {
                using body_type = std::remove_cvref_t<decltype(body)>;
                if constexpr (std::is_same_v<body_type, execution_completed>)
                    ++ends;
                else if constexpr (std::is_same_v<body_type, execution_continued>)
                    ++continuations;
                else if constexpr (requires { body.task_id; } && !gives_up<body_type>)
                    asked.insert(body.task_id);
            },
            happened);
    }
};

void check_accepted(const std::vector<step>& steps, const reading& read) {
    counted all;
    for (const step& each : steps) {
        std::for_each(each.arrived.begin(), each.arrived.end(),
                      [&](const event& happened) { all.arrive(happened); });
        std::for_each(each.decided.begin(), each.decided.end(),
                      [&](const event& happened) { all.decide(happened); });
        fuzz::require(decode_step(encode(each)) == each, "an accepted step can be stored");
    }
    const bool was_rewound = read.rewinds() != 0; // what was undone is counted here
    fuzz::require(read.started().has_value() && (all.starts == 1 || was_rewound),
                  "an execution starts once");
    fuzz::require(all.ends == (read.ended() ? 1U : 0U) + read.rewinds(),
                  "an execution ends at most once, and again after each rewind");
    fuzz::require(all.continuations == (read.is_continued() ? 1U : 0U),
                  "it continues at most once");
    fuzz::require(was_rewound || all.ends + all.continuations <= 1, "it ends or continues");
    std::uint32_t next = 0;
    const bool is_whole = all.scope_ends == 0; // what scopes asked for is gone with them
    for (const std::uint32_t id : all.asked) {
        fuzz::require(id >= next, "numbers of requests are taken once");
        fuzz::require(id == next || !is_whole || read.incomplete(), "and have no gaps");
        next = id + 1;
    }
    fuzz::require(read.requests().size() == all.asked.size(), "every request is known");
    for (const auto& [id, asked] : read.requests()) {
        fuzz::require(was_rewound || !is_whole || read.incomplete() ||
                          all.settled.count(id) == (asked.outcome ? 1U : 0U),
                      "one outcome at most");
        fuzz::require(!asked.is_undone || was_rewound, "only a rewind undoes");
        fuzz::require(!asked.outcome || answers(*asked.outcome, asked.asked), "it is an answer");
        fuzz::require((!read.ended() && !read.is_continued()) || !asked.is_open() ||
                          !std::holds_alternative<timer_created>(asked.asked),
                      "no timer is open after the end");
    }
    fuzz::require(perdure::is_finished(read.status()) == read.ended().has_value(),
                  "an execution is finished when it has ended");
    fuzz::require(was_rewound || read.incomplete() || !is_whole ||
                      all.settled.size() <= all.asked.size(),
                  "every outcome was asked for");
}

} // namespace

void fuzz::test(std::string_view bytes) {
    source in(bytes);
    std::vector<step> steps;
    reading read;
    while (!in.is_empty()) {
        step drawn = draw_step(in);
        // What breaks the grammar is passed over, so that long histories are accepted, too.
        reading extended = read;
        if (!extended.add(drawn).empty())
            continue;
        read = std::move(extended);
        steps.push_back(std::move(drawn));
        check_accepted(steps, read);
    }
}
