// SPDX-License-Identifier: Apache-2.0
// The two ways to fill a picture. Both give the same pixels; one of them outlives this process.
#pragma once

#include "inpaint/app/erase_hub.hpp"
#include "inpaint/app/inputs.hpp"
#include "inpaint/app/options.hpp"
#include "inpaint/app/progress.hpp"

#include <perdure/inpaint/field.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace erase_app {

struct outcome {
    pixels::colours colours; ///< Of a fill: what belongs into the markup.
    pixels::image picture; ///< Of seam carving, which gives a whole picture.
    std::uint64_t energy = 0; ///< In thousandths.
    int level_count = 0;
    int seam_count = 0; ///< Of seam carving, taken out.
    bool is_horizontal = false; ///< The seams.
    int iteration_count = 0; ///< Passes over all levels, also those of earlier processes.
    std::string instance; ///< Empty without a hub.
    std::optional<double> ready_seconds; ///< Of this process, until its activities could work.
    std::uint64_t activity_count = 0; ///< Run by this process.
    std::uint64_t committed_bytes = 0; ///< By this process.
};

/// The user wants the program to end.
class interruption : public std::runtime_error {
  public:
    using runtime_error::runtime_error;
};

/// Whether the user wants the program to end; asked again and again.
using stop_question = std::function<bool()>;

/// Uses the memory of photo and markup while it runs.
outcome run_in_process(const options& chosen, inputs& given, progress_display& display,
                       const stop_question& must_stop);

/// By the other method, in this process. Its energy is that of inpaint::coherence().
outcome run_carving(const pixels::image& picture, const pixels::mask& markup,
                    progress_display& display, const stop_question& must_stop);

/// Saves the picture before it removes a hub of its own, so that at every moment either the hub or
/// the picture is there. Throws refusal with the one sentence of an activity that failed.
outcome run_durable(const options& chosen, early_hub& opening,
                    const std::shared_ptr<const inputs>& given, progress_display& display,
                    const stop_question& must_stop,
                    const std::function<void(const outcome&)>& save);

} // namespace erase_app
