// SPDX-License-Identifier: Apache-2.0
// Listing entities: what is asked for, and what is found.
#pragma once

#include <perdure/ids.hpp>
#include <perdure/payload.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace perdure {

/// Which entities; all that is set must hold.
struct entity_query {
    std::string name = {}; ///< Of this kind. As with declarations, case does not matter,
    std::string name_prefix = {}; ///< nor here: of the kinds whose names begin so.
    std::string key_prefix = {}; ///< Exactly so begins the key.
    std::optional<timestamp> changed_from = {}; ///< Changed last then or later,
    std::optional<timestamp> changed_to = {}; ///< then or earlier.
    bool with_state = false; ///< Whether to read the states, too.
    std::size_t page_size = 100; ///< 1 to 1000.
    std::string token = {}; ///< Of the page before, with the same query; empty: the first page.
};

struct entity_entry {
    entity_id id;
    timestamp changed; ///< When its state changed last.
    std::optional<payload> state; ///< Only if asked for.
};

/// In the order of ids. A page may be short, or even empty, and not be the last: one call looks at
/// a bounded number of entities.
struct entity_page {
    std::vector<entity_entry> entities;
    std::string token; ///< For the next page; empty: this is the last.
};

template <class E>
struct typed_entity_page {
    struct entry {
        entity_id id;
        timestamp changed;
        E state;
    };
    std::vector<entry> entities;
    std::string token;
};

} // namespace perdure
