// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/run.hpp"

#include <perdure/inpaint/coherence.hpp>
#include <perdure/inpaint/seam_carving.hpp>

namespace erase_app {

outcome run_carving(const pixels::image& picture, const pixels::mask& markup,
                    progress_display& display, const stop_question& must_stop) {
    std::stop_source stop;
    pixels::carve_options carving;
    carving.stop = stop.get_token();
    carving.progress = [&](int done, int expected) {
        display.show_seams(done, expected);
        if (must_stop())
            stop.request_stop();
    };
    pixels::carve_result carved = pixels::carve(picture, markup, carving);
    if (carved.was_stopped)
        throw interruption("interrupted; nothing was written");
    display.finish_seams(carved.seam_count, carved.is_horizontal);
    outcome done;
    done.picture = std::move(carved.picture);
    done.seam_count = carved.seam_count;
    done.is_horizontal = carved.is_horizontal;
    done.energy = pixels::coherence(done.picture, markup);
    return done;
}

} // namespace erase_app
