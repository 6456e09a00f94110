// SPDX-License-Identifier: Apache-2.0
// What a client asks about many instances at once, and what it gets.
#pragma once

#include <perdure/status.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace perdure {

/// Which instances are meant: those that everything given here is true of.
struct instance_filter {
    std::string name = {}; ///< Of their function; empty: any.
    std::vector<runtime_status> statuses = {}; ///< One of them; empty: any.
    std::optional<timestamp> created_from = {}; ///< Not before this.
    std::optional<timestamp> created_to = {}; ///< Not after this.
    std::string id_prefix =
        {}; ///< What their ids start with. The only one that saves reading rows.
};

/// How many instances a page holds at most.
inline constexpr std::size_t page_size_max = 1000;

struct query_options {
    instance_filter filter = {};
    std::size_t page_size = 100; ///< 1 to page_size_max.
    /// Of the page before, whose query had the same filter; empty: the first page.
    std::string token = {};
    bool with_input = false; ///< Otherwise inputs are left out,
    bool with_output = false; ///< and outputs and custom statuses.
};

/// Instances in the order of their ids. One that was there before the first page was asked for, and
/// still is after the last, is on exactly one page; what comes and goes meanwhile is on one or
/// none.
struct instance_page {
    std::vector<instance_status> items;
    /// For the next page; empty: there is none. A page may hold fewer than asked for, or nothing,
    /// and have a next one: a page ends after it has looked at a hundred thousand instances.
    std::string token;
};

} // namespace perdure
