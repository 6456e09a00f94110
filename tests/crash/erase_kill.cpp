// SPDX-License-Identifier: Apache-2.0
#include "crash/erase_kill.hpp"

#include "crash/kept_directory.hpp"
#include "tests/orchestrations/erase_pictures.hpp"
#include "tests/scenarios/erase_program.hpp"

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

namespace perdure::crash {
namespace {

using erase_tests::program;
using clock_type = std::chrono::steady_clock;
using milliseconds = std::chrono::milliseconds;

// Runs of one cycle that may be killed; the one after them is left alone.
constexpr int kills_max = 4;

class killer {
  public:
    killer(std::string erase, std::string photo, std::string markup, std::uint64_t seed)
        : erase_(std::move(erase)), command_{std::move(photo), std::move(markup), out_.string(),
                                             "--quiet",        "--threads",       "2"},
          random_(seed) {}

    void run_undisturbed() {
        const auto begun = clock_type::now();
        finish();
        taken_ = std::chrono::duration_cast<milliseconds>(clock_type::now() - begun);
        expected_ = inpaint::read_file(out_);
        std::filesystem::remove(out_);
    }

    /// How many runs were killed.
    int run_cycle() {
        int kills = 0;
        while (kills < kills_max && !is_through_before(random_moment()))
            ++kills;
        if (kills == kills_max)
            finish();
        if (inpaint::read_file(out_) != expected_)
            throw failed("the picture differs from that of an undisturbed run");
        std::filesystem::remove(out_);
        if (!std::filesystem::is_empty(files_.path()))
            throw failed("something was left beside the picture");
        return kills;
    }

    milliseconds taken() const { return taken_; }
    void clean_up() const { files_.remove(); }

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
            throw failed("erase failed: " + done.err);
        return done.code == 0;
    }

    void finish() {
        const auto done = erase_tests::run(erase_, command_);
        if (done.code != 0)
            throw failed("erase failed: " + done.err);
    }

    std::runtime_error failed(const std::string& what) const {
        return std::runtime_error(what + "; kept for a look: " + files_.path().string());
    }

    const kept_directory files_;
    const std::filesystem::path out_ = files_.path() / "out.png";
    const std::string erase_;
    const std::vector<std::string> command_;
    std::mt19937_64 random_;
    milliseconds taken_{};
    std::string expected_;
};

/// The program as built, beside this one.
std::string path_of_erase() {
    const auto path = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "erase";
    if (!std::filesystem::exists(path))
        throw std::runtime_error("there is no " + path.string() +
                                 "; build the target erase (PERDURE_BUILD_APPS)");
    return path.string();
}

} // namespace

int kill_erase(sim::arguments& given) {
    const auto seconds_max = given.number("--seconds", 0);
    const auto cycles = given.number("--cycles", seconds_max == 0 ? 25 : 1'000'000, 1);
    const auto seed = given.number("--seed", std::random_device{}());
    const bool as_json = given.flag("--json");
    const erasing::tests::small_case drawn(erasing::tests::small_case::hole::large);
    const std::string photo = given.text("--photo", drawn.photo_path.string());
    const std::string markup = given.text("--markup", drawn.markup_path.string());
    given.end();

    killer killing(path_of_erase(), photo, markup, seed);
    killing.run_undisturbed();
    const auto begun = clock_type::now();
    const auto taken = [&] {
        return std::chrono::duration<double>(clock_type::now() - begun).count();
    };
    int kills = 0;
    std::uint64_t done = 0;
    for (; done < cycles && (seconds_max == 0 || taken() < static_cast<double>(seconds_max));
         ++done)
        kills += killing.run_cycle();
    killing.clean_up();
    if (as_json)
        std::cout << nlohmann::ordered_json{{"command", "kill --erase"},
                                            {"seed", seed},
                                            {"cycles", done},
                                            {"kills", kills},
                                            {"pictures_different", 0},
                                            {"run_ms", killing.taken().count()},
                                            {"seconds", taken()}}
                  << '\n';
    else
        std::cout << done << " cycles, " << kills << " kills within " << killing.taken().count()
                  << " ms runs: every picture was the same\n";
    return 0;
}

} // namespace perdure::crash
