// SPDX-License-Identifier: Apache-2.0
#include "activities/measure_energy.hpp"

#include <perdure/inpaint/steps.hpp>

namespace erasing {

void add_measure_energy(perdure::registry& functions, const decoded_pointer& decoded) {
    functions.add(measure_energy, [decoded](perdure::activity_context& ctx, energy_request asked) {
        const auto finest = decoded->level(ctx, asked.finest);
        const auto matches = decoded->field(ctx, asked.matches);
        return pixels::energy(*finest, *matches, *decoded->colours(ctx, asked.colours));
    });
}

} // namespace erasing
