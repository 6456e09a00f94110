// SPDX-License-Identifier: Apache-2.0
// Randomness: an interface for the unpredictable kind (new ids), and a counter-based generator for
// the reproducible kind (what orchestrations and entities draw).
#pragma once

#include <perdure/ids.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace perdure::base {

class entropy {
  public:
    virtual ~entropy() = default;
    /// 64 unpredictable bits. Thread-safe.
    virtual std::uint64_t draw() = 0;
};

/// The operating system's entropy.
entropy& system_entropy();

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection that mixes all bits.
std::uint64_t mix(std::uint64_t x) noexcept;

/// A seed from text; equal on every machine.
std::uint64_t seed_of(std::string_view text) noexcept;

/// SplitMix64: the n-th draw depends on seed and n only.
class random_stream {
  public:
    explicit random_stream(std::uint64_t seed) noexcept : state_(seed) {}
    std::uint64_t draw() noexcept { return mix(state_ += 0x9e3779b97f4a7c15u); }

  private:
    std::uint64_t state_;
};

/// A random UUID (version 4) of 128 given bits.
std::string uuid(std::uint64_t high, std::uint64_t low);

/// A UUID that sorts by time (version 7, RFC 9562) of 76 given bits. Rows of things made about the
/// same time are neighbours, which makes their writes several times cheaper than at random places.
std::string time_ordered_uuid(timestamp now, std::uint64_t high, std::uint64_t low);

} // namespace perdure::base
