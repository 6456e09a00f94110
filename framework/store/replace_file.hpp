// SPDX-License-Identifier: Apache-2.0
// Replaces a small file as a whole: a power cut leaves the old one or the new one.
#pragma once

#include <string>

namespace rocksdb {
class Env;
}

namespace perdure::store {

/// The file `name` in `directory` has these bytes, durably, on return. Throws error (storage).
void replace_file(rocksdb::Env& env, const std::string& directory, const std::string& name,
                  const std::string& bytes);

} // namespace perdure::store
