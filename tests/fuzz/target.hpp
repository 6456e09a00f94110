// SPDX-License-Identifier: Apache-2.0
// What every fuzz target is made of. A target is one file that defines test(); libFuzzer feeds it
// with inputs it makes up (tests/fuzz/run), the plain suite with the corpus (replay.cpp).
#pragma once

#include <perdure/error.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace fuzz {

/// The target: returns if its property holds for these bytes. Whatever it throws is a finding.
void test(std::string_view bytes);

/// Prints what does not hold and aborts.
void require(bool holds, const char* property);

/// What `decode` gives, or nothing if it refuses with error (`expected`). Anything else it throws
/// is a finding.
template <class Decode>
auto accepted(Decode&& decode, perdure::errc expected = perdure::errc::damaged)
    -> std::optional<decltype(decode())> {
    try {
        return std::forward<Decode>(decode)();
    } catch (const perdure::error& refused) {
        require(refused.code() == expected, "a refusal has the documented error code");
        return std::nullopt;
    }
}

/// Draws structured inputs from bytes. When they are used up it gives zeros and empty strings.
class source {
  public:
    explicit source(std::string_view bytes) : left_(bytes) {}

    bool is_empty() const { return left_.empty(); }
    std::uint8_t byte();
    bool flag() { return (byte() & 1) != 0; }
    /// 0 to `most`, which is below 256.
    std::uint8_t number(std::uint8_t most) {
        return static_cast<std::uint8_t>(byte() % (std::uint32_t{most} + 1));
    }
    std::uint64_t word();
    /// Up to 65535 bytes, with their number before them.
    std::string_view text();
    std::string_view rest() { return std::exchange(left_, {}); }

  private:
    std::string_view left_;
};

} // namespace fuzz
