// SPDX-License-Identifier: Apache-2.0
// Heartbeats of running activities: the latest of each call is a row, as long as the call may have
// another attempt that could read it. And the runs themselves, to be stopped when they are given
// up.
#include "actors/instance.hpp"

#include "store/keys.hpp"

namespace perdure::actors {

using namespace history;

void instance::handle(heartbeat_mail& letter, gathered& into) {
    const bool is_ours = row_ && letter.execution == row_->execution && execution_ &&
                         execution_->is_open(letter.task_id) &&
                         !into.settled.contains(letter.task_id);
    if (is_ours)
        into.beats.push_back(std::move(letter));
}

void instance::load_heartbeats() {
    const std::string prefix = store::history_prefix(id_);
    hub_->rows->scan(store::table::heartbeats, prefix, prefix,
                     [&](std::string_view key, std::string_view stored) {
                         heartbeats_[store::parse_heartbeat_key(key).call] =
                             store::decode_heartbeat_row(stored).progress;
                         return true;
                     });
}

/// Keeps what has come, and drops what nobody will read. The last heartbeat of an attempt that has
/// failed may still be with its run, because an earlier one is on its way to the disk.
void instance::put_heartbeats(gathered& now) {
    for (const heartbeat_mail& each : now.beats)
        put_heartbeat(each.call, *each.control, now.part);
    for (const run& each : now.stopped)
        put_heartbeat(each.call, *each.control, now.part);
    const bool is_over = row_ && is_finished(row_->status);
    if (!is_over && (must_evaluate_ || !execution_))
        return; // the code may want another attempt
    std::vector<std::uint32_t> over;
    for (const auto& [call, progress] : heartbeats_)
        if (is_over || !execution_->is_alive(call))
            over.push_back(call);
    for (const std::uint32_t call : over)
        drop_heartbeat(call, now.part);
}

void instance::drop_heartbeat(std::uint32_t call, commit& part) {
    const auto dropped = heartbeats_.extract(call);
    collect_blobs(dropped.mapped(), part.released);
    part.remove(store::table::heartbeats, store::heartbeat_key({id_, call}));
}

void instance::put_heartbeat(std::uint32_t call, run_control& sent_by, commit& part) {
    auto latest = sent_by.take();
    if (!latest || !execution_ || !execution_->is_alive(call))
        return;
    std::move(latest->blobs.begin(), latest->blobs.end(), std::back_inserter(part.blobs));
    auto [kept, is_new] = heartbeats_.try_emplace(call);
    if (!is_new)
        collect_blobs(kept->second, part.released);
    collect_blobs(latest->progress, part.retained);
    kept->second = std::move(latest->progress);
    part.put(store::table::heartbeats, store::heartbeat_key({id_, call}),
             store::encode(store::heartbeat_row{row_->execution, kept->second, {}}));
}

std::optional<payload> instance::heartbeat_of(std::uint32_t call) const {
    const auto found = heartbeats_.find(call);
    return found == heartbeats_.end() ? std::nullopt : std::optional(found->second);
}

/// Whatever its run does from now on is in vain.
void instance::stop_run(std::uint32_t task_id, gathered& now) {
    if (auto stopped = runs_.extract(task_id))
        now.stopped.push_back(std::move(stopped.mapped()));
}

} // namespace perdure::actors
