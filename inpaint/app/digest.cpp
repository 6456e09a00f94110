// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <new>

namespace erase_app {

std::string sha256(std::string_view bytes) {
    std::array<unsigned char, 32> hash{};
    if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::bad_alloc();
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : hash) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

} // namespace erase_app
