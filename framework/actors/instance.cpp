// SPDX-License-Identifier: Apache-2.0
// Life cycle and mail. Evaluation and commit are in instance_step.cpp.
#include "actors/instance.hpp"

#include "store/keys.hpp"

namespace perdure::actors {

using namespace history;

std::exception_ptr refusal(errc code, const std::string& message) {
    return std::make_exception_ptr(error(code, message));
}

instance::instance(std::string id, services& hub) : id_(std::move(id)), hub_(&hub) {
    counters::add(hub_->counted->live_orchestrations);
}

instance::~instance() {
    execution_.reset(); // before it counts as gone
    hub_->counted->live_orchestrations.fetch_sub(1, std::memory_order_relaxed);
}

bool instance::may_gather() const noexcept {
    return execution_ && execution_->open().size() != 1;
}

bool instance::step() noexcept {
    if (is_waiting_ && !can_read_rows())
        return true;
    is_waiting_ = false;
    std::vector<mail> letters = std::exchange(letters_, {});
    load();
    gathered now;
    std::size_t count = 0;
    while (count < letters.size() && !must_wait_for_rows(letters[count], now)) {
        mail& each = letters[count++];
        if (is_readable_)
            std::visit([&](auto& letter) { handle(letter, now); }, each);
        else
            turn_away(each, now);
    }
    const bool must_rest = now.must_rest;
    advance(std::move(now));
    letters_.insert(letters_.begin(),
                    std::make_move_iterator(letters.begin() + static_cast<std::ptrdiff_t>(count)),
                    std::make_move_iterator(letters.end()));
    received_ += count;
    hub_->routes->handled(count);
    const bool has_left =
        (must_rest || !row_) && can_rest() && hub_->routes->try_leave(id_, received_);
    row_.reset();
    return !has_left;
}

/// One that can't be read stays: what was sent to it meanwhile is in its inbox, and would come too
/// late if it were read again and went on.
bool instance::can_rest() const {
    return is_readable_ && last_commit_ <= hub_->commits->durable_number() &&
           (!execution_ || !has_outstanding());
}

/// The first time from disk. Later there is only the row to be unpacked.
void instance::load() {
    if (std::exchange(is_loaded_, true)) {
        if (!packed_row_.empty())
            row_ = std::make_unique<store::instance_row>(store::decode_instance_row(packed_row_));
        return;
    }
    try {
        if (auto stored = hub_->rows->get(store::table::instances, id_)) {
            row_ = std::make_unique<store::instance_row>(store::decode_instance_row(*stored));
            packed_row_ = std::move(*stored);
            if (!is_finished(row_->status))
                rehydrate();
        } else {
            load_kept();
        }
    } catch (const error& damaged) {
        is_readable_ = false;
        hold(damaged.what());
    }
}

void instance::turn_away(mail& letter, gathered& into) {
    const auto told = [this] {
        return refusal(errc::held, "instance '" + id_ + "' is held: " + *hub_->held->find(id_));
    };
    if (auto* start = std::get_if<start_mail>(&letter))
        start->acknowledge(told());
    else if (auto* event = std::get_if<event_mail>(&letter))
        event->acknowledge(told());
    else if (auto* control = std::get_if<control_mail>(&letter))
        control->acknowledge(told());
    else if (auto* removal = std::get_if<removal_mail>(&letter))
        removal->acknowledge(told());
    else if (auto* signal = std::get_if<signal_mail>(&letter))
        handle(*signal, into);
}

void instance::rehydrate() {
    const auto* code = hub_->functions->find_orchestration(row_->name);
    if (code != nullptr)
        make_execution();
    counters::add(hub_->counted->replays);
    std::optional<turn::mismatch> difference;
    const undone_steps undone = row_->rewinds != 0 ? read_undone() : undone_steps{};
    scan_history([&](history::step recorded) {
        must_evaluate_ = !recorded.evaluated;
        if (execution_ && undone.contains(step_count_ - 1))
            execution_->skip(recorded);
        else if (execution_ && !difference)
            difference = execution_->replay(std::move(recorded));
    });
    is_active_ = hub_->rows->get(store::table::active, id_).has_value();
    load_heartbeats();
    if (code == nullptr)
        return hold("orchestration '" + row_->name +
                    "' is not registered in this process; add it to the registry and reopen the "
                    "hub");
    if (difference)
        return hold(difference->text());
    take_timers(execution_->open());
    for (const auto& [task_id, asked] : execution_->open())
        if (auto missing = turn::missing_function(asked, *hub_->functions))
            return hold(std::move(*missing));
    std::vector<work> to_run; // the schedules are durable: they were read from disk
    for (const auto& [task_id, asked] : execution_->open())
        add_scheduled(asked, to_run);
    hub_->activities->run(std::move(to_run));
}

/// Steps that a later one undoes are not to be run: that must be known before they are met.
undone_steps instance::read_undone() {
    undone_steps undone;
    scan_history([&](const history::step& recorded) { undone.add(step_count_ - 1, recorded); });
    return undone;
}

/// What a rewind has opened again is not told from single events.
void instance::take_timers(const turn::open_requests& open) {
    std::erase_if(timers_, [](const auto& each) { return each.first != store::start_timer; });
    for (const auto& [task_id, asked] : open)
        if (const auto* timer = std::get_if<timer_created>(&asked))
            timers_.emplace(task_id, timer->due);
}

void instance::hold(std::string reason) {
    execution_.reset();
    left_open_.reset();
    is_held_ = true;
    hub_->log("instance " + id_ + " is held: " + reason);
    hub_->held->set(id_, std::move(reason));
    hub_->waiting->tell(status());
}

instance_status instance::status() const {
    instance_status seen = store::to_status(id_, row_ ? *row_ : store::instance_row{});
    if (is_held_)
        seen.held = hub_->held->find(id_);
    return seen;
}

bool instance::is_open(std::uint32_t task_id, gathered& into) const {
    return execution_ && execution_->is_open(task_id) && into.settled.insert(task_id).second;
}

void instance::handle(outcome_mail& letter, gathered& into) {
    const std::uint32_t task_id = std::holds_alternative<task_completed>(letter.body)
                                      ? std::get<task_completed>(letter.body).task_id
                                      : std::get<task_rejected>(letter.body).task_id;
    if (!row_ || letter.execution != row_->execution || !is_open(task_id, into))
        return;
    into.arrived.push_back(std::move(letter.body));
    std::move(letter.blobs.begin(), letter.blobs.end(), std::back_inserter(into.part.blobs));
}

void instance::handle(obstacle_mail& letter, gathered& into) {
    if (row_ && letter.execution == row_->execution && is_open(letter.task_id, into))
        hold(std::move(letter.reason));
}

void instance::handle(inbox_mail& letter, gathered& into) {
    if (std::holds_alternative<execution_terminated>(letter.body.body))
        return handle_termination(letter);
    consumed_message consumed{id_, letter.order, {}};
    collect_blobs(letter.body.body, consumed.blobs);
    into.part.consumed.push_back(std::move(consumed));
    if (std::holds_alternative<execution_started>(letter.body.body))
        return start_by(letter.body, into);
    if (row_ && !is_finished(row_->status) && letter.body.execution == row_->execution &&
        awaits(letter.body.body, into))
        into.arrived.push_back(std::move(letter.body.body));
}

/// What is not waited for is not heard: an answer of a child that was given up, or one that comes
/// once more because the child was rewound.
bool instance::awaits(const history::event& outcome, gathered& into) {
    return std::visit(
        [&](const auto& body) {
            if constexpr (requires { body.task_id; })
                return execution_ ? is_open(body.task_id, into)
                                  : open_requests().contains(body.task_id) &&
                                        into.settled.insert(body.task_id).second;
            else
                return true;
        },
        outcome);
}

/// An earlier execution may have had a timer of the same number: only the due time tells.
void instance::handle(timer_mail& letter, gathered& into) {
    if (letter.task_id == store::keep_timer && !row_)
        return expire_kept(into);
    const auto timer = timers_.find(letter.task_id);
    if (timer == timers_.end() || timer->second != letter.due)
        return;
    if (letter.task_id == store::start_timer)
        return begin_scheduled(into);
    if (is_open(letter.task_id, into))
        into.arrived.push_back(timer_fired{letter.task_id});
}

void instance::handle(signal_mail& letter, gathered&) {
    letter.acknowledge(refusal(errc::invalid_argument, "'" + id_ + "' is not an entity"));
}

void instance::handle(scheduled_mail&, gathered&) {} // only entities are sent any

void instance::handle(wake_mail&, gathered&) {} // loading is all it takes

void instance::handle(rest_mail&, gathered& into) {
    into.must_rest = true;
}

} // namespace perdure::actors
