// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/report.hpp"

#include <nlohmann/json.hpp>

namespace erase_app {

std::string json_report(const outcome& done, double seconds, const std::string& output_hash) {
    nlohmann::ordered_json report;
    report["seconds"] = seconds;
    report["levels"] = done.level_count;
    report["iterations"] = done.iteration_count;
    report["activities"] = done.activity_count;
    report["bytes_committed"] = done.committed_bytes;
    report["energy"] = static_cast<double>(done.energy) / 1000;
    report["instance"] = nullptr;
    if (!done.instance.empty())
        report["instance"] = done.instance;
    report["sha256"] = output_hash;
    return report.dump();
}

} // namespace erase_app
