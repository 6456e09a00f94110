// SPDX-License-Identifier: Apache-2.0
// Checking whole hubs in directories: sound ones, damaged ones, and what is none.
#include "base/hash.hpp"
#include "catch.hpp"
#include "engine/hub.hpp"
#include "store/keys.hpp"
#include "store/lock.hpp"
#include "store/rocks_store.hpp"
#include "store/watermark.hpp"
#include "tests/framework/check/town.hpp"
#include "tests/framework/outside.hpp"

#include <perdure/check.hpp>

#include <rocksdb/db.h>

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <map>

using namespace perdure;
namespace fs = std::filesystem;

namespace {

hub_options town_options() {
    hub_options options;
    options.name = "Town";
    options.inline_payload_max = 1000;
    options.durable = durability::process;
    return options;
}

/// Runs a town until it has painted, and closes the hub with all else under way.
void live(const fs::path& home) {
    auto hub = task_hub::open(home, town::functions(), town_options());
    town::populate(hub.client());
    hub.client().wait(town::painter, "painter", std::chrono::seconds(60));
}

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Every file with its time and its bytes.
std::map<fs::path, std::string> picture_of(const fs::path& home) {
    std::map<fs::path, std::string> all;
    for (const auto& each : fs::recursive_directory_iterator(home)) {
        const auto time = each.last_write_time().time_since_epoch().count();
        all[each.path()] =
            std::to_string(time) + (each.is_regular_file() ? read(each.path()) : std::string());
    }
    return all;
}

std::vector<fs::path> files_of(const fs::path& home, std::string_view part) {
    std::vector<fs::path> found;
    for (const auto& each : fs::directory_iterator(home / "store"))
        if (each.path().filename().string().find(part) != std::string::npos)
            found.push_back(each.path());
    return found;
}

void flip_in_the_middle(const fs::path& path) {
    std::string bytes = read(path);
    bytes[bytes.size() / 2] ^= 1;
    std::ofstream(path, std::ios::binary) << bytes;
}

std::string text_of(const check_report& report) {
    std::string text;
    for (const auto& each : report.problems)
        text += each.table + ": " + each.key + ": " + each.what + "\n";
    return text;
}

template <class Call>
errc errc_of(Call call) {
    try {
        call();
    } catch (const error& refused) {
        return refused.code();
    }
    throw std::logic_error("nothing was thrown");
}

/// Root may write everything, so what must not be written is shown to somebody else.
class unprivileged {
  public:
    unprivileged() { REQUIRE((before_ != 0 || ::seteuid(65534) == 0)); }
    ~unprivileged() { CHECK(::seteuid(before_) == 0); }

  private:
    uid_t before_ = ::geteuid();
};

} // namespace

TEST_CASE("a closed hub is sound, and checking it writes nothing") {
    tests::temporary_directory home;
    live(home.path());
    const auto before = picture_of(home.path());

    const check_report seen = check_hub(home.path(), town::functions());

    CHECK(text_of(seen) == "");
    CHECK(seen.instances.at(runtime_status::running) > 3);
    CHECK(seen.instances.at(runtime_status::completed) >= 1);
    CHECK(seen.replayed > 4);
    CHECK(seen.timers > 3);
    CHECK(seen.blobs == 2);
    CHECK(picture_of(home.path()) == before);
}

TEST_CASE("a hub that died with work under way is sound") {
    tests::temporary_directory home;
    {
        const auto hub = engine::hub::open(home.path(), town::functions(), town_options(), {});
        town::populate(client(*hub));
        hub->kill();
    }

    CHECK(text_of(check_hub(home.path(), town::functions())) == "");
}

TEST_CASE("a hub whose rows are in files is sound too") {
    tests::temporary_directory home;
    live(home.path());
    task_hub::open(home.path(), town::functions(), town_options()).close();
    REQUIRE(files_of(home.path(), ".sst").size() > 3);

    CHECK(text_of(check_hub(home.path())) == "");
}

TEST_CASE("a hub in a read-only directory can be checked, and says why it can't be opened") {
    tests::temporary_directory home;
    live(home.path());
    for (const auto& each : fs::recursive_directory_iterator(home.path()))
        fs::permissions(each.path(), each.is_directory() ? fs::perms(0555) : fs::perms(0444));
    fs::permissions(home.path(), fs::perms(0555));
    {
        const unprivileged reader;
        REQUIRE_FALSE(std::ofstream(home.path() / "new").is_open());

        CHECK(text_of(check_hub(home.path())) == "");
        const auto open = [&] { task_hub::open(home.path(), town::functions(), town_options()); };
        CHECK(errc_of(open) == errc::read_only);
        CHECK_THROWS_WITH(open(), Catch::Contains("HOLDER") && Catch::Contains("perdure check"));
    }
    fs::permissions(home.path(), fs::perms(0755));
    fs::permissions(home.path() / "store", fs::perms(0755));
}

TEST_CASE("an open hub is not checked, and says who has it") {
    tests::temporary_directory home;
    const auto hub = task_hub::open(home.path(), town::functions(), town_options());

    CHECK(errc_of([&] { check_hub(home.path()); }) == errc::hub_locked);
    CHECK_THROWS_WITH(check_hub(home.path()),
                      Catch::Contains("process " + std::to_string(::getpid())));
}

