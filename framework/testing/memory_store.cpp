// SPDX-License-Identifier: Apache-2.0
#include "testing/memory_store.hpp"

#include <perdure/error.hpp>

#include <algorithm>

namespace perdure::testing {

using perdure::store::change;

std::optional<std::string> memory_store::get(table where, std::string_view key) {
    const auto found = rows(where).find(key);
    if (found == rows(where).end())
        return std::nullopt;
    return found->second;
}

void memory_store::scan(table where, std::string_view prefix, std::string_view from,
                        const std::function<bool(std::string_view, std::string_view)>& visit) {
    if (on_scan)
        on_scan(where);
    for (auto row = rows(where).lower_bound(std::max(prefix, from));
         row != rows(where).end() && row->first.starts_with(prefix); ++row)
        if (!visit(row->first, row->second))
            return;
}

void memory_store::write(const std::vector<change>& changes, bool sync) {
    const outcome wanted = on_write ? on_write() : outcome::done;
    if (wanted == outcome::refused)
        throw error(errc::storage, "the simulated disk refused the write");
    batch undo;
    for (const change& each : changes) {
        undo.push_back({each.where, each.key, get(each.where, each.key)});
        apply(each);
    }
    std::reverse(undo.begin(), undo.end());
    undo_.push_back(std::move(undo));
    ++writes_;
    if (wanted == outcome::done_but_reported_failed)
        throw error(errc::storage, "the simulated disk failed after the write");
    if (sync)
        undo_.clear();
}

void memory_store::power_cut(std::size_t batches) {
    for (; batches > 0 && !undo_.empty(); --batches) {
        for (const change& each : undo_.back())
            apply(each);
        undo_.pop_back();
    }
    undo_.clear();
}

void memory_store::apply(const change& wanted) {
    if (wanted.value)
        rows(wanted.where).insert_or_assign(wanted.key, *wanted.value);
    else
        rows(wanted.where).erase(wanted.key);
}

std::unique_ptr<store::store> borrowed(store::store& rows) {
    class view final : public store::store {
      public:
        explicit view(store& lent) : lent_(&lent) {}

        std::optional<std::string> get(perdure::store::table where, std::string_view key) override {
            return lent_->get(where, key);
        }
        void scan(perdure::store::table where, std::string_view prefix, std::string_view from,
                  const std::function<bool(std::string_view, std::string_view)>& visit) override {
            lent_->scan(where, prefix, from, visit);
        }
        void write(const std::vector<change>& changes, bool sync) override {
            lent_->write(changes, sync);
        }

      private:
        store* lent_;
    };
    return std::make_unique<view>(rows);
}

} // namespace perdure::testing
