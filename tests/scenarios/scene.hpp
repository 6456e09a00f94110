// SPDX-License-Identifier: Apache-2.0
// What a scenario plays in: a task hub in a directory of its own, a clock that the test moves, a
// log that it reads, and a gate to keep activities waiting.
#pragma once

#include "catch.hpp"
#include "engine/hub.hpp"
#include "testing/virtual_world.hpp"

#include <perdure/perdure.hpp>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace scenes {

/// Long enough for any machine; a test that waits this long has failed.
inline constexpr std::chrono::seconds patience{60};

/// Gives way to the other threads until something is true; false if that takes too long.
template <class Predicate>
bool eventually(Predicate is_true) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!is_true()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::yield();
    }
    return true;
}

/// Where activities wait until the test lets them go on or the hub closes.
class gate {
  public:
    void pass(perdure::activity_context& ctx) {
        std::unique_lock lock(mutex_);
        ++arrived_;
        changed_.notify_all();
        if (!changed_.wait(lock, ctx.stop_token(), [&] { return is_open_; }))
            throw perdure::interrupted();
    }
    void open() {
        const std::scoped_lock lock(mutex_);
        is_open_ = true;
        changed_.notify_all();
    }
    bool await_arrivals(int count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [&] { return arrived_ >= count; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    int arrived_ = 0;
    bool is_open_ = false;
};

/// Lines from any thread.
class notes {
  public:
    void add(std::string line) {
        const std::scoped_lock lock(mutex_);
        lines_.push_back(std::move(line));
    }
    std::vector<std::string> lines() const {
        const std::scoped_lock lock(mutex_);
        return lines_;
    }
    int count(std::string_view part) const {
        int found = 0;
        for (const std::string& each : lines())
            found += each.find(part) != std::string::npos ? 1 : 0;
        return found;
    }

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

/// An empty directory that is removed with all that is in it.
class scratch_directory {
  public:
    scratch_directory() {
        static std::atomic<int> count{0};
        path_ = std::filesystem::temp_directory_path() /
                ("perdure-scene-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
        std::filesystem::create_directories(path_);
    }
    ~scratch_directory() { std::filesystem::remove_all(path_); }
    scratch_directory(const scratch_directory&) = delete;
    scratch_directory& operator=(const scratch_directory&) = delete;

    const std::filesystem::path& path() const noexcept { return path_; }

  private:
    std::filesystem::path path_;
};

/// A task hub that can be closed and opened again. No coroutine may outlive it.
class scene {
  public:
    explicit scene(perdure::registry functions, perdure::hub_options wanted = {})
        : options(std::move(wanted)), functions_(std::move(functions)) {
        options.durable = perdure::durability::process;
        options.log = [this](std::string_view line) { log.add(std::string(line)); };
        open();
    }
    ~scene() { close(); }
    scene(const scene&) = delete;
    scene& operator=(const scene&) = delete;

    void close() {
        if (!hub_)
            return;
        hub_.reset();
        CHECK(perdure::detail::frame_bytes() == 0);
    }
    void open() {
        perdure::engine::environment outside;
        outside.clock = &clock;
        hub_.emplace(perdure::engine::hub::open(path(), functions_, options, outside));
    }
    void reopen() {
        close();
        open();
    }
    void reopen(perdure::registry functions) {
        functions_ = std::move(functions);
        reopen();
    }

    std::filesystem::path path() const { return directory_.path() / "Scene"; }
    perdure::task_hub& hub() { return *hub_; }
    perdure::client& client() { return hub_->client(); }

    /// How many events of a kind, such as `TimerCreated`, the history of an instance holds.
    int count(const std::string& instance, std::string_view kind) {
        int found = 0;
        for (const auto& each : client().history(instance))
            found += each.kind == kind ? 1 : 0;
        return found;
    }
    /// Waits until the history of an instance holds an event of that kind for the n-th time.
    bool await(const std::string& instance, std::string_view kind, int n = 1) {
        return eventually([&] { return count(instance, kind) >= n; });
    }
    template <class T>
    bool await_custom_status(const std::string& instance, const T& expected) {
        return eventually([&] {
            const auto seen = client().status(instance);
            return seen && seen->custom_status == perdure::codec<T>::encode(expected);
        });
    }
    template <class R, class... Args>
    R wait(const perdure::orchestration<R(Args...)>& function, const std::string& instance) {
        return client().wait(function, instance, patience);
    }
    template <class R, class... Args>
    R run(const perdure::orchestration<R(Args...)>& function, std::type_identity_t<Args>... args) {
        return wait(function, client().start(function, std::move(args)...));
    }

    perdure::testing::manual_clock clock; ///< Stands still until it is moved.
    notes log;
    perdure::hub_options options; ///< Of the next open().

  private:
    scratch_directory directory_;
    perdure::registry functions_;
    std::optional<perdure::task_hub> hub_;
};

/// What a call throws.
template <class Thrown, class Call>
Thrown thrown_by(Call call) {
    try {
        call();
    } catch (const Thrown& expected) {
        return expected;
    }
    throw std::logic_error("nothing was thrown");
}

template <class Call>
perdure::errc errc_of(Call call) {
    return thrown_by<perdure::error>(std::move(call)).code();
}

inline bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace scenes
