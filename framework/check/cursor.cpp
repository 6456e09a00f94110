// SPDX-License-Identifier: Apache-2.0
#include "check/cursor.hpp"

#include <perdure/error.hpp>

namespace perdure::check {
namespace {

constexpr std::size_t page_rows = 1024;
constexpr std::size_t page_bytes = std::size_t{1} << 20;

} // namespace

void cursor::next() {
    page_.pop_front();
    if (page_.empty() && !has_all_)
        fill();
}

void cursor::fill() {
    std::size_t bytes = 0;
    has_all_ = true;
    try {
        of_->rows->scan(where_, {}, from_, [&](std::string_view key, std::string_view value) {
            page_.push_back({std::string(key), std::string(value)});
            bytes += key.size() + value.size();
            has_all_ = bytes < page_bytes && page_.size() < page_rows;
            return has_all_;
        });
    } catch (const error& damaged) {
        has_all_ = true;
        of_->blobs.doubt();
        of_->is_cut[static_cast<std::size_t>(where_)] = true;
        of_->add(where_, page_.empty() ? from_ : page_.back().key,
                 std::string("no row after this one can be read: ") + damaged.what());
    }
    if (!page_.empty())
        from_ = page_.back().key + '\0';
    of_->report.rows += page_.size();
    of_->report.bytes += bytes;
}

} // namespace perdure::check
