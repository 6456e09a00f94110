// SPDX-License-Identifier: Apache-2.0
// A sub-command of perdure-sim and the arguments it is given.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace perdure::sim {

/// The arguments make no sense; the program prints the message and its usage, and exits with 2.
struct wrong_usage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What follows the sub-command's name. Options are taken one by one, in any order.
class arguments {
  public:
    explicit arguments(std::vector<std::string> given) : given_(std::move(given)) {}

    /// Whether `option` is there; leaves it there.
    bool has(std::string_view option) const;
    /// The same, and takes it.
    bool flag(std::string_view option);
    /// The value after `option`, or `otherwise`.
    std::string text(std::string_view option, std::string otherwise);
    /// The same for a number of at least `least`.
    std::uint64_t number(std::string_view option, std::uint64_t otherwise, std::uint64_t least = 0);
    /// Throws wrong_usage if something is left that nobody has taken.
    void end() const;

  private:
    std::vector<std::string> given_;
};

/// A number of at least `least`; throws wrong_usage, naming the option.
std::uint64_t parse_number(std::string_view option, std::string_view text, std::uint64_t least);

struct command {
    std::string_view name;
    std::string_view usage; ///< Lines: the arguments, then what it does.
    int (*run)(arguments& given); ///< The exit status: 0 good, 1 something is wrong.
};

} // namespace perdure::sim
