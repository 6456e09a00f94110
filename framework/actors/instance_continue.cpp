// SPDX-License-Identifier: Apache-2.0
// Continue-as-new: in one commit the history of one execution goes and the first step of the next
// one takes its place, with the events that nobody has read. That step runs no code. The code runs
// when the commit is on disk, so that an instance that does nothing but continue goes as fast as
// the disk, and fills no memory.
#include "actors/instance.hpp"

namespace perdure::actors {

using namespace history;

/// Ends the execution, whose last step is never stored, and gives the first step of the next one.
history::step instance::renew(execution_continued next, std::vector<history::event> unread,
                              timestamp now, commit& part) {
    if (row_->started_as.empty())
        row_->started_as = store::start_digest(row_->name, row_->input);
    row_->name = std::move(next.name);
    row_->input = std::move(next.input);
    row_->execution = base::time_ordered_uuid(now, hub_->entropy->draw(), hub_->entropy->draw());
    row_->rewinds = 0;
    must_put_row_ = true;
    execution_started begun{row_->name, row_->execution, row_->input, row_->parent};
    begun.is_continued = true;
    begun.seen = seen_.digests();
    clear_history(part);
    is_history_known_ = true;

    history::step first{now, false, {std::move(begun)}, {}};
    std::move(unread.begin(), unread.end(), std::back_inserter(first.arrived));
    make_execution();
    execution_->replay(first);
    must_evaluate_ = true;
    return first;
}

} // namespace perdure::actors
