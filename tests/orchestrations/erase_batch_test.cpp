// SPDX-License-Identifier: Apache-2.0
// A batch begins no more than it may at once, loses nobody, and outlives a crash at every step.
// The pictures are stand-ins that sleep; one of them always fails.
#include "catch.hpp"
#include "orchestrations/erase_batch.hpp"

#include <perdure/testing/machine.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>

using namespace erasing;
using namespace std::chrono_literals;

namespace {

constexpr int picture_count = 5;

perdure::task<erased_picture> stand_in(perdure::orchestration_context& ctx, erase_job job) {
    co_await ctx.sleep_for(std::chrono::seconds(job.settings.seed));
    if (job.photo == "broken")
        throw std::invalid_argument("this picture is broken");
    co_return erased_picture{};
}

perdure::registry functions() {
    perdure::registry all;
    all.add(erase_object, stand_in);
    all.add(erase_batch, run_erase_batch);
    return all;
}

std::string name_of(int picture) {
    return "picture-" + std::to_string(picture);
}

batch_job job_of(int at_once) {
    batch_job job;
    job.at_once = at_once;
    for (int i = 0; i < picture_count; ++i) {
        erase_job one;
        one.photo = i == 1 ? "broken" : "whole";
        one.settings.seed = static_cast<std::uint64_t>(i == 0 ? 60 : i);
        job.pictures.push_back({name_of(i), one});
    }
    return job;
}

/// How many have begun and not ended.
int running_count(perdure::testing::machine& machine) {
    int count = 0;
    for (int i = 0; i < picture_count; ++i) {
        const auto status = machine.client().status(name_of(i));
        count += status && !perdure::is_finished(status->status) ? 1 : 0;
    }
    return count;
}

} // namespace

TEST_CASE("a batch has at most so many pictures under way, and ends with all of them") {
    const int at_once = GENERATE(1, 2, 64);
    perdure::testing::machine machine(functions());
    machine.client().start(perdure::start_options{"batch", {}}, erase_batch, job_of(at_once));

    int most = 0;
    for (int second = 0; second < 120; ++second) {
        machine.run_until_idle();
        most = std::max(most, running_count(machine));
        machine.advance(1s);
    }

    CHECK(most == std::min(at_once, picture_count));
    const batch_progress done = machine.client().wait(erase_batch, "batch", 1s);
    CHECK(done.erased_count == picture_count - 1);
    CHECK(done.failed_count == 1);
    CHECK(machine.client().status(name_of(1))->status == perdure::runtime_status::failed);
}

TEST_CASE("a slow picture does not hold up the others") {
    perdure::testing::machine machine(functions());
    machine.client().start(perdure::start_options{"batch", {}}, erase_batch, job_of(2));

    machine.advance(30s);

    CHECK(running_count(machine) == 1);
    CHECK_FALSE(perdure::is_finished(machine.client().status(name_of(0))->status));
    CHECK(perdure::is_finished(machine.client().status(name_of(picture_count - 1))->status));
}

TEST_CASE("an empty batch is done at once") {
    perdure::testing::machine machine(functions());
    const std::string id = machine.client().start(erase_batch, batch_job{});
    CHECK(machine.client().wait(erase_batch, id, 1s).erased_count == 0);
}

TEST_CASE("a batch goes on after a crash at any step") {
    const std::size_t steps = GENERATE(range(std::size_t{1}, std::size_t{60}));
    perdure::testing::machine machine(functions());
    machine.client().start(perdure::start_options{"batch", {}}, erase_batch, job_of(2));
    machine.run_steps(steps);
    machine.crash();
    machine.advance(3s);
    machine.run_steps(steps);
    machine.crash();

    const batch_progress done = machine.client().wait(erase_batch, "batch", 5min);

    CHECK(done.erased_count == picture_count - 1);
    CHECK(done.failed_count == 1);
}
