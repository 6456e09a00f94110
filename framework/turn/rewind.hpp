// SPDX-License-Identifier: Apache-2.0
// How a failed execution is taken back to where it can succeed. A function of its history.
#pragma once

#include "history/event.hpp"

#include <string>
#include <vector>

namespace perdure::turn {

struct rewinding {
    /// What to record: ExecutionRewound, then what stays of what had arrived since.
    std::vector<history::event> arrived;
    /// Timers that are open again.
    std::vector<history::timer_created> timers;
    /// Children that are open again: they are told to go back, too.
    std::vector<history::child_created> children;
    /// Entity calls and transactions that had failed, and are sent again: they left no trace.
    std::vector<history::event> calls;
    /// It failed in a critical section: going on in it without its locks would be wrong.
    bool is_in_section = false;
};

/// Takes back an execution that has failed, or was terminated.
///
/// It goes back to the step in which the failure arrived that the execution failed of (the one that
/// its error names as a cause; without such a one the last failure that arrived; without any, the
/// last step that ran code), or to a failure before it after which code has decided nothing: nobody
/// had acted on it yet. What code decided since is undone. Failures that arrived since are
/// forgotten: what they answered is open and runs again. Results, events and timers that arrived
/// since stay, unless they answer something undone.
///
/// A scope that is open again without its steps runs from its beginning.
///
/// An entity call or transaction whose answer nobody took, because the execution had ended, can't
/// be made again: it may have been carried out. A failure of type perdure::outcome_lost answers it.
rewinding rewind(const std::vector<history::numbered_step>& past, payload reason);

} // namespace perdure::turn
