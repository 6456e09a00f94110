// SPDX-License-Identifier: Apache-2.0
// The arguments of a benchmark. Options are taken one by one, in any order; what nobody has taken
// is refused at the end.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace perdure::bench {

/// The arguments make no sense; the program prints the message and its usage, and exits with 2.
struct wrong_usage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class arguments {
  public:
    explicit arguments(std::vector<std::string> given) : given_(std::move(given)) {}

    /// Whether `option` is there.
    bool flag(std::string_view option);
    /// The value after `option`, if it is there.
    std::optional<std::string> text(std::string_view option);
    /// The same for a whole number in a range.
    std::uint64_t number(std::string_view option, std::uint64_t otherwise, std::uint64_t least,
                         std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
    /// The same for seconds, with decimals.
    double seconds(std::string_view option, double otherwise, double least);
    /// One of several words; the first is the default.
    std::string choice(std::string_view option, const std::vector<std::string>& words);
    /// Throws wrong_usage if something is left.
    void end() const;

  private:
    std::vector<std::string> given_;
};

} // namespace perdure::bench
