// SPDX-License-Identifier: Apache-2.0
#include "crash/kill_loop.hpp"

#include "crash/checks.hpp"
#include "crash/child.hpp"
#include "crash/kept_directory.hpp"
#include "crash/requests.hpp"
#include "crash/scripts.hpp"

#include <perdure/check.hpp>

#include <chrono>
#include <csignal>
#include <functional>
#include <random>
#include <thread>

namespace perdure::crash {
namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;
using microseconds = std::chrono::microseconds;

/// Lives under load between two that go on until all has ended.
constexpr std::uint64_t lives_between_settling = 25;
/// Whatever takes longer hangs.
constexpr std::chrono::seconds patience{120};

/// One directory and the lives in it, at most lives_max.
class round {
  public:
    round(const kill_settings& settings, clock_type::time_point end, std::uint64_t seed,
          kill_figures& counted)
        : end_(end), draw_(seed), counted_(&counted) {
        life_.directory = home_.path();
        life_.durable = settings.durable;
        life_.must_lie = settings.must_lie;
        told_ = map_oracle(life_.oracle());
        told_->may_run_ahead = settings.durable == durability::speculative;
    }

    /// False when there are anomalies; the directory is then kept.
    bool run(std::uint64_t cycles) {
        bool is_last = false;
        for (std::uint64_t cycle = 1; !is_last && is_good(); ++cycle) {
            live_and_die();
            is_last = cycle == cycles || clock_type::now() > end_;
            if (is_good() && (is_last || cycle % lives_between_settling == 0))
                settle();
        }
        count();
        if (is_good())
            home_.remove();
        else
            counted_->kept = home_.path();
        return is_good();
    }

  private:
    bool is_good() const { return counted_->anomalies.empty(); }

    void report(finding kind, std::string text) {
        counted_->anomalies.push_back(
            {kind, "life " + std::to_string(told_->life) + ": " + std::move(text)});
    }

    void begin_life() {
        ++told_->life;
        life_.seed = draw_();
        told_->is_open = false;
        told_->must_close = false;
        told_->deadly = site::none;
        first_requests_.push_back(told_->next_request);
    }

    void live_and_die() {
        begin_life();
        switch (draw_() % 10) {
        case 0:
        case 1:
            kill_while_opening();
            break;
        case 2:
            kill_while_closing();
            break;
        case 3:
        case 4:
        case 5:
            let_die_at_a_site();
            break;
        default:
            kill_at_work();
        }
        ++counted_->cycles;
        inspect(false);
    }

    microseconds any_below(microseconds longest) {
        return microseconds(
            static_cast<microseconds::rep>(draw_() % static_cast<std::uint64_t>(longest.count())));
    }

    void kill_while_opening() {
        child living(to_arguments(life_), life_.log());
        std::this_thread::sleep_for(any_below(opening_ + opening_ / 4));
        end(living);
    }

    void kill_at_work() {
        child living(to_arguments(life_), life_.log());
        if (await_open(living))
            std::this_thread::sleep_for(5ms + any_below(60ms));
        end(living);
    }

    void kill_while_closing() {
        child living(to_arguments(life_), life_.log());
        if (await_open(living))
            std::this_thread::sleep_for(any_below(30ms));
        told_->must_close = true;
        std::this_thread::sleep_for(any_below(15ms));
        const bool has_been_killed = end(living);
        counted_->while_closing += has_been_killed ? 1 : 0;
    }

    void let_die_at_a_site() {
        const auto places = static_cast<std::uint64_t>(site::count) - 1;
        told_->passes_left = static_cast<std::int32_t>(1 + draw_() % 60);
        told_->deadly = static_cast<site>(1 + draw_() % places);
        child living(to_arguments(life_), life_.log());
        if (await_open(living)) {
            const auto longest = clock_type::now() + 80ms;
            while (!living.ended() && clock_type::now() < longest)
                std::this_thread::sleep_for(200us);
        }
        counted_->at_sites += living.ended() ? 1 : 0;
        end(living);
    }

    bool await_open(child& living) {
        const auto begun = clock_type::now();
        while (!told_->is_open && !living.ended() && clock_type::now() < begun + patience)
            std::this_thread::sleep_for(200us);
        if (!told_->is_open && !living.ended())
            report(finding::wrong, "the hub does not open");
        if (told_->is_open)
            opening_ = std::chrono::duration_cast<microseconds>(clock_type::now() - begun);
        return told_->is_open;
    }

    /// Kills it, unless it has ended. Whether it ended by SIGKILL.
    bool end(child& living) {
        living.kill();
        const int code = await_end(living);
        const bool has_been_killed = code == -SIGKILL;
        if (has_been_killed) {
            ++counted_->kills;
            counted_->while_opening += told_->is_open ? 0 : 1;
        } else if (code != 0) {
            report(finding::wrong,
                   "the child ended with " + std::to_string(code) + ", see the log");
        }
        return has_been_killed;
    }

