// SPDX-License-Identifier: Apache-2.0
// What a story has led to, in a form in which runs can be compared.
#pragma once

#include "testing/computer.hpp"

#include <string>

namespace perdure::sim {

/// As text: instances with their results and the events of their histories (sorted), entities,
/// counts of blobs, and whatever is still outstanding. Without times, the division into steps and
/// generated ids, which may differ from run to run.
std::string final_state(testing::computer& machine);

/// The first line in which two texts differ, from both.
std::string first_difference(const std::string& expected, const std::string& found);

} // namespace perdure::sim
