// SPDX-License-Identifier: Apache-2.0
// Closed loops: a constant number of operations is under way; whenever one ends, another begins.
#pragma once

#include "bench/measure.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace perdure::bench {

/// If nothing has ended for so long, nothing will.
inline constexpr std::chrono::seconds patience{300};

class loop {
  public:
    explicit loop(std::uint64_t in_flight) : in_flight_(in_flight) {}
    virtual ~loop() = default;

    /// Goes on for so many seconds, or until so many operations have ended (0: any number).
    latencies run(double seconds, std::uint64_t count);
    /// Goes on until exactly so many have begun since the loop was made, and all have ended.
    void complete(std::uint64_t total);
    /// Lets what is under way end, and begins nothing.
    void drain();
    /// How many have begun since the loop was made.
    std::uint64_t begun() const noexcept { return begun_; }

  protected:
    /// Begins the operation of that number.
    virtual void begin(std::uint64_t number) = 0;
    /// Waits until some have ended; adds their latencies, gives their number. Throws if one went
    /// wrong.
    virtual std::uint64_t wait_some(latencies& seen) = 0;

  private:
    void fill(std::uint64_t total);

    std::uint64_t in_flight_;
    std::uint64_t begun_ = 0;
    std::uint64_t ended_ = 0;
};

/// Operations that are orchestrations. They end when their end is on disk and told.
class orchestration_loop final : public loop {
  public:
    /// Starts the n-th with these options.
    using starter = std::function<void(std::uint64_t number, start_options options)>;
    /// The output the n-th must have, in its stored form.
    using expectation = std::function<std::string(std::uint64_t number)>;

    orchestration_loop(std::uint64_t in_flight, starter start, expectation expected)
        : loop(in_flight), start_(std::move(start)), expected_(std::move(expected)) {}

  private:
    struct outcome {
        std::chrono::nanoseconds took;
        std::string wrong; ///< Empty if it is right.
    };
    /// What the hub's threads tell; they may do so after the loop has been given up.
    struct letter_box {
        std::mutex mutex;
        std::condition_variable arrived;
        std::vector<outcome> outcomes;
    };

    void begin(std::uint64_t number) override;
    std::uint64_t wait_some(latencies& seen) override;

    starter start_;
    expectation expected_;
    std::shared_ptr<letter_box> told_ = std::make_shared<letter_box>();
};

/// Operations that give a future. They are acknowledged in the order in which they began, or nearly
/// so: they are awaited in that order.
template <class T>
class future_loop final : public loop {
  public:
    using starter = std::function<std::future<T>(std::uint64_t number)>;

    future_loop(std::uint64_t in_flight, starter start)
        : loop(in_flight), start_(std::move(start)) {}

  private:
    struct pending {
        steady::time_point begin;
        std::future<T> answer;
    };

    void begin(std::uint64_t number) override {
        const auto now = steady::now();
        pending_.push_back({now, start_(number)});
    }
    std::uint64_t wait_some(latencies& seen) override {
        if (pending_.front().answer.wait_for(patience) != std::future_status::ready)
            throw std::runtime_error("an operation was not acknowledged");
        pending_.front().answer.get();
        seen.add(steady::now() - pending_.front().begin);
        pending_.pop_front();
        return 1;
    }

    starter start_;
    std::deque<pending> pending_;
};

/// Warm-up, what is measured, and the rest.
figures measure(task_hub& hub, loop& load, const plan& wanted);

} // namespace perdure::bench
