// SPDX-License-Identifier: Apache-2.0
// The seams: everything non-deterministic that a hub takes from outside. Production uses the
// defaults; tests bring their own.
#pragma once

#include "base/clock.hpp"
#include "base/probe.hpp"
#include "base/random.hpp"
#include "store/store.hpp"

#include <functional>
#include <memory>

namespace perdure::engine {

/// Runs the actors of a hub on the caller's thread, in an order and a time of its own.
class driver {
  public:
    virtual ~driver() = default;
    /// Runs one job; false if there is none.
    virtual bool run_one_job() = 0;
    /// With no job left: lets time pass until something falls due, but not beyond `latest`. False
    /// if nothing fell due.
    virtual bool skip_time(base::mono_time latest) = 0;
};

struct environment {
    base::clock* clock = &base::system_clock();
    base::entropy* entropy = &base::system_entropy();

    /// Opens what the hub keeps its rows in. Empty: RocksDB in the hub's directory, locked against
    /// a second opener; otherwise the directory's name is all that the hub uses of it.
    std::function<std::unique_ptr<store::store>()> open_rows;

    /// Set when the actor system handed over in hub_options runs on the caller's thread only (CAF's
    /// testing scheduler). No actor gets a thread of its own then, and whatever would wait drives
    /// the jobs itself.
    driver* driven_by = nullptr;

    /// Makes rare things happen in a hub that is driven; null: they only happen by themselves.
    base::probe* disturbed_by = nullptr;
};

} // namespace perdure::engine
