// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/previews.hpp"
#include "inpaint/app/run.hpp"
#include "inpaint/app/spent_code.hpp"

#include <perdure/inpaint/fill.hpp>

namespace erase_app {

outcome run_in_process(const options& chosen, inputs& given, progress_display& display,
                       const stop_question& must_stop) {
    outcome done;
    std::stop_source stop;
    pixels::settings settings = pixels::settings_for(chosen.quality);
    settings.seed = chosen.seed;
    pixels::fill_options filling;
    filling.threads = chosen.threads;
    filling.stop = stop.get_token();
    filling.progress = [&](const pixels::fill_progress& now) {
        done.level_count = now.level_count;
        ++done.iteration_count;
        display.show({now.level_index, now.level_count, now.iteration, now.pixel_count,
                      now.changed_count, now.energy});
        if (must_stop())
            stop.request_stop();
    };
    const preview_writer previews(chosen.previews);
    if (previews.is_wanted())
        filling.preview = [&](int index, int count, const pixels::image& seen) {
            previews.write(index, count, seen);
        };
    let_go_of_code();
    pixels::filled_hole filled = pixels::fill_hole(
        pixels::lent_pixels{given.photo->in_memory().pixels, given.markup->in_memory()},
        given.donors, settings, filling);
    if (filled.was_stopped)
        throw interruption("interrupted; nothing was written");
    display.finish_level();
    done.colours = std::move(filled.pixels);
    done.energy = filled.energy;
    return done;
}

} // namespace erase_app
