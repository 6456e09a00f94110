// SPDX-License-Identifier: Apache-2.0
#include "activities/erase_activities.hpp"

#include "activities/finish_fill.hpp"
#include "activities/load_inputs.hpp"
#include "activities/plan_fill.hpp"
#include "activities/refine_field.hpp"
#include "activities/start_field.hpp"

#include <memory>
#include <utility>

namespace erasing {

void add_erase_activities(perdure::registry& functions, const decoded_pointer& decoded) {
    add_load_inputs(functions, decoded);
    add_plan_fill(functions, decoded);
    add_start_field(functions, decoded);
    add_refine_field(functions, decoded);
    add_finish_fill(functions, decoded);
}

void add_erase_activities(perdure::registry& functions, input_files files, int threads) {
    add_erase_activities(functions, std::make_shared<decoded_values>(std::move(files), threads));
}

} // namespace erasing
