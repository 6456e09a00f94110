// SPDX-License-Identifier: Apache-2.0
#include "activities/fold.hpp"

namespace patterns {

void register_fold(perdure::registry& functions) {
    functions.add(append_digit, [](int number, int digit) { return number * 10 + digit; });
}

} // namespace patterns
