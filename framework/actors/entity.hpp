// SPDX-License-Identifier: Apache-2.0
// One live entity: gathers operations, applies them as a batch, commits state, replies and signals
// together. Whose turn it is says its queue (turn/lock_queue.hpp).
//
//                     its turn in a transaction           the transaction is over
//   (dormant) ──► live ──────────────────────► resting ───────────────────────► live
//                   │ a row or an input can't be read, or its code is missing
//                   └──► held: what is sent to it stays in its inbox until the hub is reopened
#pragma once

#include "actors/services.hpp"
#include "actors/transaction_trip.hpp"
#include "store/rows.hpp"
#include "turn/entity_turn.hpp"
#include "turn/lock_queue.hpp"

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace perdure::actors {

/// Threads: one at a time. Durability: an operation is consumed in the commit that holds what it
/// changed, so it applies exactly once. What has to wait is in the inbox, also what clients sent.
class entity {
  public:
    /// `target` is the entity id in its text form.
    entity(std::string target, services& hub);
    ~entity();

    void receive(mail letter) { letters_.push_back(std::move(letter)); }
    /// As instance::may_gather(): whoever knows an entity may send it something.
    bool may_gather() const noexcept { return true; }
    /// As instance::step().
    bool step() noexcept;

  private:
    /// Stands for the number of a commit that is not made yet.
    static constexpr std::uint64_t this_commit = std::numeric_limits<std::uint64_t>::max();

    struct recent_batch {
        std::uint64_t commit;
        std::vector<blob> blobs;
    };

    /// Where something in the queue is from.
    struct origin {
        std::optional<std::uint64_t> order; ///< In the inbox.
        commit_callback acknowledge; ///< Of a client that waits.
        std::shared_ptr<transaction_trip> trip; ///< Of a transaction that came here.
        std::optional<std::string> scheduled = {}; ///< Its key, if it has waited for its time.
    };
    using queue = turn::lock_queue<origin>;

    /// What the operations and locks of one commit come to.
    struct batch {
        std::vector<history::message> operations;
        std::vector<turn::outgoing_message> lock_messages;
        std::vector<commit_callback> acknowledge;
        bool must_put_row = false;
        commit part;
    };

    // entity.cpp: life cycle and mail
    void load();
    void hold(const std::string& reason);
    /// Brings the operations' inputs into memory; if one can't be read, the entity is held.
    void fetch_inputs(std::vector<mail>& letters);
    void accept(mail& letter);
    void refuse(const commit_callback& acknowledge) const;
    bool can_rest() const;

    // entity_step.cpp: batches
    void work();
    /// Takes what may be handled now out of the queue; gives the transaction it came to, if any.
    std::optional<queue::item> gather(batch& into);
    void consume(queue::item& taken, commit& part) const;
    void lock(const history::message& request, batch& into);
    void unlock(const history::message& sent, batch& into);
    void finish(batch done);
    /// Throws error (damaged) if rows that have to go can't be read.
    void apply(batch& now);
    void keep_waiting();
    void submit(commit part);

    // entity_rows.cpp: what is kept
    void put_events(turn::entity_decision& decided, batch& into);
    void put_batch(turn::entity_decision& decided, commit& part);
    void put_snapshot(const history::snapshot& taken, commit& part);
    void remove_events(commit& part);

    // entity_scheduled.cpp: signals that wait, or have waited, for their time
    std::optional<history::message> read_due(const std::string& key);
    void accept_due(scheduled_mail& letter);
    void schedule(signal_mail& signal);

    // entity_transaction.cpp
    void join(queue::item request);
    void run(transaction_trip& trip);
    void give_back(const std::shared_ptr<transaction_trip>& trip);
    void take_back(transaction_trip& trip);

    std::string target_;
    services* hub_;
    std::vector<mail> letters_;
    std::uint64_t received_ = 0;

    bool is_loaded_ = false;
    store::entity_row row_;
    std::unique_ptr<turn::entity_turn> live_; ///< Null if held, or resting.
    std::optional<std::string> held_;
    queue queue_;
    std::uint64_t last_commit_ = 0;

    /// Batches of events that the store may not know yet, by their keys.
    std::map<std::string, recent_batch> recent_;
    std::uint64_t removed_by_ = 0; ///< The last commit that removed all of them.
    std::vector<blob> snapshot_blobs_; ///< What the stored snapshot refers to.
    /// Keys of scheduled messages that were taken, and the commit that will be durable when the
    /// store knows that they are consumed.
    std::map<std::string, std::uint64_t> taken_;
};

/// Keeps a changed state, or that there is none any more: in the row, and with its blobs in the
/// commit.
void change_state(store::entity_row& row, payload state, timestamp now, commit& part);
/// Where there is no entity, there is a row only while it is locked.
void put_row(const store::entity_row& row, const std::string& target, commit& part);

} // namespace perdure::actors
