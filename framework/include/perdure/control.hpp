// SPDX-License-Identifier: Apache-2.0
// How a client steers instances: what the verbs of control take and give.
#pragma once

#include <cstdint>

namespace perdure {

struct terminate_options {
    /// Also ends the children that are still running, and theirs: whoever they would have told is
    /// gone. (The Go and Python clients of Durable Task do so as well; the one for .NET has to be
    /// asked.) Otherwise they run on, and nobody hears of their results.
    bool recursive = true;
};

struct purge_options {
    /// Also purges the children that have ended, and theirs. Otherwise they stay.
    bool recursive = true;
};

struct purge_result {
    std::uint64_t deleted = 0; ///< Instances, with their children.
};

struct restart_options {
    /// Begins a copy under a new random id, and leaves the instance alone, whatever it is doing.
    bool with_new_id = false;
};

} // namespace perdure
