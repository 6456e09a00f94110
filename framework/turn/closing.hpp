// SPDX-License-Identifier: Apache-2.0
// What becomes of everything that an execution has open when it ends, whoever ends it: its code, or
// somebody from outside. A function of what is open, so that it can be told from a history too.
#pragma once

#include "history/event.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace perdure::turn {

/// What is asked for and has no outcome yet, by task id.
using open_requests = std::map<std::uint32_t, history::event>;

/// What to decide about what an ending execution leaves open.
std::vector<history::event> closings(const open_requests& open);

/// The same for an execution whose code has returned: its children end with it.
std::vector<history::event> farewells(const open_requests& open);

/// What to decide when an execution is terminated. Runs no code.
std::vector<history::event> termination(const open_requests& open,
                                        const history::execution_terminated& why);

/// The instances of the children that are open.
std::vector<std::string> open_children(const open_requests& open);

} // namespace perdure::turn
