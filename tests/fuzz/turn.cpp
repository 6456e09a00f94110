// SPDX-License-Identifier: Apache-2.0
// Executions: a program drawn from bytes is run on arrivals drawn from bytes, legal ones or any.
// Its history keeps the grammar if the arrivals did; code that runs again on the recorded history
// decides the same; a history that differs is noticed; no coroutine frame is left behind.
#include "events.hpp"

#include "framework/turn/kept_history.hpp"
#include "history/codec.hpp"
#include "history/grammar.hpp"
#include "history/rewinds.hpp"
#include "turn/execution.hpp"
#include "turn/rewind.hpp"

#include <perdure/perdure.hpp>

#include <memory>
#include <optional>
#include <set>

using namespace perdure;
using namespace std::chrono_literals;
using turn::execution;

namespace {

inline constexpr activity<int(int)> work{"work"};
inline constexpr orchestration<int(int)> child{"child"};
inline constexpr perdure::event<int> nudge{"nudge"};

struct cell {
    int value = 0;
    int get() const { return value; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(cell, value)
};
inline constexpr entity cells{"cell", op("get", &cell::get)};
inline constexpr transaction<int(cell&, cell&)> compare_cells{"compare"};

constexpr std::size_t steps_max = 64;
constexpr int requests_max = 64;

class no_blobs final : public turn::blob_source {
    std::shared_ptr<const std::string> load(const blob& name) override {
        throw error(errc::not_found, name.hex());
    }
};

struct pending {
    std::vector<durable<int>> values;
    std::vector<durable<void>> timers;
    std::optional<critical_section> section;
};

/// None for half of the numbers.
call_options options_of(int number) {
    call_options options;
    if (number % 2 == 0)
        return options;
    const std::chrono::milliseconds some(1 + number % 50);
    if (number % 3 != 0)
        options.retry = retry_policy{.first_interval = some,
                                     .coefficient = 1.5,
                                     .max_attempts = 1 + static_cast<std::uint32_t>(number % 5),
                                     .timeout = 1h};
    if (number % 5 != 0)
        options.timeout = some;
    return options;
}

// JSON holds no arbitrary bytes: a program travels as hexadecimal digits.
std::string digits_of(std::string_view program) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const char c : program) {
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}
task<int> run_digits(orchestration_context& ctx, std::string digits);

void ask(orchestration_context& ctx, fuzz::source& in, pending& asked) {
    const int number = in.byte();
    const call_options options = options_of(number);
    switch (in.number(8)) {
    case 8:
        asked.values.push_back(ctx.scope("piece", run_digits, digits_of(in.text())));
        break;
    case 5:
        asked.values.push_back(ctx.call(cells[number % 2 == 0 ? "a" : "b"], &cell::get));
        break;
    case 6:
        asked.values.push_back(ctx.transact(compare_cells, cells["b"], cells["a"]));
        break;
    case 0:
        asked.values.push_back(ctx.call(options, work, number));
        break;
    case 1:
        asked.values.push_back(ctx.call(options, child, number));
        break;
    case 2:
        asked.values.push_back(ctx.wait_for(nudge));
        break;
    case 3:
        asked.timers.push_back(ctx.sleep_for(std::chrono::milliseconds(number)));
        break;
    case 4:
        ctx.start(child, number);
        break;
    default:
        ctx.set_status(static_cast<int>(ctx.random()() % 100));
    }
}

template <class T>
void drop_one(fuzz::source& in, std::vector<durable<T>>& from) {
    if (!from.empty())
        from.erase(from.begin() + in.byte() % static_cast<std::ptrdiff_t>(from.size()));
}

/// The program: one instruction after the other until the bytes are used up.
task<int> interpret(orchestration_context& ctx, std::string program) {
    fuzz::source in(program);
    pending asked;
    int sum = 0;
    for (int i = 0; i < requests_max && !in.is_empty(); ++i) {
        switch (in.number(7)) {
        case 0:
            if (!asked.values.empty())
                sum += co_await asked.values[in.byte() % asked.values.size()];
            break;
        case 1:
            if (!asked.timers.empty())
                co_await asked.timers[in.byte() % asked.timers.size()];
            break;
        case 2:
            if (!asked.values.empty())
                sum += static_cast<int>(co_await when_any(asked.values));
            break;
        case 3:
            drop_one(in, asked.values);
            drop_one(in, asked.timers);
            break;
        case 4:
            switch (in.number(7)) {
            case 0:
                throw std::runtime_error("as the program says");
            case 1:
                ctx.continue_as_new(child, sum);
            case 2:
                asked.section.reset();
                break;
            default:
                if (!asked.section && in.flag()) {
                    const lock_options patience{std::chrono::milliseconds(in.byte())};
                    auto entered = co_await ctx.lock(patience, cells["b"], cells["a"]);
                    asked.section.emplace(std::move(entered));
                }
            }
            break;
        default:
            ask(ctx, in, asked);
        }
        sum %= 1000;
    }
    co_return sum;
}

task<int> run_digits(orchestration_context& ctx, std::string digits) {
    const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string program;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        program += static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1]));
    co_return co_await interpret(ctx, program);
}

