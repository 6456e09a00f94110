// SPDX-License-Identifier: Apache-2.0
// How fast does money move between accounts, each transfer an orchestration of its own: with locks,
// or as a transaction? The sum of all accounts is checked on disk.
#include "bench/benchmarks.hpp"
#include "bench/loop.hpp"

#include "base/random.hpp"
#include "entities/account.hpp"
#include "orchestrations/transfer.hpp"

#include <perdure/perdure.hpp>

#include <future>
#include <string>
#include <vector>

namespace perdure::bench {
namespace {

constexpr std::int64_t initial_balance = 1'000'000;

struct settings {
    bool is_transaction;
    std::uint64_t accounts;
};

auto account_at(std::uint64_t number) {
    return patterns::accounts["a" + std::to_string(number)];
}

void fill(task_hub& hub, std::uint64_t accounts) {
    std::vector<std::future<void>> deposits;
    for (std::uint64_t i = 0; i < accounts; ++i)
        deposits.push_back(
            hub.client().signal_async(account_at(i), &patterns::account::deposit, initial_balance));
    for (auto& each : deposits)
        each.get();
}

void check(task_hub& hub, std::uint64_t accounts) {
    std::int64_t sum = 0;
    for (std::uint64_t i = 0; i < accounts; ++i)
        sum += hub.client().read(account_at(i)).value().balance;
    const auto expected = initial_balance * static_cast<std::int64_t>(accounts);
    require(sum == expected,
            "the accounts hold " + std::to_string(sum) + " of " + std::to_string(expected));
    require(hub.client().locks().empty(), "an account stays locked");
}

figures run(const settings& chosen, const plan& wanted) {
    registry functions;
    patterns::register_account(functions);
    patterns::register_transfer_locked(functions);
    patterns::register_transfer_transacted(functions);
    const auto& transfer =
        chosen.is_transaction ? patterns::transfer_transacted : patterns::transfer_locked;
    scratch_hub hub(wanted, functions);
    fill(*hub, chosen.accounts);

    // Scattered, and never to oneself.
    const auto from = [&](std::uint64_t number) {
        return base::seed_of(std::to_string(number)) % chosen.accounts;
    };
    orchestration_loop load(
        wanted.in_flight,
        [&](std::uint64_t number, start_options options) {
            const std::uint64_t payer = from(number);
            const std::uint64_t payee =
                (payer + 1 + from(number + 1) % (chosen.accounts - 1)) % chosen.accounts;
            hub->client().start_async(std::move(options), transfer, account_at(payer).key,
                                      account_at(payee).key, 1);
        },
        [](std::uint64_t) { return std::string("true"); });
    figures found{{"style", chosen.is_transaction ? "transaction" : "locks"},
                  {"accounts", chosen.accounts}};
    found.update(measure(*hub, load, wanted));
    found["transfers_per_second"] = found["completed_per_second"];
    hub.reopen();
    check(*hub, chosen.accounts);
    return found;
}

runner prepare(arguments& given) {
    settings chosen{};
    chosen.is_transaction = given.flag("--transaction");
    chosen.accounts = given.number("--accounts", 1000, 2, 1'000'000);
    return [chosen](const plan& wanted) { return run(chosen, wanted); };
}

} // namespace

const benchmark bank_benchmark{
    "bank",
    "[--transaction] [--accounts N]\n"
    "    Transfers between N (1000) accounts, each an orchestration: with locks and calls, or as\n"
    "    one transaction.",
    true, prepare};

} // namespace perdure::bench
