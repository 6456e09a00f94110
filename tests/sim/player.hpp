// SPDX-License-Identifier: Apache-2.0
// A client that plays a script and writes down what it was told. After a crash it demands all of
// that back, and then plays the script again, leaving out what was done.
#pragma once

#include "sim/script_functions.hpp"
#include "testing/computer.hpp"

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace perdure::sim {

/// The engine has broken a promise.
struct violation : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What a script's client knows. Outlives the machine's lives.
class notebook {
  public:
    struct entry {
        std::string what;
        /// Whether its effect is on disk. Empty: it has none of its own.
        std::function<bool(client&)> is_there;
        bool is_acknowledged = false;
    };

    /// Throws violation if something acknowledged is gone.
    void require_all(client& now) const;
    std::size_t acknowledged() const;

    std::vector<entry> entries; ///< By number of the act.
};

/// One run through a script on one life of a machine. Errors of the client's calls pass through.
class player {
  public:
    player(testing::computer& on, notebook& notes) : on_(&on), notes_(&notes) {}
    /// Writes down what was answered before something went wrong.
    ~player();
    player(const player&) = delete;
    player& operator=(const player&) = delete;

    /// Starts an instance, without waiting for the answer.
    template <class R, class... Args>
    void start(const std::string& instance, const orchestration<R(Args...)>& function,
               std::type_identity_t<Args>... args) {
        entry* const act = next("start of " + instance, [instance](client& now) {
            return now.status(instance).has_value();
        });
        if (act != nullptr)
            starts_.push_back(
                {number_ - 1,
                 on_->client().start_async({instance, {}, id_reuse::never}, function, args...)});
    }
    /// Adds an item to a ledger, without waiting for the answer. Give each item once.
    void add(const std::string& ledger_key, const std::string& item);
    /// Lets everything run, and takes the answers. Throws the first error among them.
    void run();

    /// Give each value of an event once.
    void raise(const std::string& instance, const event<std::string>& raised,
               const std::string& value);
    /// Waits for the end of an instance, through time if need be, whatever its result.
    template <class R, class... Args>
    void wait(const std::string& instance, const orchestration<R(Args...)>& function) {
        run();
        const auto seen = [&]() -> std::string {
            try {
                on_->client().wait(function, instance, std::chrono::hours(1000));
            } catch (const task_failed&) {
                return "failed";
            }
            return "completed";
        };
        finish(instance, seen);
    }
    /// Lets time pass.
    void pass(std::chrono::milliseconds time);
    /// The program closes its hub and starts again.
    void restart();

  private:
    using entry = notebook::entry;
    template <class T>
    struct sent {
        std::size_t number;
        std::future<T> answer;
    };

    entry* next(std::string what, std::function<bool(client&)> is_there);
    void finish(const std::string& instance, const std::function<std::string()>& wait);
    template <class T>
    void take(std::vector<sent<T>>& answers, std::exception_ptr& first_error);

    testing::computer* on_;
    notebook* notes_;
    std::size_t number_ = 0; ///< Of the next act.
    std::vector<sent<std::string>> starts_;
    std::vector<sent<void>> signals_;
};

} // namespace perdure::sim
