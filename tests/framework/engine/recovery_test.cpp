// SPDX-License-Identifier: Apache-2.0
// Opening a hub whose inbox is full, on real threads: what is woken first must not overtake what is
// still to be woken.
#include "catch.hpp"
#include "history/codec.hpp"
#include "store/keys.hpp"
#include "store/rocks_store.hpp"
#include "store/rows.hpp"
#include "tests/framework/outside.hpp"

#include <perdure/perdure.hpp>

#include <numeric>
#include <thread>

using namespace perdure;

namespace {

struct list {
    std::vector<int> items;
    void add(int item) { items.push_back(item); }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(list, items)
};
inline constexpr entity lists{"list", op("add", &list::add)};
inline constexpr orchestration<void()> sender{"sender"};
inline constexpr orchestration<void()> child{"child"};
inline constexpr event<int> never{"never"};

/// The number of the signal that follows the answer.
constexpr int last = 20'000;

task<void> send_when_answered(orchestration_context& ctx) {
    co_await ctx.call(child);
    ctx.signal(lists["all"], &list::add, last);
    co_await ctx.wait_for(never);
}

task<void> wait_for_ever(orchestration_context& ctx) {
    co_await ctx.wait_for(never);
}

/// Puts into the inbox what a crash can leave there: the answer that the sender waits for, and many
/// signals that it sent before it read the answer.
void fill_inbox(const std::filesystem::path& hub) {
    const auto rows = store::open_rocks_store(hub / "store");
    const auto stored = rows->get(store::table::instances, "sender");
    const std::string execution = store::decode_instance_row(stored.value()).execution;
    std::vector<store::change> changes;
    const auto put = [&](const std::string& target, const history::message& body) {
        changes.push_back({store::table::inbox, store::inbox_key(target, changes.size() + 1),
                           history::encode(body)});
    };
    put("sender", {"", "", execution, history::child_completed{0, {}}});
    for (int i = 0; i < last; ++i)
        put("@list@all",
            {"sender", execution, "",
             history::operation_signaled{0, {"list", "all"}, "add", codec<int>::encode(i)}});
    rows->write(changes, false);
}

} // namespace

TEST_CASE("signals that a crash left in the inbox are applied before those sent since") {
    const tests::temporary_directory home;
    const auto directory = home.path() / "Hub";
    registry functions;
    functions.add(sender, send_when_answered).add(child, wait_for_ever).add(lists);
    {
        auto hub = task_hub::open(directory, functions);
        hub.client().start({"sender"}, sender);
    }
    fill_inbox(directory);

    auto hub = task_hub::open(directory, functions);

    std::vector<int> applied;
    while (applied.size() <= last) {
        std::this_thread::yield();
        applied = hub.client().read(lists["all"]).value_or(list()).items;
    }
    std::vector<int> sent(last + 1);
    std::iota(sent.begin(), sent.end(), 0);
    CHECK((applied == sent)); // too long to print
}
