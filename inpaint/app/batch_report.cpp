// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/batch_report.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace erase_app {
namespace {

using state_type = batch_result::state_type;

const char* word_of(state_type state) {
    switch (state) {
    case state_type::erased:
        return "erased";
    case state_type::failed:
        return "failed";
    default:
        return "skipped";
    }
}

nlohmann::ordered_json json_of(const batch_result& result) {
    nlohmann::ordered_json out;
    out["photo"] = result.photo;
    out["result"] = word_of(result.state);
    if (result.state != state_type::erased) {
        out["problem"] = result.problem;
        return out;
    }
    out["seconds"] = result.seconds;
    out["energy"] = static_cast<double>(result.energy) / 1000;
    out["levels"] = result.level_count;
    out["iterations"] = result.iteration_count;
    out["sha256"] = result.sha256;
    return out;
}

std::string details_of(const batch_result& result) {
    if (result.state != state_type::erased)
        return result.problem;
    char text[128];
    std::snprintf(text, sizeof text, "%7.2f s  energy %8.1f  %2d levels  %3d iterations",
                  result.seconds, static_cast<double>(result.energy) / 1000, result.level_count,
                  result.iteration_count);
    return text;
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

} // namespace

std::size_t batch_report::count(state_type state) const {
    return static_cast<std::size_t>(
        std::count_if(results.begin(), results.end(),
                      [&](const batch_result& each) { return each.state == state; }));
}

std::string json_of(const batch_report& report) {
    nlohmann::ordered_json out;
    out["pictures"] = nlohmann::ordered_json::array();
    for (const batch_result& each : report.results)
        out["pictures"].push_back(json_of(each));
    for (const auto state : {state_type::erased, state_type::failed, state_type::skipped})
        out[word_of(state)] = report.count(state);
    out["seconds"] = report.spent.seconds;
    out["instance"] = report.instance;
    out["activities"] = report.activity_count;
    out["bytes_committed"] = report.committed_bytes;
    out["cost"] = json_of(report.spent);
    // A name in a folder may be any bytes.
    return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string table_of(const batch_report& report) {
    std::size_t width = 0;
    for (const batch_result& each : report.results)
        width = std::max(width, each.photo.size());
    std::string table;
    for (const batch_result& each : report.results)
        table += padded(each.photo, width + 2) + padded(word_of(each.state), 9) + details_of(each) +
                 "\n";
    char last[128];
    std::snprintf(last, sizeof last, "%zu erased, %zu failed, %zu skipped in %.2f s\n",
                  report.count(state_type::erased), report.count(state_type::failed),
                  report.count(state_type::skipped), report.spent.seconds);
    return table + last;
}

std::string line_of(const batch_result& result) {
    return result.photo + ": " + word_of(result.state) +
           (result.problem.empty() ? std::string() : ", " + result.problem);
}

} // namespace erase_app
