// SPDX-License-Identifier: Apache-2.0
//
// erase PHOTO MARKUP OUT: takes what is marked out of a photograph. Here the pixels, the functions
// and the engine are put together; every way to fail ends in one sentence on standard error.
#include "inpaint/app/digest.hpp"
#include "inpaint/app/inputs.hpp"
#include "inpaint/app/options.hpp"
#include "inpaint/app/progress.hpp"
#include "inpaint/app/report.hpp"
#include "inpaint/app/run.hpp"

#include <chrono>
#include <csignal>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace erase_app;

enum exit_code { success = 0, refused = 1, wrong_usage = 2, interrupted = 130 };

volatile std::sig_atomic_t was_signaled = 0;

// The first signal ends the program in order, the second one at once.
void note_signal(int signal) {
    was_signaled = 1;
    std::signal(signal, SIG_DFL);
}

/// Writes the photo with what was filled and gives the hash of the file.
std::string save(const options& chosen, pixels::photo original, const pixels::mask& markup,
                 const outcome& done) {
    const pixels::photo finished =
        pixels::with_fill(std::move(original), done.picture, markup, chosen.feather);
    const std::string file = pixels::encode_photo(finished, pixels::format_of(chosen.out),
                                                  {.jpeg_quality = chosen.jpeg_quality});
    pixels::write_file_atomically(chosen.out, file);
    return sha256(file);
}

void erase(const options& chosen) {
    const auto begun = std::chrono::steady_clock::now();
    const auto must_stop = [] { return was_signaled != 0; };
    require_writable_output(chosen);
    inputs given = read_inputs(chosen);
    outcome done;
    std::string output_hash;
    {
        progress_display display(progress_display::fitting(chosen.is_quiet));
        if (chosen.is_in_process) {
            done = run_in_process(chosen, given, display, must_stop);
            output_hash = save(chosen, std::move(given.photo), given.markup, done);
        } else {
            const hub_inputs kept{std::move(given.hashes), std::move(given.grown_markup)};
            const std::string markup = given.markup.encode();
            given = {}; // The hub has its own.
            done = run_durable(chosen, kept, display, must_stop, [&](const outcome& made) {
                output_hash = save(chosen, pixels::decode_photo(made.photo_file),
                                   pixels::mask::decode(markup), made);
            });
        }
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    if (chosen.is_json)
        std::cout << json_report(done, taken.count(), output_hash) << std::endl;
}

int complain(exit_code code, const std::exception& problem) {
    std::cerr << "erase: " << problem.what() << std::endl;
    return code;
}

} // namespace

int main(int argc, char** argv) {
    std::signal(SIGINT, note_signal);
    std::signal(SIGTERM, note_signal);
    try {
        const options chosen = parse_options(std::vector<std::string>(argv + 1, argv + argc));
        if (chosen.is_help)
            std::cout << usage();
        else
            erase(chosen);
        return success;
    } catch (const usage_error& problem) {
        const int code = complain(wrong_usage, problem);
        std::cerr << usage();
        return code;
    } catch (const interruption& problem) {
        return complain(interrupted, problem);
    } catch (const std::bad_alloc&) {
        return complain(refused, refusal("there is not enough memory for this picture"));
    } catch (const std::exception& problem) {
        return complain(refused, problem);
    }
}