    int await_end(child& living) {
        const auto longest = clock_type::now() + patience;
        while (!living.ended()) {
            if (clock_type::now() > longest) {
                report(finding::wrong, "the child does not end");
                living.kill();
            }
            std::this_thread::sleep_for(200us);
        }
        return *living.ended();
    }

    /// A life without load or kill, until all has ended; then there is nothing outstanding.
    void settle() {
        begin_life();
        life_.must_settle = true;
        {
            child living(to_arguments(life_), life_.log());
            if (const int code = await_end(living); code != 0)
                report(finding::wrong,
                       "settling ended with " + std::to_string(code) + ", see the log");
        }
        life_.must_settle = false;
        inspect(true);
    }

    void inspect(bool is_settled) {
        for (anomaly& each : told_->anomalies())
            report(each.kind, std::move(each.text));
        if (!std::filesystem::exists(life_.hub() / "store" / "CURRENT"))
            return; // killed before the hub was made
        disk_source seen(life_.hub());
        checks looked(seen, *told_);
        const std::uint16_t life = told_->life;
        const std::uint16_t first_life =
            static_cast<std::uint16_t>(is_settled || life < 2 ? 1 : life - 1);
        for (std::uint32_t request = first_requests_[first_life - 1]; request < told_->next_request;
             ++request)
            looked.check_request(request);
        check_new_runs(looked);
        looked.check_signals(first_life, life);
        check_options options;
        options.replay_finished = is_settled;
        const check_report checked = check_hub(life_.hub(), functions_, options);
        for (const check_problem& each : checked.problems)
            report(finding::wrong, each.table + " " + each.key + ": " + each.what);
        if (is_settled) {
            looked.check_totals();
            const auto outstanding = checked.messages + checked.active + checked.timers;
            if (outstanding != 0)
                report(finding::wrong, "all has ended, and " + std::to_string(outstanding) +
                                           " messages, timers or instances are outstanding");
        }
        for (const anomaly& each : looked.found())
            report(each.kind, each.text);
    }

    void check_new_runs(checks& looked) {
        seen_runs_.resize(told_->next_request);
        for (std::uint32_t request = 0; request < told_->next_request; ++request) {
            std::uint32_t runs = 0;
            for (std::uint32_t step = 0; step < steps_max; ++step)
                runs |= told_->requests[request].runs[step] != 0 ? 1u << step : 0;
            if (runs != seen_runs_[request])
                looked.check_schedules(request, runs);
            seen_runs_[request] = runs;
        }
    }

    void count() {
        for (std::uint32_t request = 0; request < told_->next_request; ++request) {
            const request_record& record = told_->requests[request];
            counted_->sent += record.is_sent;
            counted_->acknowledged += record.is_acknowledged;
            counted_->ended += record.told != 0;
            if (record.told != 0 && script_of(request) == script::moving) {
                counted_->locked += manner_of(request) == manner::locked;
                counted_->transacted += manner_of(request) == manner::transacted;
            }
            for (const auto& each : record.runs)
                counted_->runs += each;
        }
        for (std::uint32_t lane = 0; lane < lane_count; ++lane)
            for (std::uint32_t number = 0; number < told_->next_signal[lane]; ++number) {
                counted_->sent += told_->signals[lane][number].life != 0;
                counted_->acknowledged += told_->signals[lane][number].is_acknowledged;
            }
    }

    clock_type::time_point end_; ///< No new life after that.
    std::mt19937_64 draw_;
    kill_figures* counted_;
    kept_directory home_;
    const registry functions_ = functions();
    life_settings life_;
    mapped_oracle told_;
    microseconds opening_{20ms}; ///< As long as it took last.
    std::vector<std::uint32_t> first_requests_; ///< Of each life.
    std::vector<std::uint32_t> seen_runs_; ///< By request: which steps had run when last looked.
};

} // namespace

kill_figures kill_again_and_again(const kill_settings& settings) {
    // A life of settling follows some of those under load.
    constexpr std::uint64_t cycles_max =
        (lives_max - 2) * lives_between_settling / (lives_between_settling + 1);
    kill_figures counted;
    const auto begun = clock_type::now();
    const auto end = settings.seconds_max == 0 ? clock_type::time_point::max()
                                               : begun + std::chrono::seconds(settings.seconds_max);
    std::uint64_t seed = settings.seed;
    while (counted.cycles < settings.cycles && clock_type::now() < end && counted.anomalies.empty())
        round(settings, end, seed++, counted)
            .run(std::min(settings.cycles - counted.cycles, cycles_max));
    counted.seconds = std::chrono::duration<double>(clock_type::now() - begun).count();
    return counted;
}

} // namespace perdure::crash
