// SPDX-License-Identifier: Apache-2.0
// The outside world of the engine, owned by a test: clock, entropy, storage and scheduler.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "engine/environment.hpp"
#include "store/store.hpp"

#include <perdure/error.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <map>
#include <string>

namespace perdure::tests {

class manual_clock final : public base::clock {
  public:
    timestamp now() override { return timestamp(std::chrono::milliseconds(ms_.load())); }
    void advance(std::chrono::milliseconds by) { ms_ += by.count(); }

  private:
    std::atomic<std::int64_t> ms_{1'700'000'000'000};
};

/// Reproducible "entropy". One thread at a time.
class seeded_entropy final : public base::entropy {
  public:
    explicit seeded_entropy(std::uint64_t seed) : stream_(seed) {}
    std::uint64_t draw() override { return stream_.draw(); }

  private:
    base::random_stream stream_;
};

/// A store in memory that can be told to fail. One thread at a time.
class memory_store final : public store::store {
  public:
    using table = perdure::store::table;

    std::optional<std::string> get(table where, std::string_view key) override {
        const auto& rows = tables_[static_cast<std::size_t>(where)];
        const auto found = rows.find(std::string(key));
        if (found == rows.end())
            return std::nullopt;
        return found->second;
    }

    void scan(table where, std::string_view prefix, std::string_view from,
              const std::function<bool(std::string_view, std::string_view)>& visit) override {
        const auto rows = tables_[static_cast<std::size_t>(where)];
        for (auto row = rows.lower_bound(std::string(std::max(prefix, from)));
             row != rows.end() && row->first.starts_with(prefix); ++row)
            if (!visit(row->first, row->second))
                return;
    }

    void write(const std::vector<perdure::store::change>& changes, bool) override {
        if (is_failing)
            throw error(errc::storage, "disk full");
        ++writes;
        for (const auto& each : changes) {
            auto& rows = tables_[static_cast<std::size_t>(each.where)];
            if (each.value)
                rows[each.key] = *each.value;
            else
                rows.erase(each.key);
        }
    }

    std::size_t count(table where) const { return tables_[static_cast<std::size_t>(where)].size(); }

    bool is_failing = false;
    int writes = 0;

  private:
    std::array<std::map<std::string, std::string>, perdure::store::table_count> tables_;
};

/// An actor system whose jobs run only when the test says so, in an order drawn from a seed.
class stepped_system {
  public:
    explicit stepped_system(std::uint64_t seed = 0) : random_(seed) {
        config_.set("scheduler.policy", caf::atom("testing"));
        system_.emplace(config_);
    }

    caf::actor_system& system() { return *system_; }

    bool run_one() {
        auto& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
        if (!scheduler.has_job())
            return false;
        const auto next = static_cast<std::ptrdiff_t>(random_.draw() % scheduler.jobs.size());
        std::rotate(scheduler.jobs.begin(), scheduler.jobs.begin() + next, scheduler.jobs.end());
        return scheduler.try_run_once();
    }
    void run() {
        while (run_one()) {
        }
    }
    /// Lets time pass for the actors' own alarms.
    void advance(std::chrono::milliseconds by) {
        dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler()).advance_time(by);
    }

  private:
    caf::actor_system_config config_;
    std::optional<caf::actor_system> system_;
    base::random_stream random_;
};

/// A new directory below the system's temporary one, removed with everything in it.
class temporary_directory {
  public:
    temporary_directory() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "perdure-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error("no temporary directory");
        path_ = pattern;
    }
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

} // namespace perdure::tests
