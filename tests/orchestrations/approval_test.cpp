// SPDX-License-Identifier: Apache-2.0
// Human interaction: an event races a timer, and the loser is cancelled.
#include "activities/outside_world.hpp"
#include "orchestrations/approval.hpp"
#include "scenarios/scene.hpp"

namespace {

struct office {
    scenes::notes sent;
    scenes::scene hub{functions()};

    std::string request() {
        const auto id = hub.client().start(patterns::ask_approval, "a boat");
        REQUIRE(hub.await(id, "TimerCreated"));
        return id;
    }

    perdure::registry functions() {
        perdure::registry filled;
        patterns::register_approval(filled);
        patterns::register_outside_world(
            filled, {[](const std::string&) { return false; },
                     [this](const std::string& message, const std::string& person,
                            const std::string& text) {
                         ids.add(message);
                         sent.add(person + ": " + text);
                     }});
        return filled;
    }

    scenes::notes ids;
};

} // namespace

TEST_CASE("an approved request completes at once and its timer is cancelled") {
    office here;
    const auto id = here.request();

    here.hub.client().raise(id, patterns::approval, true);

    CHECK(here.hub.wait(patterns::ask_approval, id) == "approved");
    CHECK(here.hub.count(id, "TimerCanceled") == 1);
    CHECK(here.hub.count(id, "TimerFired") == 0);
    CHECK(here.sent.lines() == std::vector<std::string>{"manager: please decide: a boat"});
}

TEST_CASE("a rejected request says so") {
    office here;
    const auto id = here.request();

    here.hub.client().raise(id, patterns::approval, false);

    CHECK(here.hub.wait(patterns::ask_approval, id) == "rejected");
}

TEST_CASE("a decision that comes before the question is asked counts") {
    office here;
    const auto id = here.hub.client().start(patterns::ask_approval, "a boat");
    here.hub.client().raise(id, patterns::approval, true);

    CHECK(here.hub.wait(patterns::ask_approval, id) == "approved");
}

TEST_CASE("a request that nobody decides is escalated after three days") {
    office here;
    const auto id = here.request();

    here.hub.clock.advance(patterns::approval_patience);

    CHECK(here.hub.wait(patterns::ask_approval, id) == "escalated");
    CHECK(here.hub.count(id, "TimerFired") == 1);
    CHECK(here.hub.count(id, "TimerCanceled") == 0);
    CHECK(here.sent.count("director: nobody has decided: a boat") == 1);
}

TEST_CASE("a decision that comes after the escalation is refused") {
    office here;
    const auto id = here.request();
    here.hub.clock.advance(patterns::approval_patience);
    here.hub.wait(patterns::ask_approval, id);

    CHECK(scenes::errc_of([&] { here.hub.client().raise(id, patterns::approval, true); }) ==
          perdure::errc::instance_finished);
}

TEST_CASE("a cancelled timer stays silent also after its due time and a restart") {
    office here;
    const auto id = here.request();
    here.hub.client().raise(id, patterns::approval, true);
    here.hub.wait(patterns::ask_approval, id);
    const auto before = here.hub.client().history(id).size();

    here.hub.clock.advance(patterns::approval_patience);
    here.hub.reopen();
    const auto other = here.request();
    here.hub.clock.advance(patterns::approval_patience);
    here.hub.wait(patterns::ask_approval, other);

    CHECK(here.hub.client().history(id).size() == before);
}