/// An execution of the program, what is recorded of it, and new executions of the same.
class driven {
  public:
    explicit driven(std::string program)
        : begun_{"program", "execution", codec<std::string>::encode(digits_of(program)), {}},
          code_(detail::erase_orchestration<int, std::string>(run_digits)), live_(fresh()) {}

    const history::execution_started& begun() const { return begun_; }
    const execution& live() const { return *live_; }

    void step(timestamp now, std::vector<history::event> arrived) {
        const turn::decision made = live_->run(now, arrived);
        fuzz::require(made.carried.empty() || live_->is_finished(), "only an end hands events on");
        for (const turn::part& each : made.parts)
            check_stored(each.record);
        recorded_.add(made.parts);
    }

    /// The process dies, and another records what arrives without having the code.
    void step_without_code(timestamp now, std::vector<history::event> arrived) {
        record({std::max(now, last()), false, std::move(arrived), {}});
        restart();
    }

    /// What arrives while it is suspended.
    void step_suspended(timestamp now, std::vector<history::event> arrived) {
        live_->record(arrived);
        record({std::max(now, last()), false, std::move(arrived), {}});
    }

    /// Takes it back if it has failed; then what stays is seen again, by code that runs anew.
    bool rewind(timestamp now) {
        const auto& decided = recorded_.steps().back().record.decided;
        const auto* ended =
            decided.empty() ? nullptr : std::get_if<history::execution_completed>(&decided.back());
        if (ended == nullptr || ended->status != runtime_status::failed)
            return false;
        record({std::max(now, last()), false, turn::rewind(recorded_.steps(), {}).arrived, {}});
        restart();
        fuzz::require(!live_->is_finished(), "what is taken back goes on");
        step(now, {});
        return true;
    }

    /// Replays what is stored in fresh memory.
    void restart() {
        fuzz::require(!replay(recorded_.steps()), "what is recorded is decided again");
    }

    /// Replays a history that lacks the last decision, or has one more.
    void check_mismatch() {
        std::vector<history::numbered_step> changed = recorded_.steps();
        if (changed.empty() || !changed.back().record.evaluated)
            return;
        std::vector<history::event>& decided = changed.back().record.decided;
        if (decided.empty())
            decided.push_back(history::task_scheduled{99, "never", {}});
        else
            decided.pop_back();
        fuzz::require(replay(changed), "a history that differs is noticed");
    }

    const std::vector<history::numbered_step>& recorded() const { return recorded_.steps(); }

  private:
    std::unique_ptr<execution> fresh() {
        return std::make_unique<execution>("instance", code_, blobs_, 1024);
    }
    timestamp last() const {
        return recorded().empty() ? timestamp{} : recorded().back().record.time;
    }
    static void check_stored(const history::step& made) {
        fuzz::require(history::decode_step(history::encode(made)) == made, "a step can be stored");
    }
    void record(history::step made) {
        check_stored(made);
        recorded_.add(std::move(made));
    }
    bool replay(const std::vector<history::numbered_step>& steps) {
        live_ = fresh();
        history::undone_steps undone;
        for (const auto& each : steps)
            undone.add(each.number, each.record);
        for (const auto& each : steps)
            if (undone.contains(each.number))
                live_->skip(each.record);
            else if (live_->replay(each.record))
                return true;
        return false;
    }

