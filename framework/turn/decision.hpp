// SPDX-License-Identifier: Apache-2.0
// What a step of an instance or a batch of an entity decided: plain values. Nothing has happened
// yet; the actors commit a decision and then carry it out.
#pragma once

#include "history/event.hpp"

#include <perdure/registry.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace perdure::turn {

/// Bytes to be kept out of line, by their content hash.
struct new_blob {
    blob name;
    std::shared_ptr<const std::string> data;
};

/// What came of evaluating one part of an orchestration once.
struct part {
    history::step record;
    /// Whether it is recorded. What a scope did that has ended meanwhile is only carried out.
    bool is_kept = true;
};

struct decision {
    std::vector<part> parts; ///< In order.
    /// If the instance continues as new: the events that nobody has read, in order.
    std::vector<history::event> carried;
    std::optional<payload> custom_status;
    std::vector<new_blob> blobs;
    std::vector<std::string> log;
};

/// Everything that the parts decided, in order.
std::vector<history::event> decided_in(const std::vector<part>& parts);
/// What they were given from outside: all that arrived but what parts tell each other.
std::vector<history::event> arrivals_in(std::vector<part> parts);

/// Moves `value` out of line if it has more than `inline_max` bytes: names its bytes by their hash
/// and adds them to `blobs`. The bytes stay in `value` too, for whoever consumes it from memory.
void move_out_of_line(payload& value, std::size_t inline_max, std::vector<new_blob>& blobs);

/// Why an event that was decided can't be carried out by this process: nobody registered the
/// function. Nothing if it can.
std::optional<std::string> missing_function(const history::event& decided,
                                            const registry& functions);

/// Where the bytes of out-of-line payloads come from.
class blob_source {
  public:
    virtual ~blob_source() = default;
    /// Throws error (not_found).
    virtual std::shared_ptr<const std::string> load(const blob& name) = 0;
};

/// Makes sure that the bytes of `value` are in memory.
void bring_inline(payload& value, blob_source& blobs);

} // namespace perdure::turn
