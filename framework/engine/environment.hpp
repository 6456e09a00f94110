// SPDX-License-Identifier: Apache-2.0
// The seams: everything non-deterministic that a hub takes from outside. Production uses the
// defaults; tests bring their own.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"

#include <functional>

namespace rocksdb {
class Env;
}

namespace perdure::engine {

struct environment {
    base::clock* clock = &base::system_clock();
    base::entropy* entropy = &base::system_entropy();
    rocksdb::Env* files = nullptr; ///< Null: the machine's.

    /// Set when the actor system handed over in hub_options runs on the caller's thread only (CAF's
    /// testing scheduler): runs one job, false if there is none. No actor gets a thread of its own
    /// then, and close() drives the jobs itself.
    std::function<bool()> run_one_job;
};

} // namespace perdure::engine
