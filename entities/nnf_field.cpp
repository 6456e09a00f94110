// SPDX-License-Identifier: Apache-2.0
#include "entities/nnf_field.hpp"

#include <stdexcept>
#include <string>

namespace erasing {

nnf_sums& nnf_sums::operator+=(const nnf_sums& other) {
    item_count += other.item_count;
    changed_count += other.changed_count;
    total += other.total;
    return *this;
}

void nnf_field::start(int slices, std::vector<perdure::blob> field) {
    if (slice_count != 0)
        return;
    if (slices < 1)
        throw std::logic_error("a field has at least one slice, not " + std::to_string(slices));
    slice_count = slices;
    matches = std::move(field);
}

void nnf_field::accept(const nnf_slice& slice) {
    if (slice.step > step || slice.index < 0 || slice.index >= slice_count)
        throw std::logic_error("slice " + std::to_string(slice.index) + " of step " +
                               std::to_string(slice.step) + " came while step " +
                               std::to_string(step) + " waits for " + std::to_string(slice_count) +
                               " slices");
    if (slice.step < step)
        return;
    arrived.try_emplace(slice.index, slice);
    if (static_cast<int>(arrived.size()) == slice_count)
        finish_step();
}

void nnf_field::leap(const nnf_leap& made) {
    if (slice_count == 0 || made.step > step || made.step_count < 1 || !arrived.empty())
        throw std::logic_error("steps from " + std::to_string(made.step) + " on came while step " +
                               std::to_string(step) + " waits for " + std::to_string(slice_count) +
                               " slices");
    if (made.step < step)
        return;
    step += made.step_count;
    matches = made.matches;
    colours = made.colours;
    searched = made.searched;
    voted = made.voted;
}

void nnf_field::finish_step() {
    const bool is_search = step % 2 == 1;
    auto& slices = is_search ? matches : colours;
    nnf_sums& sums = is_search ? searched : voted;
    slices.clear();
    sums = {};
    // In order of the index, whatever the order of arrival.
    for (const auto& [index, slice] : arrived) {
        slices.push_back(slice.data);
        sums += slice.sums;
    }
    arrived.clear();
    ++step;
}

} // namespace erasing
