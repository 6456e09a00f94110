// SPDX-License-Identifier: Apache-2.0
// The messages in the inbox. By themselves:
//
//   target         content                            sender      sent about
//   an entity      EntityOperationCalled              instance    the sender's request
//   an entity      EntityOperationSignaled            instance    the sender's request
//   an entity      EntityOperationSignaled            entity      -
//   an entity      EntityOperationSignaled            -           - (a client's, that waits)
//   an entity      EntityLockRequested                instance    the sender's request
//   an entity      EntityUnlockSent                   instance    the sender's request
//   an entity      TransactionRequested               instance    the sender's request
//   an instance    EntityLockGranted                  entity      the target's request
//   an instance    the outcome of a transaction       entity      the target's request
//   an instance    ExecutionStarted (of its own)      entity      -
//   an instance    ExecutionStarted (by its parent)   instance    the sender's request
//   an instance    ExecutionTerminated (by a parent)  instance    -
//   an instance    ExecutionStarted (without parent)  instance    some request of the sender
//   an instance    the outcome of a child             instance    the target's request
//   an instance    the outcome of an operation        entity      the target's request
//
// Order numbers differ; what one execution sends to one entity lies in the order of its task ids.
// What was rewound may send again what it had sent. Whether a message goes with the request it is
// about is for instance_check.hpp; the instance that had the request may have been purged.
//
// A message that waits for its time is an EntityOperationSignaled for the entity and the time that
// its key names. It may be from a client, and outlive whoever sent it.
#pragma once

#include "history/event.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace perdure::check {

struct audit;

/// Names whoever asked for a lock.
std::string owner_key(const history::lock_owner& owner);

struct letter {
    std::string key;
    std::string target;
    std::string sender;
    std::string execution; ///< Of the instance whose request it is about.
    std::uint32_t task_id = 0; ///< The request.
    history::event body;
};

class letter_box {
  public:
    void read(audit& of);
    /// Takes out the letters about requests of an instance.
    std::vector<letter> take(const std::string& instance);
    /// Whether a child is told to end by that execution of its parent.
    bool is_told_to_end(std::string_view child, const std::string& parent,
                        const std::string& execution) const;
    /// A letter to that target is not what it should be.
    void doubt(std::string target) { doubtful_.insert(std::move(target)); }
    /// Whether letters to that target may be among those that can't be read.
    bool is_doubtful(std::string_view target) const;
    /// Whether an unlock of that owner is on the way.
    bool is_unlocking(const history::lock_owner& owner) const {
        return unlocking_.contains(owner_key(owner));
    }

  private:
    struct reader;

    std::map<std::string, std::vector<letter>> by_owner_;
    std::set<std::string> ends_; ///< Who is told to end, and by whom.
    std::set<std::string, std::less<>> doubtful_; ///< Targets.
    std::set<std::string, std::less<>> unlocking_; ///< Owners.
    bool is_all_doubtful_ = false;
};

/// Reads the table of messages that wait for their time.
void check_scheduled(audit& of);

} // namespace perdure::check
