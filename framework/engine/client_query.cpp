// SPDX-License-Identifier: Apache-2.0
// Questions about many instances: read from the rows as they are on disk, in the order of ids.
// There is no index besides the ids, because each would cost every start and every end a row.
#include "engine/client_query.hpp"

#include "engine/page_token.hpp"
#include "store/keys.hpp"

#include <algorithm>

namespace perdure {

using engine::matches;

namespace {

/// How many rows one page looks at.
constexpr std::size_t instances_looked_at_max = 100'000;

/// The first key after that of an id: ids hold no NUL.
std::string after(std::string id) {
    id += '\0';
    return id;
}

/// Tells filters apart.
std::string fingerprint_of(const instance_filter& filter) {
    std::string text = filter.name + '\0' + filter.id_prefix + '\0';
    for (const runtime_status each : filter.statuses)
        text += static_cast<char>(each);
    for (const auto& bound : {filter.created_from, filter.created_to})
        text += '\0' + (bound ? std::to_string(bound->time_since_epoch().count()) : "any");
    return text;
}

} // namespace

bool engine::matches(const instance_filter& wanted, const store::instance_row& row) {
    const auto& statuses = wanted.statuses;
    return (wanted.name.empty() || row.name == wanted.name) &&
           (statuses.empty() ||
            std::find(statuses.begin(), statuses.end(), row.status) != statuses.end()) &&
           (!wanted.created_from || row.created >= *wanted.created_from) &&
           (!wanted.created_to || row.created <= *wanted.created_to);
}

instance_page client::query(const query_options& wanted) {
    const auto entered = hub_->enter();
    actors::services& hub = hub_->services();
    if (wanted.page_size == 0 || wanted.page_size > page_size_max)
        throw error(errc::invalid_argument, "page_size is " + std::to_string(wanted.page_size) +
                                                "; it must be 1 to " +
                                                std::to_string(page_size_max));
    const instance_filter& filter = wanted.filter;
    std::string from = filter.id_prefix;
    if (!wanted.token.empty())
        from = after(engine::key_of_token(wanted.token, fingerprint_of(filter)));
    instance_page page;
    std::string last;
    std::size_t seen = 0;
    hub.rows->scan(store::table::instances, filter.id_prefix, from,
                   [&](std::string_view id, std::string_view stored) {
                       if (page.items.size() == wanted.page_size ||
                           seen == instances_looked_at_max) {
                           page.token = engine::token_of(last, fingerprint_of(filter));
                           return false;
                       }
                       ++seen;
                       last = id;
                       store::instance_row row = store::decode_instance_row(stored);
                       if (matches(filter, row))
                           page.items.push_back(store::to_status(last, row));
                       return true;
                   });
    for (instance_status& each : page.items) {
        if (!wanted.with_input)
            each.input = {};
        if (!wanted.with_output)
            each.output = each.custom_status = {};
        engine::complete(hub, each);
    }
    return page;
}

std::uint64_t client::count(const instance_filter& wanted) {
    const auto entered = hub_->enter();
    std::uint64_t found = 0;
    hub_->services().rows->scan(store::table::instances, wanted.id_prefix, wanted.id_prefix,
                                [&](std::string_view, std::string_view stored) {
                                    found += matches(wanted, store::decode_instance_row(stored));
                                    return true;
                                });
    return found;
}

} // namespace perdure
