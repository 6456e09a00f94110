// SPDX-License-Identifier: Apache-2.0
// Places in the engine where something rare but legal may happen; a simulation makes it happen.
// After FoundationDB's buggify (flow/include/flow/Buggify.h).
#pragma once

namespace perdure::base {

/// Threads: one at a time; only hubs that are driven have a probe.
class probe {
  public:
    virtual ~probe() = default;
    /// Whether the rare thing of that site happens now.
    virtual bool fires(const char* site) = 0;
};

/// For the sites: in production there is no probe, and nothing rare happens by intent.
inline bool buggify(probe* disturbed_by, const char* site) {
    return disturbed_by != nullptr && disturbed_by->fires(site);
}

} // namespace perdure::base
