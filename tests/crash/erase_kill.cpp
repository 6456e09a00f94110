// SPDX-License-Identifier: Apache-2.0
//
// erase-kill ERASE CYCLES [PHOTO MARKUP]: kills `erase` with SIGKILL at random moments and runs it
// again until it is through, CYCLES times over; each time the picture must be, byte for byte, that
// of an undisturbed run. Without a photo a small one is drawn.
#include "tests/orchestrations/erase_pictures.hpp"
#include "tests/scenarios/erase_program.hpp"

#include <chrono>
#include <iostream>
#include <random>
#include <thread>

namespace {

using erase_tests::program;
using clock_type = std::chrono::steady_clock;
using milliseconds = std::chrono::milliseconds;

// Runs of one cycle that may be killed; the one after them is left alone.
constexpr int kills_max = 4;

class killer {
  public:
    killer(std::string erase, std::filesystem::path photo, std::filesystem::path markup)
        : erase_(std::move(erase)), command_{photo.string(), markup.string(), out_.string(),
                                             "--quiet",      "--threads",     "2"} {}

    void run_undisturbed() {
        const auto begun = clock_type::now();
        finish();
        taken_ = std::chrono::duration_cast<milliseconds>(clock_type::now() - begun);
        expected_ = take_output();
    }

    /// How many runs were killed.
    int run_cycle() {
        int kills = 0;
        while (kills < kills_max && !is_through_before(random_moment()))
            ++kills;
        if (kills == kills_max)
            finish();
        if (take_output() != expected_)
            throw std::runtime_error("the picture differs from that of an undisturbed run");
        if (files_.file_count() != 0)
            throw std::runtime_error("something was left beside the picture");
        return kills;
    }

    milliseconds taken() const { return taken_; }

  private:
    milliseconds random_moment() {
        std::uniform_int_distribution<milliseconds::rep> any(0, taken_.count());
        return milliseconds(any(random_));
    }

    bool is_through_before(milliseconds moment) {
        program running(erase_, command_);
        std::this_thread::sleep_for(moment);
        running.send(SIGKILL);
        const auto done = running.wait();
        if (done.code != 0 && done.code != -SIGKILL)
            throw std::runtime_error("erase failed: " + done.err);
        return done.code == 0;
    }

    void finish() {
        const auto done = erase_tests::run(erase_, command_);
        if (done.code != 0)
            throw std::runtime_error("erase failed: " + done.err);
    }

    std::string take_output() {
        std::string bytes = perdure::inpaint::read_file(out_);
        std::filesystem::remove(out_);
        return bytes;
    }

    const perdure::inpaint::pictures::folder files_;
    const std::filesystem::path out_ = files_ / "out.png";
    const std::string erase_;
    const std::vector<std::string> command_;
    std::mt19937_64 random_{std::random_device{}()};
    milliseconds taken_{};
    std::string expected_;
};

int run(const std::vector<std::string>& arguments) {
    if (arguments.size() != 2 && arguments.size() != 4) {
        std::cerr << "usage: erase-kill ERASE CYCLES [PHOTO MARKUP]\n";
        return 2;
    }
    const int cycles = std::stoi(arguments[1]);
    const erasing::tests::small_case drawn(erasing::tests::small_case::hole::large);
    const bool has_photo = arguments.size() == 4;
    killer killing(arguments[0], has_photo ? arguments[2] : drawn.photo_path.string(),
                   has_photo ? arguments[3] : drawn.markup_path.string());
    killing.run_undisturbed();
    int kills = 0;
    for (int cycle = 0; cycle < cycles; ++cycle)
        kills += killing.run_cycle();
    std::cout << cycles << " cycles, " << kills << " kills within " << killing.taken().count()
              << " ms runs: every picture was the same\n";
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(std::vector<std::string>(argv + 1, argv + argc));
    } catch (const std::exception& problem) {
        std::cerr << "erase-kill: " << problem.what() << '\n';
        return 1;
    }
}
