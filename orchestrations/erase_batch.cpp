// SPDX-License-Identifier: Apache-2.0
#include "orchestrations/erase_batch.hpp"

#include <cstddef>
#include <utility>

namespace erasing {
namespace {

perdure::task<bool> is_erased(perdure::durable<erased_picture> ended) {
    bool is_good = true;
    try {
        co_await ended;
    } catch (const perdure::task_failed&) {
        is_good = false;
    }
    co_return is_good;
}

} // namespace

perdure::task<batch_progress> run_erase_batch(perdure::orchestration_context& ctx, batch_job job) {
    batch_progress progress;
    std::vector<perdure::durable<erased_picture>> running;
    std::size_t next = 0;
    while (next < job.pictures.size() || !running.empty()) {
        while (next < job.pictures.size() && static_cast<int>(running.size()) < job.at_once) {
            const batch_picture& picture = job.pictures[next++];
            running.push_back(ctx.call_as(picture.instance, erase_object, picture.job));
        }
        const std::size_t index = co_await perdure::when_any(running);
        perdure::durable<erased_picture> ended = std::move(running[index]);
        running.erase(running.begin() + static_cast<std::ptrdiff_t>(index));
        const bool is_good = co_await is_erased(std::move(ended));
        ++(is_good ? progress.erased_count : progress.failed_count);
        ctx.set_status(progress);
    }
    co_return progress;
}

} // namespace erasing
