// SPDX-License-Identifier: Apache-2.0
#include "turn/decision.hpp"

#include "base/hash.hpp"

namespace perdure::turn {

namespace {

bool is_between_parts(const history::event& arrived) {
    return history::end_of_scope(arrived) ||
           std::holds_alternative<history::event_taken>(arrived) ||
           std::holds_alternative<history::event_returned>(arrived);
}

} // namespace

std::vector<history::event> decided_in(const std::vector<part>& parts) {
    std::vector<history::event> all;
    for (const part& each : parts)
        all.insert(all.end(), each.record.decided.begin(), each.record.decided.end());
    return all;
}

std::vector<history::event> arrivals_in(std::vector<part> parts) {
    std::vector<history::event> all;
    for (part& each : parts)
        for (history::event& arrived : each.record.arrived)
            if (!is_between_parts(arrived))
                all.push_back(std::move(arrived));
    return all;
}

void move_out_of_line(payload& value, std::size_t inline_max, std::vector<new_blob>& blobs) {
    // A null is no field of any record, so nothing would count its blob.
    if (value.external || value == payload{} || value.data.size() <= inline_max)
        return;
    value.external = base::content_hash(value.data);
    blobs.push_back({*value.external, std::make_shared<const std::string>(value.data)});
}

void bring_inline(payload& value, blob_source& blobs) {
    if (value.external && value.data.empty())
        value.data = *blobs.load(*value.external);
}

std::optional<std::string> missing_function(const history::event& decided,
                                            const registry& functions) {
    using namespace history;
    const auto missing = [](const char* kind, const std::string& name) {
        return std::string(kind) + " '" + name +
               "' is not registered in this process; add it to the registry and reopen the hub";
    };
    if (const auto* task = std::get_if<task_scheduled>(&decided))
        if (functions.find_activity(task->name) == nullptr)
            return missing("activity", task->name);
    if (const auto* child = std::get_if<child_created>(&decided))
        if (functions.find_orchestration(child->name) == nullptr)
            return missing("orchestration", child->name);
    if (const auto* started = std::get_if<start_requested>(&decided))
        if (functions.find_orchestration(started->name) == nullptr)
            return missing("orchestration", started->name);
    if (const auto* next = std::get_if<execution_continued>(&decided))
        if (functions.find_orchestration(next->name) == nullptr)
            return missing("orchestration", next->name);
    if (const auto* call = std::get_if<operation_called>(&decided))
        if (functions.find_entity(call->entity.name) == nullptr)
            return missing("entity", call->entity.name);
    if (const auto* signal = std::get_if<operation_signaled>(&decided))
        if (functions.find_entity(signal->entity.name) == nullptr)
            return missing("entity", signal->entity.name);
    const auto missing_kind =
        [&](const std::vector<std::string>& entities) -> std::optional<std::string> {
        for (const std::string& each : entities)
            if (const entity_id id = entity_id::parse(each);
                functions.find_entity(id.name) == nullptr)
                return missing("entity", id.name);
        return std::nullopt;
    };
    if (const auto* lock = std::get_if<lock_requested>(&decided))
        return missing_kind(lock->entities);
    if (const auto* work = std::get_if<transaction_requested>(&decided)) {
        if (functions.find_transaction(work->name) == nullptr)
            return missing("transaction", work->name);
        return missing_kind(work->entities);
    }
    return std::nullopt;
}

} // namespace perdure::turn
