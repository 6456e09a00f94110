// SPDX-License-Identifier: Apache-2.0
#include "activities/start_field.hpp"

#include "activities/decoded.hpp"

#include <perdure/inpaint/steps.hpp>

#include <utility>

namespace erasing {
namespace {

solved_start solve(perdure::activity_context& ctx, start_request asked) {
    const auto coarsest = level_of(ctx, asked.coarsest);
    const auto solved = pixels::solve_start(*coarsest, asked.settings, asked.start);
    solved_start answer;
    answer.matches = ctx.put(solved.matches.encode());
    answer.energy = solved.energy;
    return answer;
}

perdure::blob scale(perdure::activity_context& ctx, scale_request asked) {
    const auto coarse = level_of(ctx, asked.coarse);
    const auto solved = field_of(ctx, asked.solved);
    const auto fine = level_of(ctx, asked.fine);
    pixels::field scaled = pixels::scale_field(*coarse, *solved, *fine, asked.settings);
    const perdure::blob name = ctx.put(scaled.encode());
    remember(name, std::move(scaled));
    return name;
}

} // namespace

void add_start_field(perdure::registry& functions) {
    functions.add(solve_start, solve);
    functions.add(scale_field, scale);
}

} // namespace erasing
