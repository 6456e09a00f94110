// SPDX-License-Identifier: Apache-2.0
// There are as many helpers as have ever been wanted at once.
#include "perdure/inpaint/workers.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace perdure::inpaint {

namespace {

/// The pieces of one call.
class pieces {
  public:
    pieces(int count, const std::function<void(int)>& work)
        : work_(work), failures_(static_cast<std::size_t>(count)) {}

    void take_turns() {
        const auto count = static_cast<int>(failures_.size());
        for (int index = next_++; index < count; index = next_++) {
            try {
                work_(index);
            } catch (...) {
                failures_[static_cast<std::size_t>(index)] = std::current_exception();
            }
        }
    }

    void rethrow() const {
        for (const std::exception_ptr& failure : failures_)
            if (failure)
                std::rethrow_exception(failure);
    }

    int helping = 0; // helpers that are at it; guarded by the crew

  private:
    const std::function<void(int)>& work_;
    std::vector<std::exception_ptr> failures_;
    std::atomic<int> next_ = 0;
};

} // namespace

class crew::helpers {
  public:
    ~helpers() {
        {
            const std::scoped_lock lock(mutex_);
            is_over_ = true;
        }
        is_wanted_.notify_all();
    }

    /// Asks for so many helpers. Those that are busy elsewhere come later or never.
    void ask(pieces& all, int count) {
        const std::scoped_lock lock(mutex_);
        wanted_.insert(wanted_.end(), static_cast<std::size_t>(count), &all);
        try {
            while (threads_.size() < wanted_.size() + busy_)
                threads_.emplace_back([this] { help(); });
        } catch (const std::system_error&) {
            // The system has no more threads: those that there are, the caller's first of all, do
            // the work.
        }
        is_wanted_.notify_all();
    }

    /// Nobody begins to help any more; waits for those that do.
    void wait(pieces& all) {
        std::unique_lock lock(mutex_);
        std::erase(wanted_, &all);
        is_done_.wait(lock, [&] { return all.helping == 0; });
    }

  private:
    void help() {
        std::unique_lock lock(mutex_);
        for (;;) {
            is_wanted_.wait(lock, [&] { return is_over_ || !wanted_.empty(); });
            if (is_over_)
                return;
            pieces& all = *wanted_.front();
            wanted_.pop_front();
            ++all.helping;
            ++busy_;
            lock.unlock();
            all.take_turns();
            lock.lock();
            --busy_;
            if (--all.helping == 0)
                is_done_.notify_all();
        }
    }

    std::mutex mutex_;
    std::condition_variable is_wanted_;
    std::condition_variable is_done_;
    std::deque<pieces*> wanted_; // one entry for each helper that is wanted
    std::size_t busy_ = 0;
    bool is_over_ = false;
    std::vector<std::jthread> threads_;
};

crew::crew(int threads) : threads_(threads), helpers_(std::make_unique<helpers>()) {}

crew::~crew() = default;

void crew::run(int count, const std::function<void(int)>& work) {
    pieces all(count, work);
    const int wanted = std::min(threads_, count) - 1;
    if (wanted > 0)
        helpers_->ask(all, wanted);
    all.take_turns();
    if (wanted > 0)
        helpers_->wait(all);
    all.rethrow();
}

void run_parallel(int threads, int count, const std::function<void(int)>& work) {
    crew(threads).run(count, work);
}

} // namespace perdure::inpaint
