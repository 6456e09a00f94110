// SPDX-License-Identifier: Apache-2.0
// The keys of the events that an instance has received: a bounded number, the latest. They are in
// its history, with the events, and what they add up to goes along when it continues as new.
#pragma once

#include "history/event.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace perdure::actors {

class seen_keys {
  public:
    bool contains(std::string_view key) const;
    void add(std::string_view key);
    /// Before any other.
    void add(const history::key_digests& earlier);
    history::key_digests digests() const;
    void clear() { in_order_ = {}; }

  private:
    using digest = std::array<char, 16>;

    static digest digest_of(std::string_view key);

    std::vector<digest> in_order_; ///< Oldest first; searched from end to end.
};

} // namespace perdure::actors
