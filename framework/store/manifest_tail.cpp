// SPDX-License-Identifier: Apache-2.0
#include "store/manifest_tail.hpp"

#include "store/log_records.hpp"

namespace perdure::store {
namespace {

bool has_record_after(std::string_view manifest, std::size_t at) {
    for (std::size_t i = at + 1; i < manifest.size(); ++i)
        if (record_at(manifest, i))
            return true;
    return false;
}

struct reading {
    std::size_t complete = 0; ///< End of the last record that is there as a whole.
    std::size_t stopped = 0; ///< Where something can't be read, or the end.
};

reading read_records(std::string_view manifest) {
    reading seen;
    bool is_inside = false;
    while (seen.stopped < manifest.size()) {
        const auto found = record_at(manifest, seen.stopped);
        if (!found || found->begins() == is_inside)
            break;
        seen.stopped += found->size;
        is_inside = !found->ends();
        if (!is_inside)
            seen.complete = seen.stopped;
        seen.stopped = next_record(seen.stopped);
    }
    return seen;
}

} // namespace

std::size_t readable_bytes(std::string_view manifest) {
    return read_records(manifest).complete;
}

std::optional<std::size_t> readable_prefix(std::string_view manifest) {
    const auto [complete, stopped] = read_records(manifest);
    if (complete == 0 || complete >= manifest.size() || has_record_after(manifest, stopped))
        return std::nullopt;
    return complete;
}

} // namespace perdure::store
