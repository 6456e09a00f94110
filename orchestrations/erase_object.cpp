// SPDX-License-Identifier: Apache-2.0
#include "orchestrations/erase_object.hpp"

#include "activities/finish_fill.hpp"
#include "activities/load_inputs.hpp"
#include "activities/plan_fill.hpp"
#include "activities/start_field.hpp"
#include "entities/nnf_field.hpp"
#include "orchestrations/erase_batch.hpp"
#include "orchestrations/fill_level.hpp"

#include <perdure/inpaint/steps.hpp>

#include <utility>

namespace erasing {
namespace {

using context = perdure::orchestration_context;

perdure::task<fill_sources> load_all(context& ctx, erase_job job) {
    std::vector<perdure::durable<loaded_picture>> loading;
    loading.push_back(ctx.call(load_picture, job.photo));
    loading.push_back(ctx.call(load_markup, job.markup));
    for (const std::string& donor : job.donors)
        loading.push_back(ctx.call(load_markup, donor));
    std::vector<loaded_picture> loaded = co_await perdure::when_all(std::move(loading));
    fill_sources sources;
    sources.photo = loaded[0];
    sources.markup = loaded[1];
    sources.donors.assign(loaded.begin() + 2, loaded.end());
    sources.settings = job.settings;
    co_return sources;
}

/// The best of the independent starts.
struct chosen_start {
    int start = 0;
    slices matches;
};

perdure::task<chosen_start> choose_start(context& ctx, level_source coarsest) {
    std::vector<perdure::durable<solved_start>> solving;
    for (int start = 0; start < coarsest.sources.settings.start_count; ++start) {
        start_request asked{coarsest, start};
        solving.push_back(ctx.call(solve_start, std::move(asked)));
    }
    const std::vector<solved_start> solved = co_await perdure::when_all(std::move(solving));
    std::vector<std::uint64_t> energies;
    for (const solved_start& each : solved)
        energies.push_back(each.energy);
    const std::size_t best = pixels::best_start(energies);
    chosen_start chosen;
    chosen.start = static_cast<int>(best);
    chosen.matches.push_back(solved[best].matches);
    co_return chosen;
}

void report_plan(context& ctx, const fill_plan& planned) {
    erase_progress progress;
    for (const auto& each : planned.levels.levels)
        progress.target_counts.push_back(each.target_count);
    ctx.set_status(progress);
}

} // namespace

perdure::task<erased_picture> run_erase_object(context& ctx, erase_job job) {
    const fill_sources sources = co_await load_all(ctx, job);
    plan_request planning{sources, job.slices_max, job.sliced_targets_min};
    const fill_plan planned = co_await ctx.call(plan_fill, std::move(planning));
    report_plan(ctx, planned);
    level_source level{sources, planned.levels, 0};

    erased_picture result;
    result.level_count = static_cast<int>(planned.levels.levels.size());
    level.index = result.level_count - 1;
    const chosen_start chosen = co_await choose_start(ctx, level);
    filled_level filled;
    filled.matches = chosen.matches;
    for (; level.index >= 0; --level.index) {
        level_job child{level, planned.slice_counts[static_cast<std::size_t>(level.index)],
                        chosen.start, filled.matches};
        filled = co_await ctx.call_as(level_instance(ctx.instance(), level.index), fill_level,
                                      std::move(child));
        result.pass_count += filled.pass_count;
    }
    level.index = 0;
    finish_request finishing{level, filled.matches, filled.colours};
    const finished_fill finished = co_await ctx.call(finish_fill, std::move(finishing));
    result.colours.push_back(finished.colours);
    result.energy = finished.energy;
    co_return result;
}

std::string level_instance(const std::string& instance, int index) {
    return instance + "/" + std::to_string(index);
}

void add_erase_orchestrations(perdure::registry& functions) {
    functions.add(erase_object, run_erase_object);
    functions.add(erase_batch, run_erase_batch);
    functions.add(fill_level, run_fill_level);
    functions.add(nnf_fields);
}

} // namespace erasing
