// SPDX-License-Identifier: Apache-2.0
#include "actors/seen_keys.hpp"

#include "base/hash.hpp"

#include <perdure/start_options.hpp>

#include <algorithm>

namespace perdure::actors {

bool seen_keys::contains(std::string_view key) const {
    return !in_order_.empty() &&
           std::find(in_order_.begin(), in_order_.end(), digest_of(key)) != in_order_.end();
}

void seen_keys::add(std::string_view key) {
    if (contains(key))
        return;
    in_order_.push_back(digest_of(key));
    if (in_order_.size() > detail::event_keys_max)
        in_order_.erase(in_order_.begin());
}

void seen_keys::add(const history::key_digests& earlier) {
    digest next{};
    for (std::size_t at = 0; at + next.size() <= earlier.bytes.size(); at += next.size()) {
        std::copy_n(earlier.bytes.begin() + static_cast<std::ptrdiff_t>(at), next.size(),
                    next.begin());
        in_order_.push_back(next);
    }
}

history::key_digests seen_keys::digests() const {
    history::key_digests all;
    for (const digest& each : in_order_)
        all.bytes.append(each.begin(), each.end());
    return all;
}

seen_keys::digest seen_keys::digest_of(std::string_view key) {
    const blob hash = base::content_hash(key);
    digest made{};
    std::copy_n(hash.hash.begin(), made.size(), made.begin());
    return made;
}

} // namespace perdure::actors
