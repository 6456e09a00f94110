// SPDX-License-Identifier: Apache-2.0
#include "perdure/inpaint/whole_steps.hpp"

#include <utility>
#include <vector>

#include "perdure/inpaint/plan.hpp"
#include "perdure/inpaint/steps.hpp"
#include "search_slice.hpp"

namespace perdure::inpaint {

namespace {

// More slices than threads, so that a thread that is done early takes another.
constexpr int slices_per_thread = 4;

/// step(slice) of all slices. Their `part` joined takes the place of `whole`, which is gone before
/// the new one is put together.
template <class Part, class Result, class Step>
auto replace(Part& whole, Part Result::*part, const level& where, crew& helpers, Step step) {
    const int count = slice_count(outline_of(where), slices_per_thread * helpers.threads());
    std::vector<Part> parts(static_cast<std::size_t>(count));
    std::vector<decltype(Result::statistics)> statistics(parts.size());
    helpers.run(count, [&](int index) {
        Result made = step(slice(where, index, count));
        parts[static_cast<std::size_t>(index)] = std::move(made.*part);
        statistics[static_cast<std::size_t>(index)] = made.statistics;
    });
    whole = {};
    whole = Part::join(std::move(parts));
    decltype(Result::statistics) total;
    for (const auto& each : statistics)
        total += each;
    return total;
}

} // namespace

search_statistics search_whole(const level& where, field& matches, const colours& current,
                               const pass& now, const settings& chosen, crew& helpers) {
    const std::vector<far_match> far = look_far(where, matches, current, now, chosen, helpers);
    return replace(matches, &search_result::matches, where, helpers, [&](const slice_range& part) {
        return search_slice(where, matches, current, far, part, now, chosen);
    });
}

vote_statistics vote_whole(const level& where, const field& matches, colours& current,
                           const pass& now, const settings& chosen, crew& helpers) {
    return replace(current, &vote_result::samples, where, helpers, [&](const slice_range& part) {
        return vote(where, matches, current, part, now, chosen);
    });
}

} // namespace perdure::inpaint
