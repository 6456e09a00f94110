// SPDX-License-Identifier: Apache-2.0
#include "check/rows_check.hpp"

#include "check/audit.hpp"
#include "check/cursor.hpp"
#include "check/event_check.hpp"
#include "check/instance_check.hpp"
#include "check/lock_check.hpp"
#include "store/keys.hpp"
#include "store/rows.hpp"

#include <perdure/error.hpp>
#include <perdure/start_options.hpp>

#include <algorithm>

namespace perdure::check {

using store::table;

namespace {

void check_entities(audit& of) {
    for (cursor row(of, table::entities); !row.is_at_end(); row.next()) {
        ++of.report.entities;
        try {
            entity_id::parse(row->key);
            const store::entity_row entity = store::decode_entity_row(row->value);
            of.blobs.add(entity.state);
            of.saw(entity.updated, row->key);
            of.saw(entity.locked, row->key);
            if (!entity.has_state() && !entity.is_locked())
                of.add(table::entities, row->key, "there is no state, and yet it is kept");
            if (entity.has_state() && !entity.is_sourced() && entity.state == payload{})
                of.add(table::entities, row->key, "its state is null, which means deleted");
            if (entity.is_sourced() &&
                (entity.snapshot > entity.events || entity.state != payload{}))
                of.add(table::entities, row->key, "it is event-sourced, and has something else");
            if (entity.is_sourced() && !of.logs.contains(row->key) && !of.cut(table::entity_events))
                of.add(table::entities, row->key, "its events are missing");
        } catch (const error& damaged) {
            of.add(table::entities, row->key, damaged.what());
            of.blobs.doubt();
        }
    }
}

/// The instance that a history row belongs to. Rows with damaged keys are reported and passed over.
std::optional<std::string> history_at(audit& of, cursor& history) {
    for (; !history.is_at_end(); history.next()) {
        try {
            return store::parse_history_key(history->key).instance;
        } catch (const error& damaged) {
            of.add(table::history, history->key, damaged.what());
            of.blobs.doubt();
        }
    }
    return std::nullopt;
}

/// Reads the three tables that are sorted by instance side by side.
void check_instances(audit& of) {
    cursor rows(of, table::instances), history(of, table::history), active(of, table::active);
    while (true) {
        auto of_history = history_at(of, history);
        std::optional<std::string> id = of_history;
        for (const cursor* each : {&rows, &active})
            if (!each->is_at_end() && (!id || (*each)->key < *id))
                id = (*each)->key;
        if (!id)
            return;
        instance_check instance(of, *id);
        if (!rows.is_at_end() && rows->key == *id) {
            instance.read_row(*rows);
            rows.next();
        }
        for (; of_history == id; of_history = history_at(of, history)) {
            instance.read_step(*history);
            history.next();
        }
        if (!active.is_at_end() && active->key == *id) {
            ++of.report.active;
            instance.read_active(*active);
            active.next();
        }
        if ((rows.is_at_end() && of.cut(table::instances)) ||
            (history.is_at_end() && of.cut(table::history)))
            instance.doubt();
        instance.finish();
    }
}

void check_timers(audit& of) {
    for (cursor row(of, table::timers); !row.is_at_end(); row.next()) {
        ++of.report.timers;
        try {
            const auto timer = store::parse_timer_key(row->key);
            if (!of.timers.contains(row->key) && !of.unreadable.contains(timer.instance))
                of.add(table::timers, row->key, "no such timer is open");
        } catch (const error& damaged) {
            of.add(table::timers, row->key, damaged.what());
        }
    }
}

void check_heartbeats(audit& of) {
    for (cursor row(of, table::heartbeats); !row.is_at_end(); row.next()) {
        try {
            const auto kept = store::parse_heartbeat_key(row->key);
            const store::heartbeat_row heartbeat = store::decode_heartbeat_row(row->value);
            of.blobs.add(heartbeat.progress);
            if (!of.heartbeats.contains(heartbeat_claim(kept, heartbeat.execution)) &&
                !of.unreadable.contains(kept.instance))
                of.add(table::heartbeats, row->key, "no attempt can follow that would read it");
        } catch (const error& damaged) {
            of.add(table::heartbeats, row->key, damaged.what());
            of.blobs.doubt();
        }
    }
}

/// An event that waits for its instance to be started, with the timer of its expiry.
void check_kept_event(audit& of, const row& stored, const std::string& instance) {
    const store::kept_event event = store::decode_kept_event(stored.value);
    of.blobs.add(event.raised.value);
    require_instance_id(instance);
    const std::string alarm = store::timer_key({event.expires, instance, store::keep_timer});
    of.timers.add(alarm);
    if (!of.rows->get(table::timers, alarm))
        of.add(table::timers, alarm, "is missing: an event is kept until then");
    if (of.rows->get(table::instances, instance))
        of.add(table::kept, stored.key, "its instance is there, and it was not delivered");
}

void check_kept(audit& of) {
    std::string instance;
    std::size_t count = 0;
    for (cursor row(of, table::kept); !row.is_at_end(); row.next()) {
        try {
            const auto at = store::parse_kept_key(row->key);
            count = at.instance == instance ? count + 1 : 1;
            instance = at.instance;
            if (count == detail::kept_events_max + 1)
                of.add(table::kept, row->key, "there are too many for this instance");
            check_kept_event(of, *row, instance);
        } catch (const error& damaged) {
            of.add(table::kept, row->key, damaged.what());
            of.blobs.doubt();
            of.unreadable.insert(instance); // or its timers would be reported, too
        }
    }
}

/// Nothing if there is none, or it can't be read, which was reported when the row was first read.
std::optional<history::parent_link> parent_in(std::string_view stored_instance) {
    try {
        history::parent_link parent = store::decode_instance_row(stored_instance).parent;
        if (!parent.instance.empty())
            return parent;
    } catch (const error&) {
        return std::nullopt;
    }
    return std::nullopt;
}

/// Whether that execution may have been purged, or a scope of it that asked. One that can't be read
/// is reported as such.
bool is_gone(audit& of, const history::parent_link& parent) {
    if (of.with_scopes.contains(parent.execution))
        return true;
    try {
        const auto stored = of.rows->get(table::instances, parent.instance);
        return !stored || store::decode_instance_row(*stored).execution != parent.execution;
    } catch (const error&) {
        return true;
    }
}

/// Looks for children whose parents do not know them, if there are any.
void check_adoption(audit& of) {
    if (of.children.contains_all(of.adopted) || of.cut(table::instances))
        return;
    of.rows->scan(table::instances, {}, {}, [&](std::string_view id, std::string_view stored) {
        const auto parent = parent_in(stored);
        if (parent && !of.unreadable.contains(parent->instance) &&
            !of.children.contains(link_key(id, *parent)) && !is_gone(of, *parent))
            of.add(table::instances, id,
                   "its parent '" + parent->instance + "' did not ask for it");
        return true;
    });
}

std::string print(timestamp time) {
    return std::to_string(time.time_since_epoch().count()) + " ms";
}

/// The clock is put in the write that holds the time, so it is never behind.
void check_clock(audit& of, const std::optional<std::string>& stored) {
    if (!stored)
        return of.add(table::meta, store::clock_key, "is missing");
    try {
        if (const timestamp clock = store::decode_clock(*stored); clock < of.latest)
            of.add(table::meta, store::clock_key,
                   "it shows " + print(clock) + ", but '" + of.latest_of + "' was written at " +
                       print(of.latest));
    } catch (const error& damaged) {
        of.add(table::meta, store::clock_key, damaged.what());
    }
}

void check_meta(audit& of) {
    std::optional<std::string> format, name, clock;
    for (cursor row(of, table::meta); !row.is_at_end(); row.next()) {
        if (row->key == store::format_key)
            format = row->value;
        else if (row->key == store::name_key)
            name = row->value;
        else if (row->key == store::clock_key)
            clock = row->value;
        else
            of.add(table::meta, row->key, "this version knows no such entry");
    }
    if (of.report.rows == 0 || of.cut(table::meta))
        return; // nothing was ever written
    if (!format)
        of.add(table::meta, store::format_key, "is missing");
    else if (*format != store::format_version)
        of.add(table::meta, store::format_key,
               "the format is '" + *format + "', this version reads '" +
                   std::string(store::format_version) + "'");
    if (name.value_or("").empty())
        of.add(table::meta, store::name_key, "is missing");
    check_clock(of, clock);
}

} // namespace

check_report check_rows(store::store& rows, const registry* functions, check_options options) {
    audit of{&rows, functions, options, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
    check_events(of);
    check_entities(of);
    of.inbox.read(of);
    check_instances(of);
    check_kept(of);
    check_timers(of);
    check_heartbeats(of);
    check_scheduled(of);
    check_adoption(of);
    check_holders(of);
    of.blobs.compare(of);
    check_meta(of);
    return std::move(of.report);
}

} // namespace perdure::check
