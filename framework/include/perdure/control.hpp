// SPDX-License-Identifier: Apache-2.0
// How a client steers instances: what the verbs of control take and give.
#pragma once

namespace perdure {

struct terminate_options {
    /// Also ends the children that are still running, and theirs: whoever they would have told is
    /// gone. (The Go and Python clients of Durable Task do so as well; the one for .NET has to be
    /// asked.) Otherwise they run on, and nobody hears of their results.
    bool recursive = true;
};

} // namespace perdure
