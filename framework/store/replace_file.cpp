// SPDX-License-Identifier: Apache-2.0
#include "store/replace_file.hpp"

#include "store/rocks_error.hpp"

#include <rocksdb/env.h>

#include <memory>

namespace perdure::store {

void replace_file(rocksdb::Env& env, const std::string& directory, const std::string& name,
                  const std::string& bytes) {
    const std::string path = directory + "/" + name;
    const std::string written = path + ".new";
    const auto require_done = [&path](const rocksdb::Status& status, const char* tried) {
        if (!status.ok())
            refuse(tried + path, status);
    };
    require_done(rocksdb::WriteStringToFile(&env, bytes, written, true), "writing ");
    require_done(env.RenameFile(written, path), "renaming ");
    std::unique_ptr<rocksdb::Directory> names;
    require_done(env.NewDirectory(directory, &names), "opening the directory of ");
    require_done(names->Fsync(), "syncing the directory of ");
}

} // namespace perdure::store
