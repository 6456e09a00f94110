// SPDX-License-Identifier: Apache-2.0
#include "actors/commit.hpp"

namespace perdure::actors {

void collect_blobs(const payload& value, std::vector<blob>& into) {
    into.insert(into.end(), value.blobs.begin(), value.blobs.end());
    if (value.external)
        into.push_back(*value.external);
}

void collect_blobs(const history::event& value, std::vector<blob>& into) {
    history::for_each_payload(value, [&](const payload& each) { collect_blobs(each, into); });
}

} // namespace perdure::actors
