// SPDX-License-Identifier: Apache-2.0
// WebP files: any bytes are a picture within the limits or are refused. The size that the container
// states is made right, too: otherwise hardly a changed input gets as far as the decoder.
#include "picture.hpp"

#include <string>

namespace {

std::string with_right_size(std::string_view file) {
    std::string right(file);
    if (file.size() < 12)
        return right;
    for (std::size_t i = 0; i < 4; ++i)
        right[4 + i] = static_cast<char>(((file.size() - 8) >> (8 * i)) & 0xff);
    return right;
}

} // namespace

void fuzz::test(std::string_view bytes) {
    check_picture(bytes);
    check_picture(with_right_size(bytes));
}
