// SPDX-License-Identifier: Apache-2.0
// What the run of an activity and its instance tell each other.
#include "actors/run_control.hpp"
#include "catch.hpp"

using namespace perdure;
using namespace perdure::actors;

namespace {

life_sign sign(int n) {
    return {codec<int>::encode(n), {}};
}

} // namespace

TEST_CASE("one heartbeat is on its way at a time, and the next one is the latest") {
    run_control control;
    CHECK(control.beat({}, sign(1)));
    CHECK_FALSE(control.beat({}, sign(2)));
    CHECK(control.take()->progress == codec<int>::encode(2));
    CHECK_FALSE(control.beat({}, sign(3)));
    CHECK_FALSE(control.beat({}, sign(4)));

    CHECK(control.settle()); // there is a newer one: tell again
    CHECK(control.take()->progress == codec<int>::encode(4));
    CHECK_FALSE(control.settle());
    CHECK(control.beat({}, sign(5)));
}

TEST_CASE("a cancelled run is asked to stop for good, one whose hub closes is not") {
    run_control closing, canceled;

    closing.request_stop();
    canceled.cancel();

    CHECK(closing.stop_token().stop_requested());
    CHECK_FALSE(closing.is_canceled());
    CHECK(canceled.stop_token().stop_requested());
    CHECK(canceled.is_canceled());
    CHECK_FALSE(canceled.needs_watching());
}
