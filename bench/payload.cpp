// SPDX-License-Identifier: Apache-2.0
// How fast do large values pass through an activity: into an orchestration, to the activity, back?
#include "bench/benchmarks.hpp"
#include "bench/loop.hpp"

#include <perdure/perdure.hpp>

#include <algorithm>
#include <random>

namespace perdure::bench {
namespace {

inline constexpr activity<bytes(bytes)> turn_round{"turn_round"};
inline constexpr orchestration<std::uint64_t(bytes)> digest_turned{"digest_turned"};

std::uint64_t digest(const std::string& data) {
    return std::hash<std::string>{}(data);
}

bytes turned_round(bytes value) {
    std::reverse(value.data.begin(), value.data.end());
    return value;
}

task<std::uint64_t> turn_and_digest(orchestration_context& ctx, bytes value) {
    const bytes turned = co_await ctx.call(turn_round, std::move(value));
    co_return digest(turned.data);
}

/// Bytes that nothing compresses; those of each number differ, so that none is kept only once.
class sample_values {
  public:
    explicit sample_values(std::size_t size) : data_(size, '\0') {
        std::mt19937_64 random(size);
        for (char& each : data_)
            each = static_cast<char>(random());
    }
    bytes make(std::uint64_t number) const {
        bytes value{data_};
        for (std::size_t i = 0; i < value.data.size() && i < sizeof number; ++i)
            value.data[i] = static_cast<char>(number >> (8 * i));
        return value;
    }

  private:
    std::string data_;
};

figures run(std::size_t size, const plan& wanted) {
    registry functions;
    functions.add(turn_round, turned_round).add(digest_turned, turn_and_digest);
    scratch_hub hub(wanted, functions);

    const sample_values values(size);
    orchestration_loop load(
        wanted.in_flight,
        [&](std::uint64_t number, start_options options) {
            hub->client().start_async(std::move(options), digest_turned, values.make(number));
        },
        [&](std::uint64_t number) {
            return std::to_string(digest(turned_round(values.make(number)).data));
        });
    figures found{{"bytes", size}};
    found.update(measure(*hub, load, wanted));
    found["mib_per_second"] =
        found["completed_per_second"].get<double>() * static_cast<double>(size) / (1 << 20);
    return found;
}

runner prepare(arguments& given) {
    const auto size =
        static_cast<std::size_t>(given.number("--bytes", 1024, 1, std::uint64_t{1} << 30));
    return [size](const plan& wanted) { return run(size, wanted); };
}

} // namespace

const benchmark payload_benchmark{
    "payload",
    "[--bytes N]\n"
    "    Orchestrations whose input of N (1024) bytes passes through an activity and back.",
    true, prepare};

} // namespace perdure::bench
