// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/cost.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

#include <sys/resource.h>

namespace erase_app {
namespace {

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

} // namespace

double cost::gb_seconds() const {
    return static_cast<double>(peak_bytes) / (1 << 30) * seconds;
}

cost cost_so_far(double seconds, double dollars_per_gb_second) {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    cost spent;
    spent.cpu_seconds = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
    spent.seconds = seconds;
    spent.peak_bytes = static_cast<std::uint64_t>(used.ru_maxrss) * 1024;
    spent.dollars_per_gb_second = dollars_per_gb_second;
    return spent;
}

nlohmann::ordered_json json_of(const cost& spent) {
    nlohmann::ordered_json out;
    out["cpu_seconds"] = spent.cpu_seconds;
    out["peak_bytes"] = spent.peak_bytes;
    out["gb_seconds"] = spent.gb_seconds();
    out["dollars_per_gb_second"] = spent.dollars_per_gb_second;
    out["dollars"] = spent.dollars();
    out["talk_dollars"] = talk_dollars;
    return out;
}

std::string line_of(const cost& spent) {
    char line[256];
    std::snprintf(line, sizeof line,
                  "cost: %.2f s of CPU; %.3f GB-seconds (%.0f MB for %.2f s), $%.6f at $%g each; "
                  "the talk's application took $%g",
                  spent.cpu_seconds, spent.gb_seconds(),
                  static_cast<double>(spent.peak_bytes) / 1e6, spent.seconds, spent.dollars(),
                  spent.dollars_per_gb_second, talk_dollars);
    return line;
}

} // namespace erase_app
