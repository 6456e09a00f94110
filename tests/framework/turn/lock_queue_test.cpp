// SPDX-License-Identifier: Apache-2.0
// The queue of an entity: who passes while it is locked, and in which order the others follow.
#include "turn/lock_queue.hpp"

#include "catch.hpp"

using namespace perdure;
using namespace perdure::history;

namespace {

using queue = turn::lock_queue<int>;

message request(std::string who, std::vector<std::string> entities = {"@e@a"}) {
    return {std::move(who), "exec", {}, lock_requested{7, std::move(entities)}};
}
message unlock(std::string who, std::vector<std::string> entities = {"@e@a"}) {
    return {std::move(who), "exec", {}, unlock_sent{7, std::move(entities)}};
}
message call(std::string who, std::string execution = "exec", std::uint32_t section = 0) {
    return {std::move(who),
            std::move(execution),
            {},
            operation_called{1, {"e", "a"}, "add", {}, {}, section}};
}

/// The numbers of all that may be handled now, in order.
std::vector<int> taken(queue& from) {
    std::vector<int> numbers;
    while (auto next = from.take())
        numbers.push_back(next->origin);
    return numbers;
}

using numbers = std::vector<int>;

} // namespace

TEST_CASE("while an entity is free, everything passes in order of arrival") {
    queue arrivals;
    arrivals.push({call("i"), 1});
    arrivals.push({call("j"), 2});

    CHECK(taken(arrivals) == numbers{1, 2});
    CHECK(arrivals.is_empty());
}

TEST_CASE("while an entity is locked, only calls from its holder's critical section pass") {
    queue arrivals;
    arrivals.lock_for(turn::owner_of(request("holder")));
    arrivals.push({call("other"), 1});
    arrivals.push({call("holder", "exec", section_of(7)), 2});
    arrivals.push({call("holder", "an earlier execution", section_of(7)), 3});
    arrivals.push({call("holder"), 4}); // by another part of the orchestration
    arrivals.push({call("holder", "exec", section_of(8)), 5});

    CHECK(taken(arrivals) == numbers{2});

    arrivals.unlock();
    arrivals.push({call("late"), 6});
    CHECK(taken(arrivals) == numbers{1, 3, 4, 5, 6});
}

TEST_CASE("what waited for a lock comes before what arrives after the unlock") {
    queue arrivals;
    arrivals.lock_for(turn::owner_of(request("holder")));
    arrivals.push({call("other"), 1});
    arrivals.push({unlock("holder"), 2});
    arrivals.push({call("late"), 3});

    CHECK(arrivals.take()->origin == 2);
    arrivals.unlock();
    CHECK(taken(arrivals) == numbers{1, 3});
}

TEST_CASE("an unlock passes the lock of another, and takes back the request that waits") {
    queue arrivals;
    arrivals.lock_for(turn::owner_of(request("holder")));
    arrivals.push({request("impatient"), 1});
    arrivals.push({request("patient"), 2});
    arrivals.push({unlock("impatient"), 3});

    CHECK(taken(arrivals) == numbers{3});
    CHECK(arrivals.withdraw(turn::owner_of(unlock("impatient")))->origin == 1);
    CHECK_FALSE(arrivals.withdraw(turn::owner_of(unlock("impatient"))));

    arrivals.unlock();
    CHECK(taken(arrivals) == numbers{2});
}

TEST_CASE("a request goes from entity to entity and becomes the grant at the last one") {
    const auto onward = turn::granted(request("i", {"@e@a", "@e@b"}), "@e@a");
    CHECK(onward.target == "@e@b");
    CHECK(onward.body == request("i", {"@e@b"}));

    const auto grant = turn::granted(onward.body, "@e@b");
    CHECK(grant.target == "i");
    CHECK(grant.body == message{"@e@b", {}, "exec", lock_granted{7}});
}

TEST_CASE("an unlock goes the way of its request and ends with the last entity") {
    const auto onward = turn::passed_on(unlock("i", {"@e@a", "@e@b"}));
    REQUIRE(onward);
    CHECK(onward->target == "@e@b");
    CHECK(onward->body == unlock("i", {"@e@b"}));

    CHECK_FALSE(turn::passed_on(onward->body));
}
