// SPDX-License-Identifier: Apache-2.0
// What a simulated program does, and what must be true of it whatever happens to the machine.
#pragma once

#include "base/random.hpp"

#include <perdure/perdure.hpp>

#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace perdure::sim {

/// Something that must never be.
struct violation : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What a client learned of a call. Unknown: the machine went down, or its disk failed, before the
/// answer; it may have been done or not.
enum class answer : std::uint8_t { acknowledged, refused, unknown };

/// A simulated client: makes calls and remembers what became of them.
class session {
  public:
    explicit session(std::uint64_t seed) : dice_(seed) {}
    virtual ~session() = default;

    virtual perdure::client& client() = 0;
    virtual void trace(const std::string& line) = 0;
    /// Whether every write is synced and none is under way: what can be read is durable.
    virtual bool is_all_durable() = 0;
    /// Whether its disk has failed: what is refused then says nothing about what may be refused.
    virtual bool is_broken() = 0;

    /// For code that can't throw to the simulation: the first violation reported ends it.
    void report(const std::string& wrong) {
        if (reported_.empty())
            reported_ = wrong;
    }
    const std::string& reported() const noexcept { return reported_; }

    std::uint64_t below(std::uint64_t limit) { return dice_.draw() % limit; }
    bool one_in(std::uint64_t odds) { return below(odds) == 0; }

    using callback = std::function<void(answer)>;
    /// Makes a call and tells its answer when it is there. For a machine that goes down, that is
    /// `unknown`.
    template <class Call>
    void attempt(const std::string& what, Call call, callback told) {
        trace(what);
        try {
            auto future = std::make_shared<decltype(call())>(call());
            pending_.push_back({what,
                                [future] {
                                    return future->wait_for(std::chrono::seconds(0)) ==
                                           std::future_status::ready;
                                },
                                [future] { future->get(); }, std::move(told)});
        } catch (const error& failed) {
            give(what, answer_of(failed), told);
        }
    }
    /// Hands out the answers that have come.
    void poll();
    bool has_pending() const noexcept { return !pending_.empty(); }

  private:
    struct call_under_way {
        std::string what;
        std::function<bool()> is_ready;
        std::function<void()> take;
        callback told;
    };
    answer answer_of(const error& failed);
    void give(const std::string& what, answer came, const callback& told);

    base::random_stream dice_;
    std::string reported_;
    std::vector<call_under_way> pending_;
};

/// Threads: one. Lifetime: functions it installs refer to it.
class workload {
  public:
    virtual ~workload() = default;
    /// Adds the program's functions.
    virtual void install(registry& functions) = 0;
    /// The machine is about to boot; `is_healing`: for the last time, and nothing odd from now on.
    virtual void before_boot(session&, bool is_healing) { static_cast<void>(is_healing); }
    /// Sends the next thing, or again what is still unanswered.
    virtual void act(session& on) = 0;
    /// Whether everything that was to be sent has been answered.
    virtual bool is_through() const = 0;
    /// Whatever was acknowledged is there. Throws violation.
    virtual void check(session& on) = 0;
    /// All has come to rest, nothing failed for a while. Throws violation.
    virtual void check_end(session& on) = 0;
};

/// How to make each workload, by name. `size` scales how much it does; 1 to 12.
struct workload_kind {
    std::string_view name;
    std::uint64_t odds; ///< Part of one in this many seeds.
    std::unique_ptr<workload> (*make)(std::uint64_t size);
};
const std::vector<workload_kind>& workload_kinds();

} // namespace perdure::sim
