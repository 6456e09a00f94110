// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/erase_one.hpp"

#include "inpaint/app/compare_page.hpp"
#include "inpaint/app/cost.hpp"
#include "inpaint/app/digest.hpp"
#include "inpaint/app/inputs.hpp"
#include "inpaint/app/progress.hpp"
#include "inpaint/app/report.hpp"

#include <perdure/inpaint/coherence.hpp>

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

namespace erase_app {
namespace {

class stopwatch {
  public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    }

  private:
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

pixels::image copy_of(const pixels::image_view& seen) {
    pixels::image copy;
    copy.size = seen.size;
    copy.rgb.assign(seen.rgb.begin(), seen.rgb.end());
    copy.alpha.assign(seen.alpha.begin(), seen.alpha.end());
    return copy;
}

class single_erase {
  public:
    single_erase(const options& chosen, const stop_question& must_stop)
        : chosen_(chosen), must_stop_(must_stop),
          display_(progress_display::fitting(chosen.is_quiet)) {}

    /// Gives the hash of what was written, if it is to be reported.
    std::string run(outcome& done) {
        if (chosen_.method == erase_method::seam_carving)
            carve(read_inputs(chosen_), done);
        else if (chosen_.is_in_process)
            fill_in_process(read_inputs(chosen_), done);
        else
            fill_durably(done);
        return output_hash_;
    }

  private:
    void carve(inputs given, outcome& done) {
        pixels::photo& photo = given.photo->in_memory();
        done = run_carving(photo.pixels, given.markup->in_memory(), display_, must_stop_);
        photo = pixels::with_pixels(std::move(photo), std::move(done.picture));
        write(given.photo->edit());
    }

    void fill_in_process(inputs given, outcome& done) {
        done = run_in_process(chosen_, given, display_, must_stop_);
        finish(given, done);
    }

    void fill_durably(outcome& done) {
        early_hub opening(chosen_.hub_folder(), chosen_.threads);
        const auto given = std::make_shared<inputs>(read_inputs(chosen_));
        done = run_durable(chosen_, opening, given, display_, must_stop_,
                           [&](const outcome& made) { finish(*given, made); });
    }

    /// The photo with what was filled, and the page if it is wanted.
    void finish(const inputs& given, const outcome& made) {
        const kept_photo::editable edited = given.photo->edit();
        comparison shown;
        if (!chosen_.compare.empty()) {
            shown.original = copy_of(edited.pixels);
            shown.filled.seconds = watch_.seconds();
            shown.filled.how = std::to_string(made.level_count) + " levels, " +
                               std::to_string(made.iteration_count) + " iterations";
        }
        pixels::fill_in(edited.pixels, made.colours, *given.markup->look(), chosen_.feather);
        given.markup->rest();
        write(edited);
        if (chosen_.compare.empty())
            return;
        shown.name = chosen_.photo.filename().string();
        shown.markup = *given.markup->look();
        shown.filled.picture = copy_of(edited.pixels);
        shown.filled.energy = pixels::coherence(shown.filled.picture, shown.markup);
        add_carved(shown);
        pixels::write_file_atomically(chosen_.compare, compare_page(shown));
    }

    void add_carved(comparison& shown) {
        const stopwatch watch;
        outcome carved = run_carving(shown.original, shown.markup, display_, must_stop_);
        shown.carved.seconds = watch.seconds();
        shown.carved.picture = std::move(carved.picture);
        shown.carved.energy = carved.energy;
        shown.carved.how = std::to_string(carved.seam_count) + " seams from " +
                           (carved.is_horizontal ? "left to right" : "top to bottom");
    }

    void write(const kept_photo::editable& finished) {
        const std::string file = pixels::encode_photo(
            finished.pixels, finished.details, pixels::format_of(chosen_.out),
            {.jpeg_quality = chosen_.jpeg_quality, .threads = chosen_.threads});
        pixels::write_file_atomically(chosen_.out, file);
        if (chosen_.is_json)
            output_hash_ = sha256(file);
    }

    const options& chosen_;
    const stop_question& must_stop_;
    const stopwatch watch_;
    progress_display display_;
    std::string output_hash_;
};

} // namespace

void erase_one(const options& chosen, const stop_question& must_stop) {
    const stopwatch watch;
    require_writable_outputs(chosen);
    outcome done;
    std::string output_hash;
    {
        single_erase erasing(chosen, must_stop);
        output_hash = erasing.run(done);
    }
    const cost spent = cost_so_far(watch.seconds(), chosen.dollars_per_gb_second);
    if (chosen.is_json)
        std::cout << json_report(done, spent, output_hash) << std::endl;
    else if (chosen.is_cost)
        std::cout << line_of(spent) << std::endl;
}

} // namespace erase_app
