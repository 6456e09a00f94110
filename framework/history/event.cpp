// SPDX-License-Identifier: Apache-2.0
#include "history/event.hpp"

#include <algorithm>

namespace perdure::history {
namespace {

/// The fields people recognise an event by.
struct describing_fields {
    std::string text;
    void operator()(std::uint32_t, const std::string& value) {
        if (!value.empty())
            text += " '" + value + "'";
    }
    void operator()(std::uint32_t number, std::uint32_t value) {
        if (number == 1)
            text += " #" + std::to_string(value);
    }
    void operator()(std::uint32_t, const std::vector<std::string>& value) {
        for (const std::string& each : value)
            text += " '" + each + "'";
    }
    void operator()(std::uint32_t number, const timestamp& value) {
        if (number != 2 && value == timestamp{})
            return; // only a timer is always due
        text += " due " + std::to_string(value.time_since_epoch().count());
    }
    template <class T>
    void operator()(std::uint32_t, const T&) {}
};

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& each : names)
        text += (text.empty() ? "" : " ") + each;
    return text;
}

/// The fields that a history listing shows.
struct entry_fields {
    history_entry entry;
    void operator()(std::uint32_t, const payload& value) { entry.value = value; }
    void operator()(std::uint32_t, const failure& value) {
        if (!(value == failure{}))
            entry.failed = value;
    }
    template <class T>
    void operator()(std::uint32_t, const T&) {}
};

/// A JSON string's text; nothing for any other value, or one that is out of line.
std::string text_of(const payload& value) {
    if (value.external)
        return {};
    const auto parsed = nlohmann::json::parse(value.data, nullptr, false);
    return parsed.is_string() ? parsed.get<std::string>() : std::string();
}

} // namespace

const char* label(const event& happened) {
    return std::visit([](const auto& body) { return std::remove_cvref_t<decltype(body)>::label; },
                      happened);
}

std::string describe(const event& happened) {
    describing_fields fields;
    std::visit([&](const auto& body) { std::remove_cvref_t<decltype(body)>::fields(body, fields); },
               happened);
    return label(happened) + fields.text;
}

std::optional<failure> failure_in(const execution_completed& ended) {
    if (ended.status == runtime_status::failed)
        return ended.error;
    if (ended.status != runtime_status::terminated)
        return std::nullopt;
    failure stopped{"perdure::terminated", "it was terminated", nullptr};
    if (const std::string reason = text_of(ended.output); !reason.empty())
        stopped.message += ": " + reason;
    return stopped;
}

history_entry to_entry(const event& happened) {
    entry_fields fields;
    std::visit(
        [&](const auto& body) {
            std::remove_cvref_t<decltype(body)>::fields(body, fields);
            fields.entry.kind = body.label;
            if constexpr (requires { body.task_id; })
                fields.entry.task_id = body.task_id;
            if constexpr (requires { body.retry; })
                fields.entry.attempt = body.retry + 1;
            if constexpr (requires { body.name; })
                fields.entry.name = body.name;
            if constexpr (requires { body.operation; })
                fields.entry.name = body.operation;
            if constexpr (requires { body.instance; })
                fields.entry.target = body.instance;
            if constexpr (requires { body.entity; })
                fields.entry.target = body.entity.text();
            if constexpr (requires { body.entities; })
                fields.entry.target = joined(body.entities);
        },
        happened);
    return std::move(fields.entry);
}

std::optional<scope_end> end_of_scope(const event& happened) {
    return std::visit(
        [](const auto& body) -> std::optional<scope_end> {
            if constexpr (requires { body.trace; })
                return scope_end{body.task_id, body.trace};
            else
                return std::nullopt;
        },
        happened);
}

std::vector<std::string> route_of(const transaction_requested& asked) {
    std::vector<std::string> route = asked.entities;
    std::sort(route.begin(), route.end());
    route.erase(std::unique(route.begin(), route.end()), route.end());
    return route;
}

void collect_blobs(const payload& value, std::vector<blob>& into) {
    into.insert(into.end(), value.blobs.begin(), value.blobs.end());
    if (value.external)
        into.push_back(*value.external);
}

void collect_blobs(const event& value, std::vector<blob>& into) {
    for_each_payload(value, [&](const payload& each) { collect_blobs(each, into); });
}

} // namespace perdure::history
