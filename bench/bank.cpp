// SPDX-License-Identifier: Apache-2.0
#include "bench/bank.hpp"

#include "entities/account.hpp"
#include "orchestrations/transfer.hpp"

#include <random>
#include <stdexcept>
#include <string>

namespace perdure::bench {
namespace {

constexpr std::int64_t initial_balance = 1'000'000;

std::string key_of(int account) {
    return "a" + std::to_string(account);
}

void fill_accounts(client& to, int accounts) {
    std::vector<std::future<void>> deposits;
    for (int i = 0; i < accounts; ++i)
        deposits.push_back(to.signal_async(patterns::accounts[key_of(i)],
                                           &patterns::account::deposit, initial_balance));
    for (auto& each : deposits)
        each.get();
}

void check_accounts(client& of, int accounts) {
    std::int64_t sum = 0;
    for (int i = 0; i < accounts; ++i)
        sum += of.read(patterns::accounts[key_of(i)]).value().balance;
    if (sum != initial_balance * accounts)
        throw std::runtime_error("the accounts add up to " + std::to_string(sum) + ", not to " +
                                 std::to_string(initial_balance * accounts));
}

} // namespace

load_figures run_bank(const bank_settings& settings) {
    std::filesystem::remove_all(settings.hub);
    registry functions;
    patterns::register_account(functions);
    patterns::register_transfer_locked(functions);
    patterns::register_transfer_transacted(functions);
    hub_options options;
    options.name = "Bench";
    options.durable = settings.durable;
    const auto& transfer =
        settings.as_transaction ? patterns::transfer_transacted : patterns::transfer_locked;

    load_figures figures;
    {
        auto hub = task_hub::open(settings.hub, functions, options);
        fill_accounts(hub.client(), settings.accounts);
        std::mt19937 dice(1); // transfers are started on one thread
        std::uniform_int_distribution<int> account(0, settings.accounts - 1);
        load under_way(hub, [&](client& to, start_options start) {
            std::string from = key_of(account(dice));
            to.start_async(std::move(start), transfer, std::move(from), key_of(account(dice)), 1);
        });
        figures = under_way.measure(settings.load);
    }
    {
        // What is on disk counts.
        auto hub = task_hub::open(settings.hub, functions, options);
        check_accounts(hub.client(), settings.accounts);
        if (!hub.client().locks().empty())
            throw std::runtime_error("an account stays locked, and nobody is there any more");
    }
    std::filesystem::remove_all(settings.hub);
    return figures;
}

} // namespace perdure::bench
