// SPDX-License-Identifier: Apache-2.0
// A store's database opened behind its back, to do to its bytes what the store never would.
#pragma once

#include "store/store.hpp"

#include <rocksdb/db.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace perdure::tests {

class raw_database {
  public:
    raw_database(rocksdb::Env* env, const std::string& directory) {
        rocksdb::Options options;
        options.env = env;
        std::vector<std::string> names;
        require(rocksdb::DB::ListColumnFamilies(options, directory, &names));
        std::vector<rocksdb::ColumnFamilyDescriptor> families;
        for (const std::string& each : names)
            families.emplace_back(each, options);
        rocksdb::DB* opened = nullptr;
        require(rocksdb::DB::Open(options, directory, families, &tables_, &opened));
        db_.reset(opened);
    }
    ~raw_database() {
        for (auto* each : tables_)
            db_->DestroyColumnFamilyHandle(each);
    }
    raw_database(const raw_database&) = delete;
    raw_database& operator=(const raw_database&) = delete;

    /// The stored bytes: value and checksum.
    std::string get(store::table where, const std::string& key) {
        std::string stored;
        require(db_->Get({}, family(where), key, &stored));
        return stored;
    }
    void put(store::table where, const std::string& key, const std::string& stored) {
        rocksdb::WriteOptions options;
        options.sync = true;
        require(db_->Put(options, family(where), key, stored));
    }

  private:
    static void require(const rocksdb::Status& status) {
        if (!status.ok())
            throw std::runtime_error(status.ToString());
    }
    rocksdb::ColumnFamilyHandle* family(store::table where) const {
        for (auto* each : tables_)
            if (each->GetName() == store::name_of(where))
                return each;
        throw std::logic_error("no such table");
    }

    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> tables_;
};

} // namespace perdure::tests
