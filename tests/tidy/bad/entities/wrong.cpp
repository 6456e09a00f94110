// SPDX-License-Identifier: Apache-2.0
//
// Planted violations; never compiled.
#include "base/clock.hpp"
#include "../counter.hpp"

// FIXME
constexpr const char* long_line = "a line that goes on, and on, and on, until it is far too long to read";
