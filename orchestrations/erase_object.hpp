// SPDX-License-Identifier: Apache-2.0
// Takes the marked object out of a photograph, durably:
//
//   load photo, markup and donors   in parallel
//   check them and plan             one activity
//   starts at the coarsest level    in parallel, the best is kept
//   fill_level                      coarsest to finest, each level built when its turn comes
//   contrast, light, energy         one activity
//
// Each step is a function of the answers before it, and the steps are those of inpaint::fill(), so
// the picture is bit for bit that of an undisturbed run in one process.
#pragma once

#include "activities/fill_values.hpp"

#include <perdure/functions.hpp>
#include <perdure/orchestration.hpp>
#include <perdure/registry.hpp>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace erasing {

/// Files are named by the SHA-256 of their bytes. Where the result is to be written is no part of
/// the job: the same job can be asked for again with another output.
struct erase_job {
    std::string photo;
    std::string markup;
    std::vector<std::string> donors;
    pixels::settings settings;

    /// How the work is divided; the picture is the same. A level of fewer targets than the second
    /// number is a single slice: its passes are made several at once, each by all threads of an
    /// activity, and only what the last of them left is stored. Storing and waiting for the disk
    /// after each step costs more than dividing the step among activities gains, unless a single
    /// pass is more than one would want to lose in a crash.
    int slices_max = 1;
    std::uint32_t sliced_targets_min = 2'000'000;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(erase_job, photo, markup, donors, settings, slices_max,
                                   sliced_targets_min)
};

struct erased_picture {
    slices colours; ///< Of the marked pixels; joined they are what paste() takes.
    std::uint64_t energy = 0; ///< In thousandths.
    int level_count = 0;
    int pass_count = 0; ///< Over all levels.

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(erased_picture, colours, energy, level_count, pass_count)
};

/// Custom status of erase_object once the plan is known.
struct erase_progress {
    std::vector<std::uint32_t> target_counts; ///< Per level; the work in it.

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(erase_progress, target_counts)
};

inline constexpr perdure::orchestration<erased_picture(erase_job)> erase_object{"erase_object"};
perdure::task<erased_picture> run_erase_object(perdure::orchestration_context& ctx, erase_job job);

/// The child of an erase_object that fills a level.
std::string level_instance(const std::string& instance, int index);

/// erase_object, erase_batch, fill_level and the NNF entity.
void add_erase_orchestrations(perdure::registry& functions);

} // namespace erasing
