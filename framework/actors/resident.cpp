// SPDX-License-Identifier: Apache-2.0
#include "actors/resident.hpp"

#include "actors/entity.hpp"
#include "actors/instance.hpp"

#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/intrusive/lifo_inbox.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace perdure::actors {
namespace {

struct mailbox_policy {
    using mapped_type = caf::mailbox_element;
    using unique_pointer = caf::mailbox_element_ptr;
};

/// Made of the smallest parts that CAF's scheduler takes. An event_based_actor has a kilobyte for
/// behaviors, requests, streams and timeouts, of which this one has none, and there may be a
/// million of it.
///
/// The scheduler has it as a job, and then a reference to it, from the first letter in an empty
/// mailbox until the mailbox is empty again.
template <class Logic>
class resident final : public caf::monitorable_actor, public caf::resumable {
  public:
    resident(caf::actor_config& config, const std::string& target, services& hub,
             std::atomic<std::int64_t>& alive)
        : monitorable_actor(config), hub_(&hub), alive_(&alive) {
        logic_.emplace(target, hub);
        mailbox_.try_block();
    }

    const char* name() const override { return "perdure.resident"; }

    void enqueue(caf::mailbox_element_ptr letter, caf::execution_unit* worker) override {
        if (mailbox_.push_front(std::move(letter)) !=
            caf::intrusive::inbox_result::unblocked_reader)
            return;
        intrusive_ptr_add_ref_impl();
        if (worker != nullptr)
            worker->exec_later(this);
        else
            home_system().scheduler().enqueue(this);
    }

    /// Takes the mail that is here and makes one step of it. If more may be on its way, others run
    /// first, and what has come meanwhile is part of the step: a thousand arrivals make one.
    resume_result resume(caf::execution_unit* worker, std::size_t) override {
        bool must_end = hub_->is_killed;
        for (const caf::mailbox_element_ptr& each : take_mail()) {
            caf::type_erased_tuple& content = each->content();
            if (content.match_elements<mail>())
                logic_->receive(std::move(content.get_mutable_as<mail>(0)));
            else
                must_end = true; // the only other thing that is sent here is caf::exit_msg
        }
        if (!must_end && logic_->may_gather() && !std::exchange(is_step_due_, true))
            return resume_later;
        is_step_due_ = false;
        if (must_end || !logic_->step()) {
            end(worker);
            return done;
        }
        return mailbox_.try_block() ? awaiting_message : resume_later;
    }

    void intrusive_ptr_add_ref_impl() override { caf::intrusive_ptr_add_ref(ctrl()); }
    void intrusive_ptr_release_impl() override { caf::intrusive_ptr_release(ctrl()); }

  private:
    /// In the order of arrival.
    std::vector<caf::mailbox_element_ptr> take_mail() {
        std::vector<caf::mailbox_element_ptr> taken;
        caf::mailbox_element::node_pointer latest = mailbox_.take_head();
        while (latest != nullptr) {
            taken.emplace_back(inbox::promote(latest));
            latest = latest->next;
        }
        std::reverse(taken.begin(), taken.end());
        return taken;
    }

    void end(caf::execution_unit* worker) {
        mailbox_.close();
        logic_.reset();
        cleanup(caf::exit_reason::normal, worker);
        if (alive_->fetch_sub(1) == 1)
            alive_->notify_all();
    }

    using inbox = caf::intrusive::lifo_inbox<mailbox_policy>;

    inbox mailbox_;
    std::optional<Logic> logic_; ///< None once it has ended.
    bool is_step_due_ = false;
    services* hub_;
    std::atomic<std::int64_t>* alive_;
};

template <class Logic>
caf::actor spawn(caf::actor_system& system, const std::string& target, services& hub,
                 std::atomic<std::int64_t>& alive) {
    caf::actor_config config;
    return caf::make_actor<resident<Logic>, caf::actor>(system.next_actor_id(), system.node(),
                                                        &system, config, target, hub, alive);
}

} // namespace

caf::actor spawn_resident(caf::actor_system& system, const std::string& target, services& hub,
                          std::atomic<std::int64_t>& alive) {
    alive.fetch_add(1);
    return target.starts_with('@') ? spawn<entity>(system, target, hub, alive)
                                   : spawn<instance>(system, target, hub, alive);
}

} // namespace perdure::actors
