// SPDX-License-Identifier: Apache-2.0
// What a testing::machine consists of. The simulator takes it apart; users see the machine.
#pragma once

#include "engine/hub.hpp"
#include "store/rocks_store.hpp"
#include "testing/memory_store.hpp"
#include "testing/sim_files.hpp"
#include "testing/stepped_system.hpp"
#include "testing/virtual_world.hpp"

#include <perdure/testing/machine.hpp>

#include <memory>
#include <optional>

namespace perdure::testing {

/// Threads: one.
class computer final : public engine::driver {
  public:
    /// Is off until boot().
    computer(registry installed, machine_options options);
    ~computer() override;
    computer(const computer&) = delete;
    computer& operator=(const computer&) = delete;

    /// Opens the hub; throws error as task_hub::open does, and is off then.
    void boot();
    void shut_down();
    /// Does nothing if the computer is off.
    void kill();
    void kill_power();
    bool is_on() const noexcept { return hub_ != nullptr; }
    /// Whether the hub still accepts calls that write: no write of its has failed.
    bool is_writable() const;

    bool run_one_job() override;
    bool skip_time(base::mono_time latest) override;
    void run_until_idle();
    void advance(std::chrono::milliseconds by);
    /// The hub notices within a second, as a real one.
    void set_wall_clock(timestamp to);

    /// Throws error (closed) if the computer is off.
    engine::hub& hub();
    perdure::client& client();

    manual_clock clock;
    seeded_entropy entropy;
    base::random_stream chance; ///< What faults do.
    memory_store rows; ///< The disk if it holds tables.
    sim_files files; ///< The disk if it holds files.
    std::size_t write_buffer_bytes = store::write_buffer_bytes_default; ///< If it holds files.
    registry functions;
    base::probe* disturbed_by = nullptr; ///< Of the hubs that boot() opens.

  private:
    std::optional<timestamp> next_due();
    std::optional<std::chrono::milliseconds> next_alarm();
    void pass(std::chrono::milliseconds by);
    void clear() noexcept;
    std::unique_ptr<store::store> open_rows();

    machine_options options_;
    std::uint64_t lives_ = 0;
    base::mono_time noticed_at_{}; ///< When a jump of the wall clock has been noticed.
    std::optional<stepped_system> actors_;
    std::unique_ptr<engine::hub> hub_;
    std::optional<perdure::client> client_;
};

} // namespace perdure::testing
