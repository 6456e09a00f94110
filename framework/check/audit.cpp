// SPDX-License-Identifier: Apache-2.0
#include "check/audit.hpp"

#include "store/printable.hpp"

namespace perdure::check {

using store::table;

namespace {

/// RocksDB insists on a name of its own for our metadata.
const char* label(table where) {
    return where == table::meta ? "meta" : store::name_of(where);
}

} // namespace

void audit::add(table where, std::string_view key, std::string what) {
    ++report.problem_count;
    if (report.problems.size() < options.problems_max)
        report.problems.push_back(
            {label(where), store::printable(where, key), store::escaped(what)});
}

void audit::saw(timestamp time, std::string_view whose) {
    if (time <= latest)
        return;
    latest = time;
    latest_of = whose;
}

} // namespace perdure::check
