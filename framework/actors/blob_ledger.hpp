// SPDX-License-Identifier: Apache-2.0
// Counts who refers to which blob, and turns changes of the counts into rows. A blob's bytes are
// written with its first reference and deleted with its last, in the same batch as the reference.
#pragma once

#include "actors/commit.hpp"

#include <cstring>
#include <map>
#include <unordered_map>

namespace perdure::actors {

struct blob_hasher {
    std::size_t operator()(const blob& name) const noexcept {
        std::size_t bits;
        std::memcpy(&bits, name.hash.data(), sizeof bits);
        return bits;
    }
};

/// Threads: used by the committer's thread only.
class blob_ledger {
  public:
    explicit blob_ledger(store::store& rows) : rows_(&rows) {}

    /// Adds one commit's references to the group being written.
    void add(commit& part);
    /// Appends the rows of the group to `changes` and begins the next group.
    void settle(std::vector<store::change>& changes);

  private:
    std::uint64_t stored_count(const blob& name);

    store::store* rows_;
    std::unordered_map<blob, std::uint64_t, blob_hasher> counts_;
    std::map<blob, std::int64_t> deltas_;
    std::map<blob, std::shared_ptr<const std::string>> data_;
};

} // namespace perdure::actors
