// SPDX-License-Identifier: Apache-2.0
// What becomes of an activity whose blobs can't be read.
#include "actors/activity_pool.hpp"
#include "catch.hpp"

#include <perdure/perdure.hpp>

using namespace perdure;
using namespace perdure::actors;

namespace {

inline constexpr activity<int(blob)> weigh{"weigh"};

/// A store that says the same about every blob.
struct broken_blobs final : turn::blob_source {
    explicit broken_blobs(errc given) : code(given) {}
    std::shared_ptr<const std::string> load(const blob&) override {
        throw error(code, "no such luck");
    }
    errc code;
};

/// The activity hides what it was told.
work_outcome outcome_with(errc code) {
    registry functions;
    functions.add(weigh, [](activity_context& ctx, blob suitcase) {
        try {
            return static_cast<int>(ctx.get(suitcase)->size());
        } catch (const error&) {
            return -1;
        }
    });
    broken_blobs blobs(code);
    const work item{"i", "e", 1, "weigh", detail::encode_arguments<blob>(blob{})};
    return run_activity(item, functions, blobs, 1000);
}

} // namespace

TEST_CASE("an activity that could not read a blob has no outcome, whatever it made of that") {
    for (const errc code : {errc::damaged, errc::storage}) {
        const work_outcome came = outcome_with(code);
        CHECK_FALSE(came.body);
        CHECK(came.obstacle == "no such luck");
    }
}

TEST_CASE("an activity that asked for a blob that does not exist has an outcome") {
    const work_outcome came = outcome_with(errc::not_found);
    REQUIRE(came.body);
    CHECK(std::get<history::task_completed>(*came.body).result.data == "-1");
    CHECK_FALSE(came.obstacle);
}

TEST_CASE("an activity whose input can't be read has not run") {
    bool has_run = false;
    registry functions;
    functions.add(weigh, [&](blob) { return has_run = true; });
    broken_blobs blobs(errc::not_found);
    work item{"i", "e", 1, "weigh", {}};
    item.input.data.clear();
    item.input.external = blob{};

    const work_outcome came = run_activity(item, functions, blobs, 1000);

    CHECK_FALSE(came.body);
    CHECK(came.obstacle == "no such luck");
    CHECK_FALSE(has_run);
}
