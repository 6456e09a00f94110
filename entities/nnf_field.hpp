// SPDX-License-Identifier: Apache-2.0
// The nearest-neighbour field of one pyramid level while it is being refined: which slices exist,
// how far the level is, what the last passes measured. Pixels stay in blobs; this holds their
// names.
//
//   step 0         vote: the first colours, from the field the level starts with
//   step 2i + 1    search of iteration i
//   step 2i + 2    vote of iteration i
//
// A step is over when each of its slices has been accepted; a slice counts once. Or one activity
// makes several steps and the entity leaps over them.
#pragma once

#include <perdure/entity.hpp>

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

namespace erasing {

/// Measured over a slice; sums over slices are those of the level.
struct nnf_sums {
    std::uint64_t item_count = 0; ///< Targets of a search, hole pixels of a vote.
    std::uint64_t changed_count = 0;
    std::uint64_t total = 0; ///< Sum of costs (search) or of colour changes (vote).

    nnf_sums& operator+=(const nnf_sums& other);
    bool operator==(const nnf_sums&) const = default;
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(nnf_sums, item_count, changed_count, total)
};

/// What an activity made of one slice in one step.
struct nnf_slice {
    int step = 0;
    int index = 0;
    perdure::blob data;
    nnf_sums sums;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(nnf_slice, step, index, data, sums)
};

/// What an activity made of the whole field in several steps.
struct nnf_leap {
    int step = 0; ///< The first of them.
    int step_count = 0;
    std::vector<perdure::blob> matches; ///< After the last search among them.
    std::vector<perdure::blob> colours; ///< After the last vote.
    nnf_sums searched;
    nnf_sums voted;

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(nnf_leap, step, step_count, matches, colours, searched, voted)
};

class nnf_field {
  public:
    /// The field to start from, none if it comes with the first leap, and the number of slices each
    /// step has. Only the first call counts: a level is scaled into existence once.
    void start(int slice_count, std::vector<perdure::blob> matches);

    /// Takes a slice of the current step. One that was taken before, or that belongs to a step that
    /// is over, changes nothing. Throws std::logic_error for a slice that nobody can have computed
    /// yet: of a later step, or beyond the number of slices.
    void accept(const nnf_slice& arrived);

    /// Takes several whole steps at once, the first of them the current one; steps that are over
    /// are passed over like slices of theirs. Throws std::logic_error for steps that nobody can
    /// have made yet.
    void leap(const nnf_leap& made);

    nnf_field current() const { return *this; }

    int slice_count = 0; ///< 0: not started.
    int step = 0; ///< The one whose slices are being accepted.
    std::vector<perdure::blob> matches; ///< The field after the last finished search, in order.
    std::vector<perdure::blob> colours; ///< The hole after the last finished vote, in order.
    nnf_sums searched; ///< By the last finished search.
    nnf_sums voted; ///< By the last finished vote.
    std::map<int, nnf_slice> arrived; ///< Accepted slices of the current step.

    NLOHMANN_DEFINE_TYPE_INTRUSIVE(nnf_field, slice_count, step, matches, colours, searched, voted,
                                   arrived)

  private:
    void finish_step();
};

inline constexpr perdure::entity nnf_fields{
    "nnf_field", perdure::op("start", &nnf_field::start), perdure::op("accept", &nnf_field::accept),
    perdure::op("leap", &nnf_field::leap), perdure::op("current", &nnf_field::current)};

} // namespace erasing
