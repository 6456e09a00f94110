// SPDX-License-Identifier: Apache-2.0
#include "sim/attempts.hpp"
#include "sim/crash_points.hpp"
#include "sim/enumerate.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>

namespace perdure::sim {
namespace {

using testing::all_outcomes;
using testing::outcome;

/// One place where the power goes, and the outcomes to try there.
struct power_cut {
    const script* played;
    std::uint64_t seed;
    std::uint64_t operation;
    std::vector<outcome> outcomes;
};

/// Draws are one per point, so that a point is the same alone as among all others.
std::uint64_t seed_of_point(std::uint64_t seed, std::uint64_t operation, outcome how) {
    return base::mix(seed ^ base::mix(operation * 256 + static_cast<std::uint64_t>(how)));
}

std::string name_of(const power_cut& at, outcome how) {
    return "enumerate --scripts " + std::string(at.played->name) + " --seed " +
           std::to_string(at.seed) + " --point " + std::to_string(at.operation) + " --outcome " +
           static_cast<char>(how);
}

class power_cuts {
  public:
    explicit power_cuts(const enumeration& wanted) : wanted_(wanted) {}

    int run();

  private:
    void plan();
    void sample(std::size_t points);
    void try_all(const power_cut& at);
    void try_point(const power_cut& at, const wreck& left, outcome how);
    bool try_again(const power_cut& at, const wreck& left, outcome how, std::uint64_t then);
    const undisturbed& expected(const power_cut& at) const {
        return stories_.at({at.played, at.seed});
    }
    void report(double seconds) const;

    const enumeration& wanted_;
    std::map<std::pair<const script*, std::uint64_t>, undisturbed> stories_;
    std::vector<power_cut> planned_;
    std::uint64_t operations_ = 0;
    attempts tries_;
    std::atomic<std::uint64_t> points_{0}, recoveries_{0}, nested_{0};
};

int power_cuts::run() {
    const auto begin = std::chrono::steady_clock::now();
    plan();
    tries_.share(planned_.size(), wanted_.threads, wanted_.seconds_max,
                 [this](std::size_t index) { try_all(planned_[index]); });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    report(took.count());
    return tries_.failures() == 0 ? 0 : 1;
}

void power_cuts::plan() {
    std::vector<outcome> outcomes(all_outcomes.begin(), all_outcomes.end());
    if (wanted_.how)
        outcomes = {*wanted_.how};
    for (const script* each : wanted_.scripts) {
        for (std::uint64_t seed = wanted_.seed; seed < wanted_.seed + wanted_.seeds; ++seed) {
            const undisturbed story = play_undisturbed(*each, seed);
            stories_.emplace(std::pair(each, seed), story);
            operations_ += story.operations;
            for (std::uint64_t k = 0; k <= story.operations; ++k)
                if (!wanted_.point || *wanted_.point == k)
                    planned_.push_back({each, seed, k, outcomes});
        }
    }
    if (wanted_.sample)
        sample(*wanted_.sample);
    else if (wanted_.seconds_max != 0) // time that runs out must not always spare the same scripts
        thin_out(planned_, planned_.size(), wanted_.seed);
}

void power_cuts::sample(std::size_t points) {
    std::vector<std::pair<std::size_t, outcome>> all;
    for (std::size_t i = 0; i < planned_.size(); ++i)
        for (const outcome how : std::exchange(planned_[i].outcomes, {}))
            all.emplace_back(i, how);
    thin_out(all, points, wanted_.seed);
    for (const auto& [index, how] : all)
        planned_[index].outcomes.push_back(how);
    std::erase_if(planned_, [](const power_cut& each) { return each.outcomes.empty(); });
}

void power_cuts::try_all(const power_cut& at) {
    std::unique_ptr<wreck> left;
    tries_.make(name_of(at, at.outcomes.front()),
                [&] { left = crash_at(*at.played, at.seed, at.operation); });
    if (left)
        for (const outcome how : at.outcomes)
            try_point(at, *left, how);
}

void power_cuts::try_point(const power_cut& at, const wreck& left, outcome how) {
    ++points_;
    const std::uint64_t seed = seed_of_point(at.seed, at.operation, how);
    if (wanted_.then) {
        try_again(at, left, how, *wanted_.then);
        return;
    }
    tries_.make(name_of(at, how), [&] {
        ++recoveries_;
        recover(*at.played, left, how, seed, expected(at));
    });
    if (!wanted_.is_nested)
        return;
    // Of a sampled point, one operation of the recovery is enough; most need fewer than these.
    const bool is_sampled = wanted_.sample.has_value();
    for (std::uint64_t then = is_sampled ? seed % 40 : 0;
         try_again(at, left, how, then) && !is_sampled; ++then) {
    }
}

/// The power goes again during the recovery. False if the recovery is over before.
bool power_cuts::try_again(const power_cut& at, const wreck& left, outcome how,
                           std::uint64_t then) {
    const std::uint64_t seed = seed_of_point(at.seed, at.operation, how);
    std::unique_ptr<wreck> left_again;
    tries_.make(name_of(at, how) + " --then " + std::to_string(then), [&] {
        left_again = crash_again(*at.played, left, how, seed, then);
        if (!left_again)
            return;
        ++nested_;
        const std::uint64_t draw = seed_of_point(seed, then, how);
        const outcome how_then = all_outcomes[draw % all_outcomes.size()];
        recover(*at.played, *left_again, how_then, draw, expected(at));
    });
    return left_again != nullptr;
}

void power_cuts::report(double seconds) const {
    if (wanted_.is_json) {
        const nlohmann::json figures = {{"scripts", wanted_.scripts.size()},
                                        {"seeds", wanted_.seeds},
                                        {"operations", operations_},
                                        {"points", points_.load()},
                                        {"outcomes", wanted_.how ? 1 : all_outcomes.size()},
                                        {"recoveries", recoveries_ + nested_},
                                        {"nested", nested_.load()},
                                        {"failures", tries_.failures()},
                                        {"seconds", seconds}};
        std::cout << figures << '\n';
        return;
    }
    std::cout << wanted_.scripts.size() << " scripts, " << wanted_.seeds << " seeds, "
              << operations_ << " file operations, " << points_
              << " points (operation and outcome), " << recoveries_ + nested_ << " recoveries, "
              << nested_ << " of them after a second cut: " << tries_.failures() << " failures, "
              << seconds << " s\n";
}

} // namespace

int enumerate_power_cuts(const enumeration& wanted) {
    return power_cuts(wanted).run();
}

} // namespace perdure::sim
