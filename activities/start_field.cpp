// SPDX-License-Identifier: Apache-2.0
#include "activities/start_field.hpp"

#include <perdure/inpaint/steps.hpp>

#include <utility>

namespace erasing {
namespace {

solved_start solve(decoded_values& decoded, perdure::activity_context& ctx,
                   const start_request& asked) {
    const auto coarsest = decoded.level(ctx, asked.coarsest);
    const auto solved =
        pixels::solve_start(*coarsest, asked.coarsest.sources.settings, asked.start);
    solved_start answer;
    answer.matches = ctx.put(solved.matches.encode());
    answer.energy = solved.energy;
    return answer;
}

perdure::blob scale(decoded_values& decoded, perdure::activity_context& ctx,
                    const scale_request& asked) {
    pixels::field scaled = scaled_field(decoded, ctx, asked);
    const perdure::blob name = ctx.put(scaled.encode());
    decoded.remember(name, std::move(scaled));
    return name;
}

} // namespace

pixels::field scaled_field(decoded_values& decoded, perdure::activity_context& ctx,
                           const scale_request& asked) {
    const pixels::level coarse = decoded.last_level(ctx, asked.fine.coarser());
    const pixels::field solved = decoded.last_field(ctx, asked.solved);
    const auto fine = decoded.level(ctx, asked.fine);
    return pixels::scale_field(coarse, solved, *fine, asked.fine.sources.settings,
                               decoded.threads());
}

void add_start_field(perdure::registry& functions, const decoded_pointer& decoded) {
    functions.add(solve_start, [decoded](perdure::activity_context& ctx, start_request asked) {
        return solve(*decoded, ctx, asked);
    });
    functions.add(scale_field, [decoded](perdure::activity_context& ctx, scale_request asked) {
        return scale(*decoded, ctx, asked);
    });
}

} // namespace erasing
