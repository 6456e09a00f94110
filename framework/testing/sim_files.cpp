// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_files.hpp"

#include <rocksdb/env.h>
#include <rocksdb/system_clock.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>

namespace perdure::testing {
namespace {

/// Stands still but for sleepers: RocksDB's waits, of up to a second after an error, cost nothing.
class sim_clock final : public rocksdb::SystemClockWrapper {
  public:
    explicit sim_clock(std::function<void()> on_sleep)
        : SystemClockWrapper(SystemClock::Default()), on_sleep_(std::move(on_sleep)) {}
    const char* Name() const override { return "perdure::testing::sim_clock"; }
    std::uint64_t NowMicros() override { return start_us + slept_us_; }
    std::uint64_t NowNanos() override { return NowMicros() * 1000; }
    std::uint64_t CPUMicros() override { return 0; }
    std::uint64_t CPUNanos() override { return 0; }
    void SleepForMicroseconds(int us) override {
        slept_us_ += static_cast<std::uint64_t>(us);
        on_sleep_();
    }
    rocksdb::Status GetCurrentTime(std::int64_t* seconds) override {
        *seconds = static_cast<std::int64_t>(NowMicros() / 1'000'000);
        return rocksdb::Status::OK();
    }

  private:
    static constexpr std::uint64_t start_us = 1'700'000'000'000'000;
    std::atomic<std::uint64_t> slept_us_{0};
    std::function<void()> on_sleep_;
};

} // namespace

/// RocksDB's background jobs, on one thread, in the order they were planned. They start when the
/// caller settles, so that they never race with its own file operations; if it is blocked until
/// they have run, they start after a while.
///
/// A compaction that can't succeed, on a disk that stays full, is tried again for ever, with a
/// sleep in between. After a few of them a sleep lasts until the caller settles again.
class sim_files::background {
  public:
    using function = void (*)(void*);
    using priority = rocksdb::Env::Priority;

    background() : thread_([this](std::stop_token stop) { work(std::move(stop)); }) {}

    void schedule(function run, void* argument, priority level, void* tag, function unscheduled) {
        const std::scoped_lock lock(mutex_);
        planned_.push_back({run, argument, level, tag, unscheduled});
        changed_.notify_all();
    }

    int unschedule(void* tag, priority level) {
        std::vector<job> dropped;
        {
            const std::scoped_lock lock(mutex_);
            std::erase_if(planned_, [&](const job& each) {
                const bool is_meant = each.tag == tag && each.level == level;
                if (is_meant)
                    dropped.push_back(each);
                return is_meant;
            });
            changed_.notify_all();
        }
        for (const job& each : dropped)
            if (each.unscheduled != nullptr)
                each.unscheduled(each.argument);
        return static_cast<int>(dropped.size());
    }

    void settle() {
        std::unique_lock lock(mutex_);
        if (planned_.empty() && !is_busy_)
            return; // without waking the other thread: this is called very often
        is_settling_ = true;
        is_asleep_ = false;
        changed_.notify_all();
        changed_.wait(lock, [this] { return (planned_.empty() && !is_busy_) || is_asleep_; });
        is_settling_ = false;
    }

    void sleep() {
        std::unique_lock lock(mutex_);
        if (std::this_thread::get_id() != thread_.get_id() || ++sleeps_ <= short_sleeps)
            return;
        is_asleep_ = true;
        changed_.notify_all();
        changed_.wait_for(lock, patience, [this] { return !is_asleep_; });
        is_asleep_ = false;
    }

  private:
    struct job {
        function run;
        void* argument;
        priority level;
        void* tag;
        function unscheduled;
    };

    void work(std::stop_token stop) {
        std::unique_lock lock(mutex_);
        while (changed_.wait(lock, stop, [this] { return !planned_.empty(); })) {
            changed_.wait_for(lock, stop, patience, [this] { return is_settling_; });
            if (planned_.empty())
                continue;
            const job next = planned_.front();
            planned_.pop_front();
            is_busy_ = true;
            lock.unlock();
            next.run(next.argument);
            lock.lock();
            is_busy_ = false;
            if (planned_.empty())
                sleeps_ = 0;
            changed_.notify_all();
        }
    }

    static constexpr int short_sleeps = 10;
    static constexpr std::chrono::milliseconds patience{200};

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<job> planned_;
    bool is_busy_ = false;
    bool is_settling_ = false;
    bool is_asleep_ = false;
    int sleeps_ = 0; ///< Since there was last nothing to do.
    std::jthread thread_; // last: it uses the rest
};

class sim_files::environment final : public rocksdb::EnvWrapper {
  public:
    explicit environment(std::unique_ptr<rocksdb::Env> base) : EnvWrapper(std::move(base)) {
        file_system_ = target()->GetFileSystem();
        system_clock_ = std::make_shared<sim_clock>([this] { behind_.sleep(); });
    }

    const char* Name() const override { return "perdure::testing::sim_files"; }
    std::uint64_t NowMicros() override { return system_clock_->NowMicros(); }
    std::uint64_t NowNanos() override { return system_clock_->NowNanos(); }
    void SleepForMicroseconds(int us) override { system_clock_->SleepForMicroseconds(us); }
    rocksdb::Status GetCurrentTime(std::int64_t* seconds) override {
        return system_clock_->GetCurrentTime(seconds);
    }

    void Schedule(void (*run)(void*), void* argument, Priority level, void* tag,
                  void (*unscheduled)(void*)) override {
        behind_.schedule(run, argument, level, tag, unscheduled);
    }
    int UnSchedule(void* tag, Priority level) override { return behind_.unschedule(tag, level); }
    unsigned int GetThreadPoolQueueLen(Priority) const override { return 0; }
    void SetBackgroundThreads(int, Priority) override {}
    void IncBackgroundThreadsIfNeeded(int, Priority) override {}
    int GetBackgroundThreads(Priority) override { return 1; }

    void settle() { behind_.settle(); }

  private:
    background behind_;
};

sim_files::sim_files()
    : env_(std::make_unique<environment>(rocksdb::NewCompositeEnv(make_sim_file_system(disk_)))) {}

sim_files::~sim_files() = default;

rocksdb::Env* sim_files::env() noexcept {
    return env_.get();
}

void sim_files::settle() {
    env_->settle();
}

} // namespace perdure::testing
