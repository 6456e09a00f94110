// SPDX-License-Identifier: Apache-2.0
#include <perdure/registry.hpp>

namespace perdure {
namespace {

template <class Map>
auto find(const Map& functions, std::string_view name) {
    const auto found = functions.find(name);
    return found == functions.end() ? nullptr : &found->second;
}

template <class Map, class Code>
void insert(Map& functions, const char* kind, std::string_view name, Code code) {
    if (!functions.emplace(name, std::move(code)).second)
        throw error(errc::duplicate, std::string(kind) + " '" + std::string(name) +
                                         "' is already registered; give one of them another name");
}

} // namespace

const detail::activity_definition* registry::find_activity(std::string_view name) const {
    return find(activities_, name);
}
const detail::orchestration_definition* registry::find_orchestration(std::string_view name) const {
    return find(orchestrations_, name);
}
const detail::entity_definition* registry::find_entity(std::string_view name) const {
    return find(entities_, name);
}
const detail::transaction_definition* registry::find_transaction(std::string_view name) const {
    return find(transactions_, name);
}
void registry::add_activity(std::string_view name, detail::activity_definition code) {
    insert(activities_, "activity", name, std::move(code));
}
void registry::add_orchestration(std::string_view name, detail::orchestration_definition code) {
    insert(orchestrations_, "orchestration", name, std::move(code));
}
void registry::add_entity(std::string_view name, detail::entity_definition code) {
    insert(entities_, "entity", name, std::move(code));
}
void registry::add_transaction(std::string_view name, detail::transaction_definition code) {
    insert(transactions_, "transaction", name, std::move(code));
}

} // namespace perdure
