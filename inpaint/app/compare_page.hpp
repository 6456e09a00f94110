// SPDX-License-Identifier: Apache-2.0
// One HTML file that shows both methods side by side. Everything is in it: it needs no network and
// no other file.
#pragma once

#include <perdure/inpaint/image.hpp>

#include <cstdint>
#include <string>

namespace erase_app {

struct compared_method {
    perdure::inpaint::image picture;
    double seconds = 0;
    std::uint64_t energy = 0; ///< In thousandths, by inpaint::coherence() for both.
    std::string how; ///< A few words: "5 levels, 61 iterations".
};

struct comparison {
    std::string name; ///< Of the photo, any characters.
    perdure::inpaint::image original;
    perdure::inpaint::mask markup;
    compared_method carved;
    compared_method filled;
};

std::string compare_page(const comparison& shown);

} // namespace erase_app