TEST_CASE("readers share a hub and keep openers out") {
    tests::temporary_directory home;
    { const store::reading_lock none(home.path()); }
    CHECK(fs::is_empty(home.path()));
    { const store::directory_lock opener(home.path()); }

    const store::reading_lock first(home.path()), second(home.path());

    CHECK(errc_of([&] { store::directory_lock opener(home.path()); }) == errc::hub_locked);
    CHECK_THROWS_WITH(store::directory_lock(home.path()), Catch::Contains("another process"));
}

TEST_CASE("a directory without a hub is refused") {
    tests::temporary_directory home;
    CHECK(errc_of([&] { check_hub(home.path()); }) == errc::hub_format);
    CHECK(errc_of([&] { check_hub(home.path() / "nowhere"); }) == errc::hub_format);
    CHECK(fs::is_empty(home.path()));
}

TEST_CASE("a hub whose making was cut short is sound and empty") {
    tests::temporary_directory home;
    fs::create_directories(home.path() / "store");
    CHECK(check_hub(home.path()).is_sound());

    // First comes a watermark, then RocksDB makes its own database, then our tables in it.
    const std::string directory = (home.path() / "store").string();
    store::replace_watermark(*rocksdb::Env::Default(), directory, {});
    CHECK(check_hub(home.path()).is_sound());
    std::ofstream(home.path() / "store" / "000004.log").close();
    CHECK(check_hub(home.path()).is_sound());
    fs::remove(home.path() / "store" / "000004.log");
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* database = nullptr;
    REQUIRE(rocksdb::DB::Open(options, directory, &database).ok());
    delete database;
    const check_report seen = check_hub(home.path());
    CHECK(text_of(seen) == "");
    CHECK(seen.rows == 0);
}

TEST_CASE("acknowledged changes that are missing are found, with both numbers") {
    tests::temporary_directory home;
    live(home.path());
    for (const auto& each : fs::directory_iterator(home.path() / "store"))
        if (each.path().filename() != "WATERMARK")
            fs::remove_all(each.path());

    CHECK_THAT(text_of(check_hub(home.path())), Catch::Contains("CURRENT"));

    fs::remove(home.path() / "store" / "WATERMARK");
    CHECK(check_hub(home.path()).is_sound());
}

TEST_CASE("a log that is damaged, and a watermark that is, are found") {
    tests::temporary_directory home;
    live(home.path());
    const auto logs = files_of(home.path(), ".log");
    REQUIRE_FALSE(logs.empty());
    for (const fs::path& each : logs)
        if (fs::file_size(each) > 0) {
            flip_in_the_middle(each);
            CHECK_THAT(text_of(check_hub(home.path())),
                       Catch::Contains("ends at change") && Catch::Contains("changes up to"));
            flip_in_the_middle(each);
            CHECK(check_hub(home.path()).is_sound());
        }
    fs::remove(home.path() / "store" / "WATERMARK");
    CHECK_THAT(text_of(check_hub(home.path())), Catch::Contains("WATERMARK is missing"));
}

TEST_CASE("a broken row of a hub is found") {
    tests::temporary_directory home;
    live(home.path());
    store::open_rocks_store(home.path() / "store")
        ->write({{store::table::active, "nobody", ""}}, true);

    const check_report seen = check_hub(home.path());

    CHECK(seen.problems ==
          std::vector<check_problem>{{"active", "nobody", "there is no such instance"}});
}

TEST_CASE("a table that is not ours is found") {
    tests::temporary_directory home;
    live(home.path());
    std::vector<std::string> names;
    const std::string directory = (home.path() / "store").string();
    REQUIRE(rocksdb::DB::ListColumnFamilies({}, directory, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> tables;
    for (const auto& each : names)
        tables.emplace_back(each, rocksdb::ColumnFamilyOptions());
    tables.emplace_back("strange", rocksdb::ColumnFamilyOptions());
    rocksdb::DBOptions options;
    options.create_missing_column_families = true;
    rocksdb::DB* database = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    REQUIRE(rocksdb::DB::Open(options, directory, tables, &handles, &database).ok());
    for (auto* each : handles)
        database->DestroyColumnFamilyHandle(each);
    delete database;

    const check_report seen = check_hub(home.path());

    CHECK(seen.problems ==
          std::vector<check_problem>{{"strange", "", "this version knows no such table"}});
}

TEST_CASE("a damaged file is found, wherever it is damaged") {
    tests::temporary_directory home;
    live(home.path());
    task_hub::open(home.path(), town::functions(), town_options()).close();
    for (const std::string part : {".sst", ".blob", "MANIFEST", "CURRENT"}) {
        const auto files = files_of(home.path(), part);
        REQUIRE_FALSE(files.empty());
        for (const fs::path& each : files) {
            const std::string sound = read(each);
            flip_in_the_middle(each);
            INFO(each);

            CHECK_FALSE(check_hub(home.path()).is_sound());

            fs::remove(each);
            CHECK_FALSE(check_hub(home.path()).is_sound());

            std::ofstream(each, std::ios::binary) << sound;
            CHECK(check_hub(home.path()).is_sound());
        }
    }
}
