// SPDX-License-Identifier: Apache-2.0
#include "base/hash.hpp"

#include <openssl/evp.h>

namespace perdure::base {

blob content_hash(std::string_view data) {
    blob name;
    unsigned int size = 0;
    if (EVP_Digest(data.data(), data.size(), name.hash.data(), &size, EVP_sha256(), nullptr) != 1 ||
        size != name.hash.size())
        throw error(errc::storage, "SHA-256 is not available from the crypto library");
    return name;
}

} // namespace perdure::base
