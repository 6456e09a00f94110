// SPDX-License-Identifier: Apache-2.0
#include "activities/load_inputs.hpp"

#include <perdure/inpaint/validate.hpp>

namespace erasing {

void add_load_inputs(perdure::registry& functions, const decoded_pointer& decoded) {
    functions.add(load_picture, [decoded](perdure::activity_context& ctx, std::string hash) {
        const loaded_picture loaded{hash, decoded->picture(ctx, hash).seen.size};
        pixels::validate_picture(loaded.size);
        return loaded;
    });
    functions.add(load_markup, [decoded](perdure::activity_context& ctx, std::string hash) {
        return loaded_picture{hash, decoded->markup(ctx, hash)->size};
    });
}

} // namespace erasing
