// SPDX-License-Identifier: Apache-2.0
#include "check/rows_check.hpp"
#include "store/lock.hpp"
#include "store/rocks_store.hpp"

#include <perdure/error.hpp>

#include <algorithm>

namespace perdure {
namespace {

namespace fs = std::filesystem;

/// What is wrong with the database as a whole comes first.
check_report with_problems(check_report report, std::vector<check_problem> first,
                           std::size_t problems_max) {
    report.problem_count += first.size();
    report.problems.insert(report.problems.begin(), std::make_move_iterator(first.begin()),
                           std::make_move_iterator(first.end()));
    report.problems.resize(std::min(report.problems.size(), problems_max));
    return report;
}

check_report check_database(const fs::path& database, const registry* functions,
                            check_options options) {
    std::vector<check_problem> problems;
    try {
        if (store::is_unfinished(database))
            return {};
        const auto opened = store::read_rocks_store(database);
        for (const std::string& each : opened.unknown_tables)
            problems.push_back({each, {}, "this version knows no such table"});
        for (const std::string& each : opened.damaged_files)
            problems.push_back({"files", {}, each});
        return with_problems(check::check_rows(*opened.rows, functions, options),
                             std::move(problems), options.problems_max);
    } catch (const error& refused) {
        problems.push_back({"files", {}, refused.what()});
        return with_problems({}, std::move(problems), options.problems_max);
    }
}

check_report check_directory(const fs::path& directory, const registry* functions,
                             check_options options) {
    try {
        const fs::path database = directory / "store";
        if (!fs::is_directory(database))
            throw error(errc::hub_format, "there is no task hub in " + directory.string() +
                                              "; name the directory that it is opened with");
        const store::reading_lock lock(directory);
        return check_database(database, functions, options);
    } catch (const fs::filesystem_error& refused) {
        throw error(errc::storage, refused.what());
    }
}

} // namespace

check_report check_hub(const fs::path& directory, check_options options) {
    return check_directory(directory, nullptr, options);
}

check_report check_hub(const fs::path& directory, const registry& functions,
                       check_options options) {
    return check_directory(directory, &functions, options);
}

} // namespace perdure
