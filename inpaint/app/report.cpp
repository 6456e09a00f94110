// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/report.hpp"

#include <nlohmann/json.hpp>

namespace erase_app {

std::string json_report(const outcome& done, const cost& spent, const std::string& output_hash) {
    nlohmann::ordered_json report;
    report["method"] = done.seam_count > 0 ? "seam-carving" : "fill";
    report["seconds"] = spent.seconds;
    report["levels"] = done.level_count;
    report["iterations"] = done.iteration_count;
    report["seams"] = done.seam_count;
    report["activities"] = done.activity_count;
    report["bytes_committed"] = done.committed_bytes;
    report["energy"] = static_cast<double>(done.energy) / 1000;
    report["instance"] = nullptr;
    if (!done.instance.empty())
        report["instance"] = done.instance;
    report["ready_seconds"] = nullptr;
    if (done.ready_seconds)
        report["ready_seconds"] = *done.ready_seconds;
    report["sha256"] = output_hash;
    report["cost"] = json_of(spent);
    return report.dump();
}

} // namespace erase_app
