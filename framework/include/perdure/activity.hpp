// SPDX-License-Identifier: Apache-2.0
// activity_context: what an activity may know about its call, the blobs it may read and make, and
// the signs of life it may give. Take it as the first parameter if you need it:
//   R name(perdure::activity_context& ctx, Args...).
#pragma once

#include <perdure/payload.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace perdure {

/// The surroundings of one run of an activity. Not for use after the activity has returned.
class activity_context {
  public:
    virtual ~activity_context() = default;

    /// The orchestration that asked, and the number of the call within it: together they name this
    /// attempt for good, also when it runs again, and make a good idempotency key for the outside.
    virtual const std::string& instance() const noexcept = 0;
    virtual std::uint32_t task_id() const noexcept = 0;
    /// How often the call was tried, this time included: from 1. An attempt that runs again after a
    /// crash keeps its number.
    virtual std::uint32_t attempt() const noexcept { return 1; }

    /// Requested when the hub closes, or when this call is cancelled: its durable was dropped, as
    /// the losers of when_any are, its orchestration ended, or it took too long (call_options).
    /// Long activities look at it and throw perdure::interrupted. Callbacks of it must not block.
    virtual std::stop_token stop_token() const noexcept = 0;
    /// Whether the stop is for good: nobody waits for this attempt, and what it returns or throws
    /// is dropped. If it is not, the activity runs again when the hub is next opened.
    virtual bool is_canceled() const noexcept { return false; }

    /// Says that the activity is alive, and how far it has come. Doesn't wait: the latest value is
    /// on disk soon after, however often this is called, and last_heartbeat() of the next attempt
    /// gives it. Blobs that it names are kept as long as the value.
    template <class T>
    void heartbeat(const T& progress) {
        send_heartbeat(codec<T>::encode(progress));
    }
    /// What this activity, in an earlier attempt or before a crash, sent last. None if it sent
    /// nothing, or nothing that has reached the disk. Throws error (conversion) for another type.
    template <class T>
    std::optional<T> last_heartbeat() {
        const std::optional<payload> sent = sent_heartbeat();
        return sent ? std::optional<T>(codec<T>::decode(*sent)) : std::nullopt;
    }

    /// Keeps bytes as an immutable blob. It becomes durable together with this activity's result or
    /// heartbeat, which must contain the returned name; otherwise the blob is forgotten.
    virtual blob put(std::string data) = 0;
    /// The bytes of a blob of this hub. Throws error (not_found).
    virtual std::shared_ptr<const std::string> get(const blob& name) = 0;

  private:
    virtual void send_heartbeat(payload progress) { static_cast<void>(progress); }
    virtual std::optional<payload> sent_heartbeat() { return std::nullopt; }
};

} // namespace perdure
