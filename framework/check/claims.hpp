// SPDX-License-Identifier: Apache-2.0
// A set of strings in eight bytes each. Two strings are told apart unless their hashes are equal,
// so that a problem can stay unseen once in 2^64 pairs; a sound hub is never called damaged.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace perdure::check {

class claims {
  public:
    void add(std::string_view text) {
        hashes_.push_back(std::hash<std::string_view>{}(text));
        is_sorted_ = false;
    }
    bool contains(std::string_view text) {
        sort();
        return std::binary_search(hashes_.begin(), hashes_.end(),
                                  std::hash<std::string_view>{}(text));
    }
    bool contains_all(claims& other) {
        sort();
        other.sort();
        return std::includes(hashes_.begin(), hashes_.end(), other.hashes_.begin(),
                             other.hashes_.end());
    }

  private:
    void sort() {
        if (!is_sorted_)
            std::sort(hashes_.begin(), hashes_.end());
        is_sorted_ = true;
    }

    std::vector<std::size_t> hashes_;
    bool is_sorted_ = true;
};

} // namespace perdure::check
