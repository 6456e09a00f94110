// SPDX-License-Identifier: Apache-2.0
// JPEG files: any bytes are a picture within the limits or are refused.
#include "picture.hpp"

void fuzz::test(std::string_view bytes) {
    check_picture(bytes);
}
