// SPDX-License-Identifier: Apache-2.0
#include "engine/hub.hpp"

namespace perdure {

task_hub task_hub::open(const std::filesystem::path& directory, registry functions,
                        hub_options options) {
    return task_hub(engine::hub::open(directory, std::move(functions), std::move(options)));
}

task_hub::task_hub(std::unique_ptr<engine::hub> hub) : hub_(std::move(hub)), client_(*hub_) {}
task_hub::task_hub(task_hub&&) noexcept = default;
task_hub& task_hub::operator=(task_hub&&) noexcept = default;
task_hub::~task_hub() = default;

hub_metrics task_hub::metrics() const {
    return hub_->metrics();
}
void task_hub::close() {
    hub_->close();
}

} // namespace perdure
