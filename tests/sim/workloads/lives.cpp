// SPDX-License-Identifier: Apache-2.0
// Ids that are used again: one life after the other under each, started at once or later, with
// events that were sent before the first of them. Every life is lived once, however often its start
// is repeated, also after it has ended and another one has begun.
#include "sim/workload.hpp"
#include "sim/workloads/workloads.hpp"

#include <algorithm>
#include <map>

namespace perdure::sim {
namespace {

inline constexpr event<int> word{"word"};
inline constexpr orchestration<std::vector<int>(int)> life{"sim.life"};
constexpr int words_per_life = 2;
constexpr std::chrono::milliseconds for_good =
    std::chrono::hours(24 * 365 * 1000); // more than clocks jump

/// How often each life was begun.
struct census {
    std::map<std::string, int> births;
    void born(std::string who) { ++births[who]; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(census, births)
};
inline constexpr entity censuses{"sim.census", op("born", &census::born)};

task<std::vector<int>> live(orchestration_context& ctx, int number) {
    ctx.signal(censuses[ctx.instance()], &census::born, std::to_string(number));
    std::vector<int> heard;
    for (int i = 0; i < words_per_life; ++i)
        heard.push_back(co_await ctx.wait_for(word));
    co_return heard;
}

/// An id and how far its client has come.
struct soul {
    std::string id;
    int lives = 0; ///< To be lived.
    int now = 0; ///< The number of the present one.
    bool is_started = false;
    int told = 0; ///< Words that are acknowledged.
    bool is_pending = false;
};

class lives_workload final : public workload {
  public:
    explicit lives_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < 1 + size / 4; ++i)
            souls_.push_back({"reborn-" + std::to_string(i), 1 + static_cast<int>(size / 2)});
    }

    void install(registry& functions) override { functions.add(life, live).add(censuses); }

    void act(session& on) override {
        soul& chosen = souls_[on.below(souls_.size())];
        if (chosen.is_pending || chosen.now == chosen.lives)
            return;
        const bool is_first = chosen.now == 0;
        if (chosen.now > 0 && on.one_in(4))
            return start(on, chosen, static_cast<int>(on.below(chosen.now))); // lived already
        if (chosen.told < words_per_life && (is_first || chosen.is_started))
            return tell(on, chosen);
        if (!chosen.is_started)
            return start(on, chosen, chosen.now);
        const auto seen = on.client().status(chosen.id);
        if (seen && is_finished(seen->status))
            chosen = {chosen.id, chosen.lives, chosen.now + 1};
    }

    bool is_through() const override {
        return std::all_of(souls_.begin(), souls_.end(), [](const auto& each) {
            return each.now == each.lives && !each.is_pending;
        });
    }

    void check(session& on) override {
        for (const soul& each : souls_)
            if (each.is_started && !on.client().status(each.id))
                throw violation("instance " + each.id + " is lost: its start was acknowledged");
    }

    void check_end(session& on) override {
        for (const soul& each : souls_) {
            const auto seen = on.client().status(each.id);
            const std::vector<int> expected = {10 * each.lives - 10, 10 * each.lives - 9};
            if (!seen || seen->output != codec<std::vector<int>>::encode(expected))
                throw violation("the last life of " + each.id + " gave " +
                                (seen ? seen->output.data : "nothing"));
            const auto counted = on.client().read(censuses[each.id]);
            if (!counted || counted->births.size() != static_cast<std::size_t>(each.lives))
                throw violation(each.id + " lacks lives");
            for (const auto& [who, times] : counted->births)
                if (times != 1)
                    throw violation("life " + who + " of " + each.id + " was begun " +
                                    std::to_string(times) + " times");
        }
    }

  private:
    void start(session& on, soul& chosen, int number) {
        chosen.is_pending = true;
        start_options named{.instance = chosen.id, .key = "life " + std::to_string(number)};
        named.delay = std::chrono::minutes(on.one_in(2) ? on.below(90) : 0);
        on.attempt(
            "start life " + std::to_string(number) + " of " + chosen.id,
            [&] { return on.client().start_async(named, life, number); },
            [&chosen, number](answer came) {
                chosen.is_pending = false;
                // Refused: the end of the life before was seen, and lost in a crash.
                if (came == answer::refused && number != chosen.now)
                    throw violation("repeating a start of " + chosen.id + " was refused");
                chosen.is_started |= came == answer::acknowledged && number == chosen.now;
            });
    }

    void tell(session& on, soul& chosen) {
        chosen.is_pending = true;
        const int value = 10 * chosen.now + chosen.told;
        on.attempt(
            "tell " + chosen.id + " " + std::to_string(value),
            [&] {
                return on.client().raise_async(
                    chosen.id, word, value, {.key = std::to_string(value), .keep_for = for_good});
            },
            [&chosen](answer came) {
                chosen.is_pending = false;
                if (came == answer::refused)
                    throw violation("an event for " + chosen.id + " was refused");
                chosen.told += came == answer::acknowledged ? 1 : 0;
            });
    }

    std::vector<soul> souls_;
};

} // namespace

std::unique_ptr<workload> make_lives(std::uint64_t size) {
    return std::make_unique<lives_workload>(size);
}

} // namespace perdure::sim
