// SPDX-License-Identifier: Apache-2.0
// What the figures were measured on, and with what.
#pragma once

#include "bench/plan.hpp"

namespace perdure::bench {

/// Processor, memory, kernel, file system of `directory` and how long it takes to sync there, and
/// how busy the machine is with other things.
figures machine_facts(const std::filesystem::path& directory);

/// Versions, compiler, and how it was told to compile.
figures build_facts();

} // namespace perdure::bench
