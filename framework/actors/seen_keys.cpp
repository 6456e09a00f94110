// SPDX-License-Identifier: Apache-2.0
#include "actors/seen_keys.hpp"

#include "base/hash.hpp"

#include <perdure/start_options.hpp>

#include <algorithm>

namespace perdure::actors {

bool seen_keys::contains(std::string_view key) const {
    return !known_.empty() && known_.contains(digest_of(key));
}

void seen_keys::add(std::string_view key) {
    insert(digest_of(key));
}

void seen_keys::add(const history::key_digests& earlier) {
    digest next{};
    for (std::size_t at = 0; at + next.size() <= earlier.bytes.size(); at += next.size()) {
        std::copy_n(earlier.bytes.begin() + static_cast<std::ptrdiff_t>(at), next.size(),
                    next.begin());
        insert(next);
    }
}

history::key_digests seen_keys::digests() const {
    history::key_digests all;
    for (const digest& each : in_order_)
        all.bytes.append(each.begin(), each.end());
    return all;
}

void seen_keys::clear() {
    in_order_.clear();
    known_.clear();
}

seen_keys::digest seen_keys::digest_of(std::string_view key) {
    const blob hash = base::content_hash(key);
    digest made{};
    std::copy_n(hash.hash.begin(), made.size(), made.begin());
    return made;
}

void seen_keys::insert(const digest& key) {
    if (!known_.insert(key).second)
        return;
    in_order_.push_back(key);
    if (in_order_.size() <= detail::event_keys_max)
        return;
    known_.erase(in_order_.front());
    in_order_.erase(in_order_.begin());
}

} // namespace perdure::actors
