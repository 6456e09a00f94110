// SPDX-License-Identifier: Apache-2.0
// The messages in the inbox. By themselves:
//
//   target         content                            sender      sent about
//   an entity      EntityOperationCalled              instance    the sender's request
//   an entity      EntityOperationSignaled            instance    the sender's request
//   an entity      EntityOperationSignaled            entity      -
//   an instance    ExecutionStarted (by its parent)   instance    the sender's request
//   an instance    ExecutionStarted (without parent)  instance    some request of the sender
//   an instance    the outcome of a child             instance    the target's request
//   an instance    the outcome of an operation        entity      the target's request
//
// Order numbers differ; what one execution sends to one entity lies in the order of its task ids.
// Whether a message goes with the request it is about is for instance_check.hpp.
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
    /// Reads the table. Comes after the entities were read.
    void read(audit& of);
    /// Takes out the letters about requests of an instance.
    std::vector<letter> take(const std::string& instance);
    /// A letter to that target is not what it should be.
    void doubt(std::string target) { doubtful_.insert(std::move(target)); }
    /// Whether letters to that target may be among those that can't be read.
    bool is_doubtful(std::string_view target) const;
    /// Reports the letters that nobody took.
    void report_rest(audit& of) const;

  private:
    struct reader;

    std::map<std::string, std::vector<letter>> by_owner_;
    std::set<std::string, std::less<>> doubtful_; ///< Targets.
    bool is_all_doubtful_ = false;
};

} // namespace perdure::check
