// SPDX-License-Identifier: Apache-2.0
// The error vocabulary: what a call of this library can throw, and how a failure of user code
// travels.
//
//   std::runtime_error
//   ├─ perdure::error          our operating errors: bad input, not found, storage (see errc)
//   ├─ perdure::task_failed    user code failed: activity, child, entity operation, instance
//   ├─ perdure::non_retriable  thrown BY user code that must not be tried again
//   └─ perdure::interrupted    thrown BY an activity that was asked to stop
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

namespace perdure {

/// What kind of operating error happened. Numbers are stable and never reused.
enum class errc : std::uint8_t {
    invalid_argument = 1, ///< A name, id or option breaks a documented rule; the message names it.
    not_registered = 2, ///< A function is called that nobody added to the registry.
    duplicate = 3, ///< A name was added to a registry twice.
    hub_locked = 4, ///< Another process (named in the message) has the task hub open.
    hub_format = 5, ///< The directory holds something else, or a newer format.
    storage = 6, ///< The file system or RocksDB refused; nothing was acknowledged.
    poisoned = 7, ///< An earlier write had an unknown outcome: close and reopen the hub.
    closed = 8, ///< The hub is closing or closed.
    not_found = 9, ///< No such instance, entity or blob.
    instance_exists = 10, ///< The instance id is taken by a different start.
    instance_finished = 11, ///< The instance has ended and takes no more events.
    timeout = 12, ///< The wait was too short; nothing changed.
    held = 13, ///< Code and history disagree, or code is missing: the instance is held.
    conversion = 14, ///< A value could not be converted to or from its stored form.
    damaged = 15, ///< Stored bytes are not what was written; the message names them. Nothing that
                  ///< depends on them goes on.
    data_loss = 16, ///< Acknowledged changes are missing; the message says how many. Nothing was
                    ///< opened: see hub_options::accept_loss.
    read_only = 17, ///< The directory can't be written to; perdure::check_hub can read it.
    limit_exceeded = 18, ///< There is too much of it already; the message names the limit.
    not_finished = 20, ///< The instance has not ended; what was asked for needs one that has.
    critical_section = 40, ///< A rule of critical sections is broken: see lock.hpp.
};

/// The stable name of an error code, as in `storage`.
const char* to_string(errc code) noexcept;

/// An operating error. The message says what was tried, on what, and what to do about it.
class error : public std::runtime_error {
  public:
    error(errc code, const std::string& message) : std::runtime_error(message), code_(code) {}

    errc code() const noexcept { return code_; }

  private:
    errc code_;
};

/// How many causes of causes a failure has at most: what lies deeper is left out.
inline constexpr int causes_max = 32;

/// A business failure as a value: recorded in histories, carried to whoever awaits it.
struct failure {
    std::string type; ///< C++ type of what was thrown, such as `std::out_of_range`.
    std::string message; ///< Its what().
    std::shared_ptr<const failure> cause; ///< What it was caused by (nested exceptions), or null.
    bool retriable = true; ///< False: trying again is pointless, whatever the policy says.

    /// Describes the exception in flight, with its chain of nested exceptions: the outermost
    /// causes_max of them.
    static failure current();
    /// Whether the call took too long, or its activity was silent for too long (call_options).
    bool is_timeout() const noexcept;
};

bool operator==(const failure& a, const failure& b) noexcept;

/// Thrown at `co_await` when an activity, child or entity operation failed, and by client::wait().
class task_failed : public std::runtime_error {
  public:
    /// `subject` says what failed, such as `activity 'charge'`.
    task_failed(std::string subject, failure details);

    const std::string& subject() const noexcept { return subject_; }
    /// What the failed function threw.
    const failure& details() const noexcept { return details_; }

  private:
    std::string subject_;
    failure details_;
};

/// The types of the failures of calls that took too long; see call_options.
inline constexpr const char* timed_out = "perdure::timed_out";
inline constexpr const char* heartbeat_timed_out = "perdure::heartbeat_timed_out";

/// Thrown by an activity or a child that would fail in the same way if it were tried again: no
/// retry policy does. So is whatever is derived from it, and a task_failed that it causes.
class non_retriable : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Thrown by an activity that gives up because of activity_context::stop_token. Nothing is
/// recorded: if the hub is closing, the activity runs again when it is next opened; if its call was
/// given up, nobody asks.
class interrupted : public std::runtime_error {
  public:
    interrupted() : std::runtime_error("the task hub is closing") {}
};

} // namespace perdure
