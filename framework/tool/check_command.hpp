// SPDX-License-Identifier: Apache-2.0
// `perdure check`: prints what a check of a task hub has found.
#pragma once

#include <perdure/check.hpp>

#include <filesystem>
#include <string>

namespace perdure::tool {

/// For people: problems first, then what is there. Ends with a line end.
std::string text_report(const std::filesystem::path& directory, const check_report& found);

/// For programs: one JSON object on one line.
std::string json_report(const std::filesystem::path& directory, const check_report& found);

} // namespace perdure::tool
