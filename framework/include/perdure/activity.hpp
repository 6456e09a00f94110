// SPDX-License-Identifier: Apache-2.0
// activity_context: what an activity may know about its call, and the blobs it may read and make.
// Take it as the first parameter if you need it: R name(perdure::activity_context& ctx, Args...).
#pragma once

#include <perdure/payload.hpp>

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace perdure {

/// The surroundings of one run of an activity. Not for use after the activity has returned.
class activity_context {
  public:
    virtual ~activity_context() = default;

    /// The orchestration that asked, and the number of the call within it: together they name this
    /// call for good, also when it runs again, and make a good idempotency key for the outside.
    virtual const std::string& instance() const noexcept = 0;
    virtual std::uint32_t task_id() const noexcept = 0;

    /// Requested when the hub closes. Long activities look at it and throw perdure::interrupted.
    virtual std::stop_token stop_token() const noexcept = 0;

    /// Keeps bytes as an immutable blob. It becomes durable together with this activity's result,
    /// which must contain the returned name; otherwise the blob is forgotten.
    virtual blob put(std::string data) = 0;
    /// The bytes of a blob of this hub. Throws error (not_found).
    virtual std::shared_ptr<const std::string> get(const blob& name) = 0;
};

} // namespace perdure
