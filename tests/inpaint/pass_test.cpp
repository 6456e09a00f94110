// SPDX-License-Identifier: Apache-2.0
// The schedule of a level's passes, and what the votes of a pass come to.
#include <cstdint>
#include <string>

#include "catch.hpp"
#include "perdure/inpaint/steps.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;

namespace {

constexpr vote_statistics unsettled{100, 100, 5000};
constexpr vote_statistics settled{100, 0, 0};

settings with_passes(int blending, int even) {
    settings chosen;
    chosen.iterations_max = blending;
    chosen.finest_iterations_max = blending;
    chosen.even_iterations_max = even;
    return chosen;
}

// Modes in order of the passes of a level that never settles: b for blending, e for equal votes.
std::string passes_of(int level_index, const settings& chosen) {
    std::string modes;
    for (pass now = first_pass(level_index, 1, chosen); !now.is_done;
         now = next_pass(now, unsettled, chosen))
        modes += now.mode == vote_mode::even ? 'e' : 'b';
    return modes;
}

} // namespace

TEST_CASE("passes with equal votes follow the others at the finest level only") {
    CHECK(passes_of(0, with_passes(3, 2)) == "bbbee");
    CHECK(passes_of(0, with_passes(3, 0)) == "bbb");
    CHECK(passes_of(1, with_passes(3, 2)) == "bbb");
}

TEST_CASE("the finest level has a limit of its own") {
    settings chosen = with_passes(5, 1);
    chosen.finest_iterations_max = 2;

    CHECK(passes_of(0, chosen) == "bbe");
    CHECK(passes_of(1, chosen) == "bbbbb");
}

TEST_CASE("each kind of pass ends as soon as little changes, and the first of it votes anew") {
    const settings chosen = with_passes(10, 10);
    const pass first = first_pass(0, 1, chosen);
    const pass even = next_pass(next_pass(first, unsettled, chosen), settled, chosen);

    CHECK(first.is_fresh);
    CHECK(even.mode == vote_mode::even);
    CHECK(even.is_fresh);
    CHECK(even.iteration == 2);
    CHECK_FALSE(next_pass(even, unsettled, chosen).is_fresh);
    CHECK(next_pass(even, settled, chosen).is_done);
}

TEST_CASE("for given matches equal votes leave the least energy") {
    const image picture = pictures::pattern(96, 96);
    const mask markup = pictures::rectangle(picture.size, 30, 30, 66, 66);
    const settings chosen;
    const level where = build_level(picture, markup, {}, plan(markup, chosen), 0, chosen);
    field matches;
    for (const point& target : where.targets())
        matches.matches.push_back({{static_cast<std::uint16_t>(5 + target.y * 7 % 20),
                                    static_cast<std::uint16_t>(5 + target.x * 5 % 20)},
                                   std::uint32_t{target.x} * 100});
    const auto energy_of = [&](int start, vote_mode mode) {
        pass now = first_pass(0, start, chosen);
        now.mode = mode;
        return energy(where, matches, vote(where, matches, {}, whole(where), now, chosen).samples);
    };

    for (const int start : {0, 1}) {
        CHECK(energy_of(start, vote_mode::even) < energy_of(start, vote_mode::blend));
        CHECK(energy_of(start, vote_mode::even) < energy_of(start, vote_mode::sharp));
    }
}
