// SPDX-License-Identifier: Apache-2.0
#include "tool/check_command.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>

namespace perdure::tool {
namespace {

std::string size_text(std::uint64_t bytes) {
    static constexpr std::array units{"bytes", "KiB", "MiB", "GiB", "TiB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; size >= 1024 && unit + 1 < units.size(); ++unit)
        size /= 1024;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", size, units[unit]);
    return text.data();
}

std::string instances_text(const check_report& found) {
    std::uint64_t total = 0;
    std::string parts;
    for (const auto& [status, count] : found.instances) {
        total += count;
        parts += (parts.empty() ? ": " : ", ") + std::to_string(count) + " " + to_string(status);
    }
    return std::to_string(total) + parts;
}

} // namespace

std::string text_report(const std::filesystem::path& directory, const check_report& found) {
    std::string text;
    for (const check_problem& each : found.problems)
        text += each.table + (each.key.empty() ? "" : " " + each.key) + ": " + each.what + "\n";
    if (const auto hidden = found.problem_count - found.problems.size(); hidden != 0)
        text += "and " + std::to_string(hidden) + " more\n";
    const auto line = [&](const char* name, const std::string& value) {
        std::string label = std::string("  ") + name;
        label.resize(13, ' ');
        text += label + value + "\n";
    };
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    text += directory.string() + ": " +
            (found.is_sound() ? "sound"
                              : number(found.problem_count) +
                                    (found.problem_count == 1 ? " problem" : " problems")) +
            "\n";
    line("instances", instances_text(found));
    line("histories", number(found.steps) + " steps, " + number(found.events) + " events");
    line("entities", number(found.entities));
    line("messages", number(found.messages) + " on their way");
    line("timers", number(found.timers) + " open");
    line("active", number(found.active));
    line("blobs", number(found.blobs) + ", " + size_text(found.blob_bytes));
    line("rows", number(found.rows) + ", " + size_text(found.bytes));
    return text;
}

std::string json_report(const std::filesystem::path& directory, const check_report& found) {
    auto problems = nlohmann::json::array();
    for (const check_problem& each : found.problems)
        problems.push_back({{"table", each.table}, {"key", each.key}, {"what", each.what}});
    auto instances = nlohmann::json::object();
    for (const auto& [status, count] : found.instances)
        instances[to_string(status)] = count;
    const nlohmann::json report = {
        {"directory", directory.string()},
        {"sound", found.is_sound()},
        {"problem_count", found.problem_count},
        {"problems", std::move(problems)},
        {"instances", std::move(instances)},
        {"steps", found.steps},
        {"events", found.events},
        {"entities", found.entities},
        {"messages", found.messages},
        {"timers", found.timers},
        {"active", found.active},
        {"blobs", found.blobs},
        {"blob_bytes", found.blob_bytes},
        {"rows", found.rows},
        {"bytes", found.bytes},
    };
    // Ids may hold any bytes; JSON is UTF-8.
    return report.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

} // namespace perdure::tool
