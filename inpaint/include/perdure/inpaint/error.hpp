// SPDX-License-Identifier: Apache-2.0
// The one exception of the pixel library: a picture, a markup, a donor, a setting or stored bytes
// that cannot be used. what() is one sentence that names the thing and says what to do about it.
#pragma once

#include <stdexcept>
#include <string>

namespace perdure::inpaint {

class image_error : public std::runtime_error {
  public:
    explicit image_error(const std::string& sentence) : std::runtime_error(sentence) {}
};

} // namespace perdure::inpaint
