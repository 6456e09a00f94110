// SPDX-License-Identifier: Apache-2.0
// Who refers to which blob, counted from all rows, against what the tables of blobs say:
//
//   a blob's count is the number of references in histories, messages, entity states and custom
//   statuses; it is never zero; every counted blob has bytes, and they hash to its name; no bytes
//   without a count
#pragma once

#include "history/event.hpp"

#include <perdure/payload.hpp>

#include <cstdint>
#include <map>

namespace perdure::check {

struct audit;

class blob_tally {
  public:
    void add(const payload& value);
    void add(const history::event& value);
    /// Some rows that may refer to blobs could not be read.
    void doubt() noexcept { is_doubtful_ = true; }

    /// Reads both tables and compares. Comes after everything else was added.
    void compare(audit& of);

  private:
    struct facts {
        std::uint64_t references = 0;
        std::uint64_t counted = 0;
        bool has_bytes = false;
        bool is_unreadable = false; ///< The count.
    };

    void add(const std::vector<blob>& names);
    void read_counts(audit& of);
    void read_blobs(audit& of);
    void compare(audit& of, const blob& name, const facts& known) const;

    std::map<blob, facts> blobs_;
    bool is_doubtful_ = false;
};

} // namespace perdure::check
