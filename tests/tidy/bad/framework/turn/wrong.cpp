// SPDX-License-Identifier: Apache-2.0
//
// Planted violations; never compiled.
#include "store/store.hpp"
#include "tests/catch.hpp"

#include <rocksdb/db.h>

auto now() { return std::chrono::steady_clock::now(); }
auto seed() { return std::random_device{}(); }