    no_blobs blobs_;
    history::execution_started begun_;
    detail::orchestration_definition code_;
    std::unique_ptr<execution> live_;
    driving::kept_history recorded_;
};

/// An outcome of something that is open, or an event. A lock stays open when it is granted.
history::event draw_arrival(fuzz::source& in, const execution& live,
                            std::set<std::uint32_t>& granted) {
    std::size_t left = in.byte() % (live.open().size() + 1);
    for (const auto& [id, asked] : live.open()) {
        if (left-- > 0)
            continue;
        if (std::holds_alternative<history::timer_created>(asked))
            return history::timer_fired{id};
        if (std::holds_alternative<history::scope_entered>(asked))
            break; // it answers itself
        const bool is_failure = in.number(3) == 0;
        if (std::holds_alternative<history::lock_requested>(asked)) {
            if (!granted.insert(id).second)
                break;
            return history::lock_granted{id};
        }
        if (std::holds_alternative<history::operation_called>(asked))
            return is_failure
                       ? history::event(history::operation_rejected{id, fuzz::draw_failure(in)})
                       : history::operation_completed{id, fuzz::draw_payload(in)};
        if (std::holds_alternative<history::transaction_requested>(asked))
            return is_failure
                       ? history::event(history::transaction_rejected{id, fuzz::draw_failure(in)})
                       : history::transaction_completed{id, fuzz::draw_payload(in)};
        if (std::holds_alternative<history::child_created>(asked))
            return is_failure ? history::event(history::child_rejected{id, fuzz::draw_failure(in)})
                              : history::child_completed{id, fuzz::draw_payload(in)};
        return is_failure ? history::event(history::task_rejected{id, fuzz::draw_failure(in)})
                          : history::task_completed{id, fuzz::draw_payload(in)};
    }
    return history::event_raised{"Nudge", fuzz::draw_payload(in)};
}

void run_legal(fuzz::source& in, driven& program) {
    constexpr std::int64_t late = 1000; // every timer is due by then
    std::set<std::uint32_t> granted;
    for (std::size_t i = 0; i < steps_max && !in.is_empty(); ++i) {
        const timestamp now{std::chrono::milliseconds(late * static_cast<std::int64_t>(i + 1))};
        if (program.live().is_finished()) {
            if (!program.rewind(now))
                break;
            continue;
        }
        const std::vector<history::event> arrived{draw_arrival(in, program.live(), granted)};
        switch (in.number(7)) {
        case 0:
            program.restart();
            break;
        case 1:
            program.step_without_code(now, arrived);
            continue;
        case 2:
            program.step_suspended(now, arrived);
            continue;
        default:
            break;
        }
        program.step(now, arrived);
    }
    history::reading read;
    for (const auto& each : program.recorded())
        fuzz::require(read.add(each.number, each.record).empty(), "what is recorded is a history");
    fuzz::require(!read.incomplete(), "only what scopes took with them is missing");
    fuzz::require(!program.live().is_finished() || read.ended() || read.is_continued(),
                  "a finished execution has ended");
}

void run_any(fuzz::source& in, driven& program) {
    for (std::size_t i = 0; i < steps_max && !in.is_empty(); ++i) {
        const timestamp now{std::chrono::milliseconds(in.byte())};
        std::vector<history::event> arrived;
        for (std::uint8_t left = in.number(2); left > 0; --left) {
            history::event drawn = fuzz::draw_event(in);
            // What a rewind takes back is decided by whoever replays the steps; and what parts of
            // an orchestration tell each other does not come from outside.
            if (!std::holds_alternative<history::execution_rewound>(drawn) &&
                !history::end_of_scope(drawn) &&
                !std::holds_alternative<history::event_taken>(drawn) &&
                !std::holds_alternative<history::event_returned>(drawn))
                arrived.push_back(std::move(drawn));
        }
        program.step(now, std::move(arrived));
    }
}

} // namespace

void fuzz::test(std::string_view bytes) {
    source in(bytes);
    {
        driven program{std::string(in.text())};
        const bool is_legal = in.flag();
        program.step(timestamp{}, {program.begun()});
        if (is_legal)
            run_legal(in, program);
        else
            run_any(in, program);
        program.restart();
        program.check_mismatch();
    }
    require(detail::frame_bytes() == 0, "no coroutine frame is left behind");
}
