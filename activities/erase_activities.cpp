// SPDX-License-Identifier: Apache-2.0
#include "activities/erase_activities.hpp"

#include "activities/build_pyramid.hpp"
#include "activities/finish_picture.hpp"
#include "activities/refine_field.hpp"
#include "activities/start_field.hpp"

#include <utility>

namespace erasing {

void add_erase_activities(perdure::registry& functions, input_files files, int threads) {
    add_load_inputs(functions, std::move(files));
    add_build_pyramid(functions);
    add_start_field(functions);
    add_refine_field(functions, threads);
    add_finish_picture(functions);
}

} // namespace erasing
