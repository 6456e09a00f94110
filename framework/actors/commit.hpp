// SPDX-License-Identifier: Apache-2.0
// A commit: everything one step decided, to be written whole or not at all.
#pragma once

#include "history/event.hpp"
#include "store/store.hpp"
#include "turn/decision.hpp"
#include "turn/entity_turn.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <vector>

namespace perdure::actors {

/// Called once per commit: with null when it is durable, with the reason when it will not be.
using commit_callback = std::function<void(std::exception_ptr)>;

/// A message taken from the durable inbox by this commit.
struct consumed_message {
    std::string target;
    std::uint64_t order = 0;
    std::vector<blob> blobs; ///< What its payloads refer to.
};

struct commit {
    std::vector<store::change> changes;
    /// Become inbox rows of their targets, or scheduled ones if they have a due time.
    std::vector<turn::outgoing_message> messages;
    std::vector<consumed_message> consumed;
    std::vector<turn::new_blob> blobs; ///< Kept if something retains them.
    std::vector<blob> retained; ///< References added to stored records.
    std::vector<blob> released; ///< References that go away.
    /// The latest time in it; no hub that has it on disk shows an earlier one again.
    timestamp time{};
    commit_callback done;
    std::vector<std::string> scheduled; ///< Keys of its scheduled messages: the committer's.

    void put(store::table where, std::string key, std::string value) {
        changes.push_back({where, std::move(key), std::move(value)});
    }
    void remove(store::table where, std::string key) {
        changes.push_back({where, std::move(key), std::nullopt});
    }
};

} // namespace perdure::actors
