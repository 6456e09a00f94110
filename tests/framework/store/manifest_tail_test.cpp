// SPDX-License-Identifier: Apache-2.0
// Cutting the unreadable end off a manifest: real manifests of RocksDB, with and without damage.
#include "catch.hpp"
#include "store/manifest_tail.hpp"
#include "store/rocks_store.hpp"
#include "testing/sim_files.hpp"

#include <algorithm>

using namespace perdure;

namespace {

/// The manifest of a database that has been opened several times.
std::string some_manifest() {
    testing::sim_files files;
    for (int i = 0; i < 3; ++i) {
        const auto rows = store::open_rocks_store("/db", {.env = files.env()});
        rows->write({{store::table::meta, "row", std::to_string(i)}}, true);
    }
    std::string found;
    for (const auto& each : files.disk().files())
        if (each.path.find("MANIFEST") != std::string::npos)
            found = *files.disk().contents(each.path);
    return found;
}

/// Where its last record begins: cutting there is what cutting one byte more must lead to.
std::size_t begin_of_last_record(const std::string& manifest) {
    return *store::readable_prefix(std::string_view(manifest).substr(0, manifest.size() - 1));
}

} // namespace

TEST_CASE("a sound manifest is left alone") {
    const std::string manifest = some_manifest();
    REQUIRE(manifest.size() > 100);
    CHECK_FALSE(store::readable_prefix(manifest));
    CHECK_FALSE(store::readable_prefix({}));
}

TEST_CASE("garbage, zeros or half a record at the end are cut off") {
    const std::string manifest = some_manifest();
    for (const std::string& tail : {std::string(1, 'x'), std::string(300, '\0'),
                                    std::string("\x12\x34\x56\x78\x05\x00\x01garbage", 14),
                                    manifest.substr(0, 20), std::string(40'000, '\x01')})
        CHECK(store::readable_prefix(manifest + tail) == manifest.size());
    const std::size_t last = begin_of_last_record(manifest);
    for (std::size_t size = last + 1; size < manifest.size(); ++size)
        CHECK(store::readable_prefix(manifest.substr(0, size)) == last);
}

TEST_CASE("damage that readable records follow is never cut off") {
    std::string manifest = some_manifest();
    const std::size_t last = begin_of_last_record(manifest);
    for (std::size_t i = 0; i < last; ++i) {
        manifest[i] = static_cast<char>(manifest[i] ^ 0x10);
        CHECK_FALSE(store::readable_prefix(manifest));
        manifest[i] = static_cast<char>(manifest[i] ^ 0x10);
    }
}

TEST_CASE("a damaged last record is cut off, at its beginning") {
    std::string manifest = some_manifest();
    const std::size_t last = begin_of_last_record(manifest);
    for (std::size_t i = last; i < manifest.size(); ++i) {
        manifest[i] = static_cast<char>(manifest[i] ^ 0x10);
        CHECK(store::readable_prefix(manifest) == last);
        manifest[i] = static_cast<char>(manifest[i] ^ 0x10);
    }
}

TEST_CASE("a manifest without any readable record is not cut to nothing") {
    CHECK_FALSE(store::readable_prefix(std::string(1000, '\x01')));
    CHECK_FALSE(store::readable_prefix("no manifest at all"));
}
