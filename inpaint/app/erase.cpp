// SPDX-License-Identifier: Apache-2.0
//
// erase PHOTO MARKUP OUT: takes what is marked out of a photograph. Here the pixels, the functions
// and the engine are put together; every way to fail ends in one sentence on standard error.
#include "inpaint/app/erase_batch.hpp"
#include "inpaint/app/erase_one.hpp"
#include "inpaint/app/options.hpp"

#include <csignal>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <vector>

#include <malloc.h>

namespace {

using namespace erase_app;

enum exit_code { success = 0, refused = 1, wrong_usage = 2, interrupted = 130 };

volatile std::sig_atomic_t was_signaled = 0;

// The first signal ends the program in order, the second one at once.
void note_signal(int signal) {
    was_signaled = 1;
    std::signal(signal, SIG_DFL);
}

int complain(exit_code code, const std::exception& problem) {
    std::cerr << "erase: " << problem.what() << std::endl;
    return code;
}

} // namespace

int main(int argc, char** argv) {
    // Pictures and levels go back to the system when they are let go. The C library would keep
    // ever larger ones for itself, and little of that fits what is asked for next.
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    std::signal(SIGINT, note_signal);
    std::signal(SIGTERM, note_signal);
    try {
        const options chosen = parse_options(std::vector<std::string>(argv + 1, argv + argc));
        if (chosen.is_help)
            std::cout << usage();
        else if (chosen.batch.empty())
            erase_one(chosen, [] { return was_signaled != 0; });
        else if (!erase_batch(chosen, [] { return was_signaled != 0; }))
            return refused;
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
