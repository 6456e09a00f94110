// SPDX-License-Identifier: Apache-2.0
// A transaction over states in memory: all of them change, or none.
#include "turn/transaction_turn.hpp"

#include "catch.hpp"

#include <perdure/perdure.hpp>

using namespace perdure;
using namespace perdure::history;

namespace {

struct purse {
    int coins = 0;
    void put(int n) { coins += n; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(purse, coins)
};
struct other {
    int value = 0;
    void set(int n) { value = n; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(other, value)
};
struct badge {
    std::string text;
    void write(std::string to) { text = std::move(to); }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(badge, text)
};
inline constexpr entity labels{"badge", op("write", &badge::write)};
inline constexpr entity purses{"purse", op("put", &purse::put)};
inline constexpr entity others{"other", op("set", &other::set)};

class no_blobs final : public turn::blob_source {
    std::shared_ptr<const std::string> load(const blob& name) override {
        throw error(errc::not_found, name.hex());
    }
};

payload coins(int n) {
    return {content::json, "{\"coins\":" + std::to_string(n) + "}", {}, {}};
}

/// Two purses, a with 5 coins and b that never had any.
struct table {
    no_blobs blobs;
    registry functions = registry().add(purses).add(others);
    turn::entity_turn a{{"purse", "a"}, *functions.find_entity("purse"), coins(5), blobs, 64};
    turn::entity_turn b{{"purse", "b"}, *functions.find_entity("purse"), {}, blobs, 64};

    turn::transaction_decision run(int move(purse&, purse&, int), int amount,
                                   std::vector<std::string> entities = {"@purse@a", "@purse@b"}) {
        const auto code = detail::erase_transaction<int, purse&, purse&, int>(move);
        const transaction_requested asked{3, "t", std::move(entities), codec<int>::encode(amount)};
        std::vector<turn::entity_turn*> along{&a};
        if (route_of(asked).size() == 2)
            along.push_back(&b);
        return turn::run_transaction(code, asked, along, 64);
    }
};

int move_coins(purse& from, purse& to, int amount) {
    to.coins += amount;
    from.coins -= amount;
    if (from.coins < 0)
        throw std::runtime_error("too few coins");
    return from.coins;
}

} // namespace

TEST_CASE("a transaction changes all its states and gives its result") {
    table laid;

    const auto decided = laid.run(move_coins, 2);

    CHECK(decided.outcome == history::event(transaction_completed{3, codec<int>::encode(3)}));
    CHECK(decided.states == std::vector<std::optional<payload>>{coins(3), coins(2)});
}

TEST_CASE("a transaction that throws changes nothing, and says why") {
    table laid;

    const auto decided = laid.run(move_coins, 9);

    CHECK(std::get<transaction_rejected>(decided.outcome).error.message == "too few coins");
    CHECK(decided.states == std::vector<std::optional<payload>>(2));
    CHECK(laid.run(move_coins, 5).states ==
          std::vector<std::optional<payload>>{coins(0), coins(5)});
}

TEST_CASE("parameters get the entities in the order of the call, not of the route") {
    table laid;
    laid.run(move_coins, 5);

    const auto back = laid.run(move_coins, 1, {"@purse@b", "@purse@a"});

    CHECK(back.states == std::vector<std::optional<payload>>{coins(1), coins(4)});
}

TEST_CASE("an entity that is named twice is one state") {
    table laid;

    const auto decided = laid.run(move_coins, 2, {"@purse@a", "@purse@a"});

    CHECK(decided.outcome == history::event(transaction_completed{3, codec<int>::encode(5)}));
    CHECK(decided.states == std::vector<std::optional<payload>>(1)); // as it was
}

TEST_CASE("a transaction does not take the state of another kind of entity") {
    table laid;
    turn::entity_turn wrong{
        {"other", "x"}, *laid.functions.find_entity("other"), {}, laid.blobs, 64};
    const auto code = detail::erase_transaction<int, purse&, purse&, int>(move_coins);
    const transaction_requested asked{3, "t", {"@other@x", "@purse@a"}, codec<int>::encode(1)};
    std::vector<turn::entity_turn*> along{&wrong, &laid.a};

    const auto decided = turn::run_transaction(code, asked, along, 64);

    const auto& rejected = std::get<transaction_rejected>(decided.outcome);
    CHECK(rejected.error.message.find("states of another type") != std::string::npos);
}

TEST_CASE("a transaction that leaves a state which can't be stored changes nothing") {
    struct tag {
        static int spoil(purse& from, badge& on, int amount) {
            from.coins -= amount;
            on.text = amount == 1 ? "\xff" : "paid";
            return from.coins;
        }
    };
    table laid;
    registry functions = registry().add(labels);
    turn::entity_turn on{{"badge", "l"}, *functions.find_entity("badge"), {}, laid.blobs, 64};
    const auto code = detail::erase_transaction<int, purse&, badge&, int>(tag::spoil);
    std::vector<turn::entity_turn*> along{&on, &laid.a};
    const auto run = [&](int amount) {
        return turn::run_transaction(
            code, {3, "t", {"@purse@a", "@badge@l"}, codec<int>::encode(amount)}, along, 64);
    };

    const auto refused = run(1);
    CHECK(std::holds_alternative<transaction_rejected>(refused.outcome));
    CHECK(refused.states == std::vector<std::optional<payload>>(2));
    CHECK(run(2).states.at(1) == coins(3));
}
