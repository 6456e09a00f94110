// SPDX-License-Identifier: Apache-2.0
// The messages between the actors of a hub. They carry what they are about, but guarantee nothing:
// everything that must not be lost is in a commit first.
#pragma once

#include "actors/commit.hpp"
#include "actors/run_control.hpp"
#include "history/event.hpp"

#include <perdure/start_options.hpp>
#include <perdure/status.hpp>

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace perdure::actors {

struct transaction_trip;

using finished_callback = std::function<void(const instance_status&)>;

/// A client starts an instance.
struct start_mail {
    history::execution_started begun; ///< Without an execution id.
    commit_callback acknowledge;
    std::string key;
    id_reuse reuse = id_reuse::if_finished;
};

/// An activity has run.
struct outcome_mail {
    std::string execution;
    history::event body; ///< task_completed or task_rejected.
    std::vector<turn::new_blob> blobs;
};

/// An activity can't run: what it needs can't be read.
struct obstacle_mail {
    std::string execution;
    std::uint32_t task_id = 0;
    std::string reason;
};

/// A running activity has sent a heartbeat.
struct heartbeat_mail {
    std::string execution;
    std::uint32_t task_id = 0;
    std::uint32_t call = 0; ///< Task id of the call's first attempt.
    std::shared_ptr<run_control> control; ///< Has it.
};

/// A message that is (or will be, in commit order) in the durable inbox.
struct inbox_mail {
    std::uint64_t order = 0;
    history::message body;
};

/// A message in the table of scheduled ones is due.
struct scheduled_mail {
    std::string key;
    std::optional<history::message> body; ///< As the entity reads it.
};

/// A timer is due.
struct timer_mail {
    std::uint32_t task_id = 0;
    timestamp due{};
};

/// A client raises an event.
struct event_mail {
    history::event_raised raised;
    commit_callback acknowledge;
    std::chrono::milliseconds keep_for{0};
};

/// A client signals an entity; with a due time: then.
struct signal_mail {
    history::message body;
    commit_callback acknowledge;
};

/// A client steers an instance.
struct control_mail {
    history::event order; ///< execution_terminated, execution_suspended or execution_resumed.
    commit_callback acknowledge;
};

/// A transaction comes to one of its entities, which is to hand over its state when its turn comes.
struct visit_mail {
    std::shared_ptr<transaction_trip> trip;
};

/// A transaction is over: the entity gets its state back.
struct return_mail {
    std::shared_ptr<transaction_trip> trip;
};

/// A client removes a finished instance, or begins it anew.
struct removal_mail {
    bool must_restart = false;
    std::string execution; ///< The only one that is meant; empty: any.
    commit_callback acknowledge;
};

/// Look whether there is work: sent for everything outstanding when the hub opens.
struct wake_mail {
    bool is_owed = false; ///< The receiver holds mail back until it comes.
};

/// Go dormant if nothing is outstanding.
struct rest_mail {};

using mail = std::variant<start_mail, outcome_mail, obstacle_mail, inbox_mail, timer_mail,
                          event_mail, signal_mail, scheduled_mail, control_mail, removal_mail,
                          visit_mail, return_mail, wake_mail, rest_mail, heartbeat_mail>;

} // namespace perdure::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(perdure::actors::mail)
