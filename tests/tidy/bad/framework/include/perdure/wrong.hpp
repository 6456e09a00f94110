// SPDX-License-Identifier: Apache-2.0
//
// Planted violations; never compiled.
#include <caf/all.hpp>
#include <unistd.h>
