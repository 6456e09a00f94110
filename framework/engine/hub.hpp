// SPDX-License-Identifier: Apache-2.0
// The composition of a task hub: opens the store, makes the actors, wakes what is outstanding.
#pragma once

#include "actors/services.hpp"
#include "engine/environment.hpp"
#include "store/lock.hpp"

#include <perdure/task_hub.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>

namespace perdure::engine {

class hub {
  public:
    /// Throws error as task_hub::open does; nothing is left running then.
    static std::unique_ptr<hub> open(const std::filesystem::path& directory, registry functions,
                                     hub_options options, environment outside = {});
    ~hub();
    hub(const hub&) = delete;
    hub& operator=(const hub&) = delete;

    void close();
    /// As if the process died here: nothing more is written, run or answered. Only for a hub that
    /// is driven (see environment), on the driving thread.
    void kill();
    hub_metrics metrics();
    engine::driver* driver() const noexcept { return outside_.driven_by; }

    /// Throws error (closed) or the error that poisoned the hub.
    void require_open() const;
    /// For a client call: require_open(), and the store stays open until the returned lock goes.
    std::shared_lock<std::shared_mutex> enter() const;
    const registry& functions() const noexcept { return functions_; }
    actors::services& services() noexcept { return services_; }

  private:
    hub(const std::filesystem::path& directory, registry functions, hub_options options,
        environment outside);

    void check_format(const std::string& name);
    timestamp stored_clock();
    std::uint64_t next_inbox_order();
    void make_services();
    void start_actors();
    void run_activity(const actors::work& item);
    std::unique_ptr<actors::timers> timers_of(store::table where,
                                              actors::timers::fire_function fire);
    void recover();
    void end_actors();
    void release();
    /// Waits until `is_reached`, running jobs if nobody else does.
    template <class Condition>
    void wait_until(Condition is_reached);

    registry functions_;
    hub_options options_;
    environment outside_;
    std::string name_;
    std::optional<store::directory_lock> lock_; ///< None if the rows are elsewhere.
    std::unique_ptr<store::store> rows_;
    std::optional<base::engine_clock> clock_;

    caf::actor_system_config own_config_;
    std::optional<caf::actor_system> own_system_;
    caf::actor_system* system_;

    std::mutex log_mutex_;
    actors::counters counters_;
    actors::services services_;
    actors::held_list held_;
    actors::waiters waiters_;
    std::atomic<std::int64_t> alive_{0};
    std::unique_ptr<actors::blob_cache> blobs_;
    std::unique_ptr<actors::committer> committer_;
    std::unique_ptr<actors::router> router_;
    std::unique_ptr<actors::activity_pool> pool_;
    std::unique_ptr<actors::timers> timers_;
    std::unique_ptr<actors::timers> scheduled_;
    std::unique_ptr<actors::heartbeat_watch> watch_;
    caf::actor janitor_;

    mutable std::shared_mutex calls_; ///< Shared by client calls under way.
    mutable std::mutex state_mutex_;
    bool is_closed_ = false;
    std::exception_ptr poisoned_;
};

} // namespace perdure::engine
