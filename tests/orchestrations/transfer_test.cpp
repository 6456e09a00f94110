// SPDX-License-Identifier: Apache-2.0
// The bank, in both styles: whatever is done at the same time, the sum stays.
#include "entities/account.hpp"
#include "orchestrations/transfer.hpp"
#include "scenarios/scene.hpp"

using patterns::account;
using patterns::accounts;

namespace {

using style = perdure::orchestration<bool(std::string, std::string, std::int64_t)>;

perdure::registry functions() {
    perdure::registry filled;
    patterns::register_account(filled);
    patterns::register_transfer_locked(filled);
    patterns::register_transfer_transacted(filled);
    return filled;
}

std::int64_t balance(scenes::scene& hub, const std::string& key) {
    const auto seen = hub.client().read(accounts[key]);
    return seen ? seen->balance : 0;
}

/// Everybody sends everybody money at once, in that style or in both.
void check_sum(const std::vector<style>& styles) {
    scenes::scene hub(functions());
    const std::vector<std::string> owners{"ann", "bob", "cid", "dan"};
    for (const std::string& each : owners)
        hub.client().signal(accounts[each], &account::deposit, 10);

    std::vector<std::pair<style, std::string>> under_way;
    for (std::size_t i = 0; i < 48; ++i) {
        const style& chosen = styles[i % styles.size()];
        under_way.emplace_back(chosen,
                               hub.client().start(chosen, owners[i % 4], owners[(i * 7 + 1) % 4],
                                                  static_cast<std::int64_t>(i % 9)));
    }
    for (const auto& [function, id] : under_way)
        hub.wait(function, id);

    std::int64_t sum = 0;
    for (const std::string& each : owners) {
        CHECK(balance(hub, each) >= 0);
        sum += balance(hub, each);
    }
    CHECK(sum == 40);
    CHECK(scenes::eventually([&] { return hub.client().locks().empty(); }));
}

} // namespace

TEMPLATE_TEST_CASE_SIG("a transfer moves what is there, and nothing if there is not as much",
                       "[transfer]", ((bool IsLocked), IsLocked), true, false) {
    const style& transfer = IsLocked ? patterns::transfer_locked : patterns::transfer_transacted;
    scenes::scene hub(functions());
    hub.client().signal(accounts["ann"], &account::deposit, 10);

    CHECK(hub.run(transfer, "ann", "bob", 7));
    CHECK_FALSE(hub.run(transfer, "ann", "bob", 7));

    CHECK(balance(hub, "ann") == 3);
    CHECK(balance(hub, "bob") == 7);
}

TEST_CASE("money to oneself is neither made nor lost") {
    scenes::scene hub(functions());
    hub.client().signal(accounts["ann"], &account::deposit, 10);

    CHECK(hub.run(patterns::transfer_locked, "ann", "ann", 4));
    CHECK(hub.run(patterns::transfer_transacted, "ann", "ann", 4));

    CHECK(balance(hub, "ann") == 10);
}

TEST_CASE("the sum of all accounts stays under transfers with locks") {
    check_sum({patterns::transfer_locked});
}

TEST_CASE("the sum of all accounts stays under transfers as transactions") {
    check_sum({patterns::transfer_transacted});
}

TEST_CASE("both styles of transfers go together") {
    check_sum({patterns::transfer_locked, patterns::transfer_transacted});
}
