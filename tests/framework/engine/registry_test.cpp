// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <perdure/perdure.hpp>

using namespace perdure;

TEST_CASE("a registry refuses a name that is taken") {
    static constexpr activity<int(int)> twice{"twice"};
    registry functions;
    functions.add(twice, [](int n) { return 2 * n; });

    CHECK_THROWS_WITH(functions.add(twice, [](int n) { return n; }),
                      Catch::Matchers::Contains("activity 'twice' is already registered"));
}
