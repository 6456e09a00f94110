// SPDX-License-Identifier: Apache-2.0
// Locks: what must hold between the request in a history, the messages about it, and the rows of
// the entities e1 < e2 < ... < en that it names.
//
//   asked for, not granted     its request is on the way to ek; e1 ... ek-1 are held, no others
//   granted, not given up      all are held; or the grant is in the inbox of the instance
//   given up                   none is held; or the unlock is on the way to ej, and those from ej
//   on
//                              are held as far as the request came
//   an entity is held          by an execution that asked for it and has not given it up, or whose
//                              unlock is on the way
#pragma once

#include "check/audit.hpp"
#include "check/letter_box.hpp"
#include "history/grammar.hpp"

#include <string>
#include <vector>

namespace perdure::check {

/// Whether a message is about a lock.
bool is_about_lock(const history::event& body) noexcept;

/// One request for a lock of an execution.
class lock_check {
  public:
    lock_check(audit& of, history::lock_owner owner, const history::request& request)
        : of_(&of), owner_(std::move(owner)), request_(&request) {}

    /// Takes a letter about the request; gives false if it can't be one.
    bool take(const letter& sent);
    void finish();

  private:
    const std::vector<std::string>& entities() const {
        return std::get<history::lock_requested>(request_->asked).entities;
    }
    bool is_rest_of(const std::vector<std::string>& rest) const;
    void check_holder(const std::string& entity, bool must_hold);

    audit* of_;
    history::lock_owner owner_;
    const history::request* request_;
    const letter* asking_ = nullptr;
    const letter* granting_ = nullptr;
    const letter* leaving_ = nullptr;
};

/// Looks for entities whose holders did not ask for them. Comes after the instances were read.
void check_holders(audit& of);

} // namespace perdure::check
