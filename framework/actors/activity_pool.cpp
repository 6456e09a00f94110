// SPDX-License-Identifier: Apache-2.0
#include "actors/activity_pool.hpp"

#include "base/hash.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <thread>

namespace perdure::actors {
namespace {

using go_atom = caf::atom_constant<caf::atom("go")>;

/// The blobs that came with the work and those of the hub, as far as they can be read.
class watched_blobs final : public turn::blob_source {
  public:
    watched_blobs(const std::vector<turn::new_blob>& at_hand, turn::blob_source& blobs)
        : at_hand_(&at_hand), blobs_(&blobs) {}

    std::shared_ptr<const std::string> load(const blob& name) override {
        for (const turn::new_blob& each : *at_hand_)
            if (each.name == name)
                return each.data;
        try {
            return blobs_->load(name);
        } catch (const error& refused) {
            if (refused.code() != errc::not_found) // a name that the activity got wrong
                obstacle_ = refused.what();
            throw;
        }
    }
    /// Why one could not be read, whatever the activity made of that.
    const std::optional<std::string>& obstacle() const noexcept { return obstacle_; }

  private:
    const std::vector<turn::new_blob>* at_hand_;
    turn::blob_source* blobs_;
    std::optional<std::string> obstacle_;
};

/// One run of an activity, as the activity sees it.
class run_context final : public activity_context {
  public:
    run_context(const work& item, turn::blob_source& blobs, std::size_t inline_payload_max,
                const std::function<void(life_sign)>& beat)
        : item_(&item), blobs_(&blobs), inline_payload_max_(inline_payload_max), beat_(&beat) {}

    const std::string& instance() const noexcept override { return item_->instance; }
    std::uint32_t task_id() const noexcept override { return item_->task_id; }
    std::uint32_t attempt() const noexcept override { return item_->attempt; }
    std::stop_token stop_token() const noexcept override { return item_->control->stop_token(); }
    bool is_canceled() const noexcept override { return item_->control->is_canceled(); }

    blob put(std::string data) override {
        const blob name = base::content_hash(data);
        made_.push_back({name, std::make_shared<const std::string>(std::move(data))});
        return name;
    }

    std::shared_ptr<const std::string> get(const blob& name) override {
        for (const auto& each : made_)
            if (each.name == name)
                return each.data;
        return blobs_->load(name);
    }

    /// The blobs that the result refers to. One that nobody stored fails the activity here: later,
    /// its reference would dangle.
    std::vector<turn::new_blob> blobs_of(const payload& result) {
        std::vector<turn::new_blob> kept;
        for (const blob& name : result.blobs) {
            const auto made = std::find_if(made_.begin(), made_.end(),
                                           [&](const auto& each) { return each.name == name; });
            if (made != made_.end())
                kept.push_back(*made);
            else
                blobs_->load(name);
        }
        return kept;
    }

  private:
    const work* item_;
    turn::blob_source* blobs_;
    void send_heartbeat(payload progress) override {
        life_sign sent{std::move(progress), {}};
        sent.blobs = blobs_of(sent.progress);
        turn::move_out_of_line(sent.progress, inline_payload_max_, sent.blobs);
        if (*beat_)
            (*beat_)(std::move(sent));
    }
    std::optional<payload> sent_heartbeat() override {
        std::optional<payload> sent = item_->last_heartbeat;
        if (sent)
            turn::bring_inline(*sent, *blobs_);
        return sent;
    }

    std::size_t inline_payload_max_;
    const std::function<void(life_sign)>* beat_;
    std::vector<turn::new_blob> made_;
};

caf::behavior working(caf::event_based_actor* self, activity_pool* pool, std::size_t index) {
    return {[self, pool, index](go_atom) {
        // One at a time, so that a test's scheduler can interleave workers.
        if (const auto item = pool->take(index)) {
            pool->perform(*item);
            self->send(self, go_atom::value);
        }
    }};
}

} // namespace

work_outcome run_activity(const work& item, const registry& functions, turn::blob_source& blobs,
                          std::size_t inline_payload_max,
                          const std::function<void(life_sign)>& beat) {
    watched_blobs watched(item.at_hand, blobs);
    run_context context(item, watched, inline_payload_max, beat);
    work_outcome outcome;
    payload input = item.input;
    try {
        turn::bring_inline(input, blobs);
    } catch (const error& refused) {
        outcome.obstacle = refused.what();
        return outcome;
    }
    try {
        const auto* code = functions.find_activity(item.name);
        payload result = (*code)(context, input);
        outcome.blobs = context.blobs_of(result);
        turn::move_out_of_line(result, inline_payload_max, outcome.blobs);
        outcome.body = history::task_completed{item.task_id, std::move(result)};
    } catch (const interrupted&) {
        outcome.body = std::nullopt;
    } catch (...) {
        outcome.blobs.clear();
        outcome.body = history::task_rejected{item.task_id, failure::current()};
    }
    if (watched.obstacle())
        return {std::nullopt, {}, watched.obstacle()};
    return outcome;
}

activity_pool::activity_pool(caf::actor_system& system, bool is_detached, std::size_t workers,
                             runner run, base::probe* disturbed_by,
                             std::function<bool()> expects_more)
    : run_(std::move(run)), disturbed_by_(disturbed_by), expects_more_(std::move(expects_more)) {
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < workers; ++i) {
        workers_.push_back(is_detached ? system.spawn<caf::detached>(working, this, i)
                                       : system.spawn(working, this, i));
        idle_.push_back(i);
    }
}

void activity_pool::run(std::vector<work> items) {
    std::vector<caf::actor> woken;
    {
        const std::scoped_lock lock(mutex_);
        if (is_stopping_)
            return;
        for (auto& each : items) {
            queue_.push_back(std::move(each));
            if (idle_.empty())
                continue;
            woken.push_back(workers_[idle_.back()]);
            idle_.pop_back();
        }
    }
    for (const auto& each : woken)
        caf::anon_send(each, go_atom::value);
}

std::optional<work> activity_pool::take(std::size_t worker) {
    std::unique_lock lock(mutex_);
    std::optional<work> next = next_work();
    if (!next && expects_more_ && expects_more_()) {
        lock.unlock();
        std::this_thread::yield();
        lock.lock();
        next = next_work();
    }
    if (!next)
        idle_.push_back(worker);
    return next;
}

/// The lock is held.
std::optional<work> activity_pool::next_work() {
    while (!queue_.empty()) {
        if (base::buggify(disturbed_by_, "activities out of order"))
            std::swap(queue_.front(), queue_.back());
        work next = std::move(queue_.front());
        queue_.pop_front();
        if (!next.control->is_canceled())
            return next;
    }
    return std::nullopt;
}

void activity_pool::perform(const work& item) {
    const std::stop_callback closing(stop_.get_token(), [&] { item.control->request_stop(); });
    run_(item);
}

void activity_pool::request_stop() {
    {
        const std::scoped_lock lock(mutex_);
        queue_.clear();
        is_stopping_ = true;
    }
    stop_.request_stop(); // calls what activities have registered
}

bool activity_pool::is_idle() const {
    const std::scoped_lock lock(mutex_);
    return queue_.empty() && idle_.size() == workers_.size();
}

} // namespace perdure::actors
