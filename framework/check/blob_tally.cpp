// SPDX-License-Identifier: Apache-2.0
#include "check/blob_tally.hpp"

#include "base/hash.hpp"
#include "check/cursor.hpp"
#include "store/keys.hpp"
#include "store/rows.hpp"

#include <cstring>
#include <optional>

namespace perdure::check {

using store::table;

namespace {

std::optional<blob> name_in(std::string_view key) {
    blob name;
    if (key.size() != name.hash.size())
        return std::nullopt;
    std::memcpy(name.hash.data(), key.data(), key.size());
    return name;
}

std::optional<std::uint64_t> count_in(std::string_view value) {
    try {
        return store::decode_count(value);
    } catch (const error&) {
        return std::nullopt;
    }
}

} // namespace

void blob_tally::add(const payload& value) {
    std::vector<blob> names;
    history::collect_blobs(value, names);
    add(names);
}

void blob_tally::add(const history::event& value) {
    std::vector<blob> names;
    history::collect_blobs(value, names);
    add(names);
}

void blob_tally::add(const std::vector<blob>& names) {
    for (const blob& each : names)
        ++blobs_[each].references;
}

void blob_tally::compare(audit& of) {
    read_counts(of);
    read_blobs(of);
    for (const auto& [name, known] : blobs_)
        compare(of, name, known);
}

void blob_tally::read_counts(audit& of) {
    for (cursor row(of, table::blob_counts); !row.is_at_end(); row.next()) {
        const auto name = name_in(row->key);
        if (!name) {
            of.add(table::blob_counts, row->key, "the key is not a content hash");
            continue;
        }
        const auto count = count_in(row->value);
        if (!count)
            of.add(table::blob_counts, row->key, "'" + row->value + "' is not a count");
        blobs_[*name].counted = count.value_or(0);
        blobs_[*name].is_unreadable = !count;
    }
}

void blob_tally::read_blobs(audit& of) {
    for (cursor row(of, table::blobs); !row.is_at_end(); row.next()) {
        const auto name = name_in(row->key);
        if (!name) {
            of.add(table::blobs, row->key, "the key is not a content hash");
            continue;
        }
        if (base::content_hash(row->value) != *name)
            of.add(table::blobs, row->key, "its bytes do not have this content hash");
        blobs_[*name].has_bytes = true;
        ++of.report.blobs;
        of.report.blob_bytes += row->value.size();
    }
}

void blob_tally::compare(audit& of, const blob& name, const facts& known) const {
    const std::string_view key = store::blob_key(name);
    const auto references =
        std::to_string(known.references) + (known.references == 1 ? " reference" : " references");
    const bool has_count = known.counted != 0 || known.is_unreadable;
    if (!has_count && known.references != 0 && !of.cut(table::blob_counts))
        of.add(table::blob_counts, key, "is missing: there are " + references);
    if (known.counted != 0 && known.counted != known.references &&
        !(is_doubtful_ && known.counted > known.references))
        of.add(table::blob_counts, key,
               "it counts " + std::to_string(known.counted) + ", there are " + references);
    if (has_count && !known.has_bytes && !of.cut(table::blobs))
        of.add(table::blobs, key, "is missing: there are " + references);
    if (!has_count && known.references == 0 && !of.cut(table::blob_counts))
        of.add(table::blobs, key, "nothing refers to it");
}

} // namespace perdure::check
