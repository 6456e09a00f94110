// SPDX-License-Identifier: Apache-2.0
#include "sim/final_state.hpp"

#include "base/random.hpp"
#include "history/codec.hpp"
#include "history/entity_events.hpp"
#include "store/keys.hpp"
#include "store/rows.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

namespace perdure::sim {
namespace {

constexpr std::string_view uuid_form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

bool is_uuid_at(std::string_view text, std::size_t at) {
    if (text.size() - at < uuid_form.size())
        return false;
    for (std::size_t i = 0; i < uuid_form.size(); ++i) {
        const char c = text[at + i];
        const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (uuid_form[i] == '-' ? c != '-' : !is_hex)
            return false;
    }
    return true;
}

std::string without_ids(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_uuid_at(text, i)) {
            plain += "(id)";
            i += uuid_form.size() - 1;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

std::string print(const payload& value) {
    if (value.external)
        return "blob " + value.external->hex();
    if (value.data.size() > 200)
        return std::to_string(value.data.size()) + " bytes " +
               std::to_string(base::seed_of(value.data));
    return without_ids(value.data);
}

std::string print(const failure& failed) {
    return failed.type.empty() ? "" : " failed: " + failed.type + ": " + failed.message;
}

std::string print(const history::event& happened) {
    const history_entry shown = history::to_entry(happened);
    return "  " + shown.kind + ' ' + shown.name + ' ' + without_ids(shown.target) + ' ' +
           print(shown.value) + print(shown.failed.value_or(failure{}));
}

std::string joined(std::vector<std::string> lines) {
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const std::string& each : lines)
        text += each + '\n';
    return text;
}

std::string print_instance(store::store& rows, std::string_view id, std::string_view stored) {
    const store::instance_row row = store::decode_instance_row(stored);
    std::vector<std::string> events;
    const std::string prefix = store::history_prefix(id);
    rows.scan(store::table::history, prefix, prefix, [&](std::string_view, std::string_view step) {
        const history::step recorded = history::decode_step(step);
        for (const auto* part : {&recorded.arrived, &recorded.decided})
            for (const history::event& each : *part)
                events.push_back(print(each));
        return true;
    });
    return "instance " + without_ids(id) + ' ' + row.name + ' ' + to_string(row.status) + ' ' +
           print(row.output) + " status " + print(row.custom_status) + print(row.error) + '\n' +
           joined(std::move(events));
}

} // namespace

std::string final_state(testing::computer& machine) {
    using store::table;
    store::store& rows = *machine.hub().services().rows;
    std::vector<std::string> instances;
    rows.scan(table::instances, {}, {}, [&](std::string_view id, std::string_view stored) {
        instances.push_back(print_instance(rows, id, stored));
        return true;
    });
    std::vector<std::string> others;
    rows.scan(table::entities, {}, {}, [&](std::string_view target, std::string_view stored) {
        others.push_back("entity " + std::string(target) + ' ' +
                         print(store::decode_entity_row(stored).state));
        return true;
    });
    rows.scan(table::blob_counts, {}, {}, [&](std::string_view name, std::string_view count) {
        others.push_back("blob " + std::to_string(base::seed_of(name)) + " has " +
                         std::string(count) + " references");
        if (!rows.get(table::blobs, name))
            others.push_back("and no bytes");
        return true;
    });
    // How events were gathered into batches, and when snapshots were taken, differs.
    rows.scan(table::entity_events, {}, {}, [&](std::string_view key, std::string_view stored) {
        const auto at = store::parse_entity_events_key(key);
        if (at.number == 0)
            return true;
        for (const auto& each : history::decode_event_batch(stored).events)
            others.push_back("of " + at.entity + ": " + each.name + ' ' + print(each.value));
        return true;
    });
    for (const table outstanding : {table::inbox, table::active, table::timers, table::scheduled})
        rows.scan(outstanding, {}, {}, [&](std::string_view key, std::string_view) {
            others.push_back(std::string("outstanding in ") + store::name_of(outstanding) + ": " +
                             without_ids(key));
            return true;
        });
    return joined(std::move(instances)) + joined(std::move(others));
}

std::string first_difference(const std::string& expected, const std::string& found) {
    std::istringstream left(expected), right(found);
    std::string wanted, seen;
    while (true) {
        const bool has_wanted = static_cast<bool>(std::getline(left, wanted));
        const bool has_seen = static_cast<bool>(std::getline(right, seen));
        if (!has_wanted && !has_seen)
            return {};
        if (!has_wanted || !has_seen || wanted != seen)
            return "expected '" + (has_wanted ? wanted : "nothing more") + "', found '" +
                   (has_seen ? seen : "nothing more") + "'";
    }
}

} // namespace perdure::sim
