// SPDX-License-Identifier: Apache-2.0
#include "store/rocks_error.hpp"

#include <string_view>

namespace perdure::store {
namespace {

/// RocksDB also calls it corruption when a file is there and the system will not let it be looked
/// at. A file that is not there is damage.
bool is_damage(const rocksdb::Status& status, std::string_view said) {
    return status.IsCorruption() && (said.find("IO error") == said.npos ||
                                     said.find("No such file or directory") != said.npos);
}

const char* advice(const rocksdb::Status& status, std::string_view said) {
    if (status.IsNoSpace() || said.find("No space left on device") != said.npos)
        return "; free some space and open the task hub again";
    if (said.find("Too many open files") != said.npos)
        return "; raise the limit of open files (ulimit -n) and open the task hub again";
    return "";
}

} // namespace

void refuse(const std::string& tried, const rocksdb::Status& status) {
    const std::string said = status.ToString();
    throw error(is_damage(status, said) ? errc::damaged : errc::storage,
                tried + ": " + said + advice(status, said));
}

void require(const rocksdb::Status& status, const char* tried) {
    if (!status.ok())
        refuse(tried, status);
}

} // namespace perdure::store
