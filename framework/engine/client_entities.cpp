// SPDX-License-Identifier: Apache-2.0
// What clients can see of entities. They read rows while entities write them, one row after the
// other; so what was read is given only if the entity's row is still the same afterwards.
#include "actors/entity_log.hpp"
#include "engine/hub.hpp"
#include "engine/page_token.hpp"
#include "store/keys.hpp"
#include "store/rows.hpp"

#include <algorithm>

namespace perdure {

using namespace actors;

namespace {

/// More than enough for an entity that changes all the time.
constexpr int attempts_max = 100;
/// How many entities one call looks at.
constexpr std::size_t entities_looked_at_max = 10'000;
constexpr std::size_t page_max = 1000;

std::optional<store::entity_row> read_row(services& hub, const std::string& target) {
    const auto stored = hub.rows->get(store::table::entities, target);
    if (!stored)
        return std::nullopt;
    auto row = store::decode_entity_row(*stored);
    return row.has_state() ? std::optional(std::move(row)) : std::nullopt;
}

payload state_in(services& hub, const entity_id& id, const store::entity_row& row) {
    if (!row.is_sourced()) {
        payload state = row.state;
        turn::bring_inline(state, *hub.blobs);
        return state;
    }
    const auto* code = hub.functions->find_entity(id.name);
    if (code == nullptr)
        throw error(errc::not_registered, "entity '" + id.name +
                                              "' is not registered, and its state follows from its "
                                              "events; add it to the registry");
    return loaded(hub, id, *code, row)->state();
}

/// Whether a row is still what it was. Entities that are made anew count from the beginning.
bool is_same(const std::optional<store::entity_row>& a, const store::entity_row& b) {
    return a && a->version == b.version && a->created == b.created && a->updated == b.updated;
}

struct seen_entity {
    store::entity_row row;
    payload state;
};

std::optional<seen_entity> read_entity(services& hub, const entity_id& id) {
    const std::string target = id.text();
    for (int attempt = 1;; ++attempt) {
        const auto row = read_row(hub, target);
        if (!row)
            return std::nullopt;
        std::optional<payload> state;
        try {
            state = state_in(hub, id, *row);
        } catch (const error&) {
            if (attempt == attempts_max || is_same(read_row(hub, target), *row))
                throw;
            continue;
        }
        if (!row->is_sourced() || attempt == attempts_max || is_same(read_row(hub, target), *row))
            return seen_entity{*row, std::move(*state)};
    }
}

std::string lower(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return name;
}

void require_sense(const entity_query& wanted) {
    const auto refuse = [](const std::string& why) {
        throw error(errc::invalid_argument, "entity_query: " + why);
    };
    if (wanted.page_size == 0 || wanted.page_size > page_max)
        refuse("page_size is " + std::to_string(wanted.page_size) + ", it must be 1 to " +
               std::to_string(page_max));
    if (!wanted.name.empty() && !wanted.name_prefix.empty())
        refuse("name and name_prefix exclude each other");
    if (wanted.name.find('@') != std::string::npos ||
        wanted.name_prefix.find('@') != std::string::npos)
        refuse("the name of an entity holds no '@'; keys go into key_prefix");
    if (wanted.changed_from && wanted.changed_to && *wanted.changed_from > *wanted.changed_to)
        refuse("changed_from is later than changed_to");
}

bool is_wanted(const entity_query& wanted, const entity_id& id, const store::entity_row& row) {
    return row.has_state() && id.key.starts_with(wanted.key_prefix) &&
           (!wanted.changed_from || row.updated >= *wanted.changed_from) &&
           (!wanted.changed_to || row.updated <= *wanted.changed_to);
}

/// What a token belongs to: everything that decides which entities are found.
std::string fingerprint(const entity_query& wanted) {
    const auto time = [](const std::optional<timestamp>& each) {
        return each ? std::to_string(each->time_since_epoch().count()) : std::string("-");
    };
    std::string text = lower(wanted.name);
    for (const std::string& each : {lower(wanted.name_prefix), wanted.key_prefix,
                                    time(wanted.changed_from), time(wanted.changed_to)})
        text += '\0' + each;
    return text;
}

entity_page find(services& hub, const entity_query& wanted) {
    std::string prefix = "@" + lower(wanted.name_prefix);
    if (!wanted.name.empty())
        prefix = "@" + lower(wanted.name) + "@" + wanted.key_prefix;
    const std::string query = fingerprint(wanted);
    const std::string from =
        wanted.token.empty() ? prefix : engine::key_of_token(wanted.token, query) + '\0';
    entity_page page;
    std::string last;
    std::size_t looked_at = 0;
    hub.rows->scan(store::table::entities, prefix, std::max(prefix, from),
                   [&](std::string_view key, std::string_view stored) {
                       if (page.entities.size() == wanted.page_size ||
                           looked_at++ == entities_looked_at_max) {
                           page.token = engine::token_of(last, query);
                           return false;
                       }
                       last = key;
                       entity_id id = entity_id::parse(key);
                       const auto row = store::decode_entity_row(stored);
                       if (is_wanted(wanted, id, row))
                           page.entities.push_back({std::move(id), row.updated, {}});
                       return true;
                   });
    return page;
}

/// Those that have gone meanwhile are left out.
void add_states(services& hub, entity_page& page) {
    std::erase_if(page.entities, [&](entity_entry& each) {
        auto seen = read_entity(hub, each.id);
        if (seen) {
            each.changed = seen->row.updated;
            each.state = std::move(seen->state);
        }
        return !seen;
    });
}

} // namespace

std::optional<payload> client::read_state(const entity_id& target) {
    const auto entered = hub_->enter();
    auto seen = read_entity(hub_->services(), target);
    return seen ? std::optional(std::move(seen->state)) : std::nullopt;
}

entity_page client::entities(const entity_query& wanted) {
    require_sense(wanted);
    const auto entered = hub_->enter();
    entity_page page = find(hub_->services(), wanted);
    if (wanted.with_state)
        add_states(hub_->services(), page);
    return page;
}

} // namespace perdure
