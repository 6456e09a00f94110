// SPDX-License-Identifier: Apache-2.0
// The rows of a table in key order, one by one, so that tables can be read side by side. Reads
// pages; counts what it reads.
#pragma once

#include "check/audit.hpp"

#include <deque>
#include <string>

namespace perdure::check {

struct row {
    std::string key;
    std::string value;
};

class cursor {
  public:
    cursor(audit& of, store::table where) : of_(&of), where_(where) { fill(); }

    bool is_at_end() const noexcept { return page_.empty(); }
    /// Only if not at the end.
    const row& operator*() const noexcept { return page_.front(); }
    const row* operator->() const noexcept { return &page_.front(); }
    void next();

  private:
    void fill();

    audit* of_;
    store::table where_;
    std::deque<row> page_;
    std::string from_;
    bool has_all_ = false;
};

} // namespace perdure::check
