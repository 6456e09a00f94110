// SPDX-License-Identifier: Apache-2.0
#include "turn/decision.hpp"

#include "base/hash.hpp"

namespace perdure::turn {

void move_out_of_line(payload& value, std::size_t inline_max, std::vector<new_blob>& blobs) {
    if (value.external || value.data.size() <= inline_max)
        return;
    value.external = base::content_hash(value.data);
    blobs.push_back({*value.external, std::make_shared<const std::string>(value.data)});
}

void bring_inline(payload& value, blob_source& blobs) {
    if (value.external && value.data.empty())
        value.data = *blobs.load(*value.external);
}

} // namespace perdure::turn
