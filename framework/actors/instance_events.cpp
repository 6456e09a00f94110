// SPDX-License-Identifier: Apache-2.0
// External events: for an instance that is there, for one that has finished, and for one that is
// yet to be started.
#include "actors/instance.hpp"

#include "store/keys.hpp"

#include <algorithm>

namespace perdure::actors {

using namespace history;

void instance::handle(event_mail& letter, gathered& into) {
    const std::string key = letter.raised.key;
    if (!row_ && letter.keep_for.count() <= 0)
        return letter.acknowledge(
            refusal(errc::not_found, "there is no instance '" + id_ + "' in this task hub"));
    if (!row_)
        return keep(letter, into);
    const bool is_seen = !key.empty() && has_seen(key);
    if (!is_seen && is_finished(row_->status))
        return letter.acknowledge(
            refusal(errc::instance_finished,
                    "instance '" + id_ + "' has ended: its status is " + to_string(row_->status)));
    if (!is_seen)
        receive_event(std::move(letter.raised), into);
    into.acknowledge.push_back(std::move(letter.acknowledge));
}

void instance::receive_event(event_raised raised, gathered& into) {
    turn::move_out_of_line(raised.value, hub_->inline_payload_max, into.part.blobs);
    if (!raised.key.empty())
        seen_.add(raised.key);
    into.arrived.push_back(std::move(raised));
}

/// Whether an event with that key has arrived before; of a finished instance, its history says so.
bool instance::has_seen(const std::string& key) {
    try {
        if (!is_history_known_)
            scan_history([](const history::step&) {});
    } catch (const error& damaged) {
        hub_->log("instance " + id_ + ": " + damaged.what());
    }
    return seen_.contains(key);
}

/// Reads what is kept for an id without an instance. Throws error (damaged).
void instance::load_kept() {
    if (!hub_->has_kept)
        return;
    const std::string prefix = store::kept_prefix(id_);
    hub_->rows->scan(
        store::table::kept, prefix, prefix, [&](std::string_view key, std::string_view row) {
            kept_.emplace_back(store::parse_kept_key(key).number, store::decode_kept_event(row));
            return true;
        });
}

void instance::keep(event_mail& letter, gathered& into) {
    const std::string& key = letter.raised.key;
    const bool is_repeated =
        !key.empty() && std::any_of(kept_.begin(), kept_.end(), [&](const auto& each) {
            return each.second.raised.key == key;
        });
    std::uint64_t bytes = letter.raised.value.data.size();
    for (const auto& [number, each] : kept_)
        bytes += each.size_bytes;
    if (!is_repeated && (kept_.size() >= detail::kept_events_max || bytes > detail::kept_bytes_max))
        return letter.acknowledge(
            refusal(errc::limit_exceeded,
                    "more events would be kept for instance '" + id_ + "', which does not exist, " +
                        "than " + std::to_string(detail::kept_events_max) + ", or more than " +
                        std::to_string(detail::kept_bytes_max) + " bytes"));
    if (!is_repeated)
        put_kept(std::move(letter), into.part);
    into.acknowledge.push_back(std::move(letter.acknowledge));
}

void instance::put_kept(event_mail&& letter, commit& part) {
    const timestamp now = hub_->clock->now();
    store::kept_event added;
    added.size_bytes = letter.raised.value.data.size();
    added.raised = std::move(letter.raised);
    turn::move_out_of_line(added.raised.value, hub_->inline_payload_max, part.blobs);
    added.expires = now + std::min(letter.keep_for, timestamp::max() - now);
    const std::uint64_t number = kept_.empty() ? 0 : kept_.back().first + 1;
    collect_blobs(added.raised.value, part.retained);
    part.put(store::table::kept, store::kept_key(id_, number), store::encode(added));
    part.put(store::table::timers, store::timer_key({added.expires, id_, store::keep_timer}), {});
    part.time = std::max(part.time, now);
    hub_->has_kept = true;
    kept_.emplace_back(number, std::move(added));
}

kept_events::iterator instance::drop_kept(kept_events::iterator which, commit& part) {
    const std::string alarm = store::timer_key({which->second.expires, id_, store::keep_timer});
    collect_blobs(which->second.raised.value, part.released);
    part.remove(store::table::kept, store::kept_key(id_, which->first));
    part.remove(store::table::timers, alarm);
    hub_->alarms->cancel(alarm);
    return kept_.erase(which);
}

/// The instance has been started: what was kept for it arrives.
void instance::deliver_kept(gathered& into) {
    const timestamp now = hub_->clock->now();
    for (auto each = kept_.begin(); each != kept_.end(); each = drop_kept(each, into.part))
        if (each->second.expires > now)
            receive_event(each->second.raised, into);
}

void instance::expire_kept(gathered& into) {
    const timestamp now = hub_->clock->now();
    for (auto each = kept_.begin(); each != kept_.end();)
        each = each->second.expires <= now ? drop_kept(each, into.part) : std::next(each);
}

} // namespace perdure::actors
