// SPDX-License-Identifier: Apache-2.0
// Activities in sequence and in parallel, and children of children.
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"

#include <map>
#include <numeric>
#include <set>

namespace perdure::sim {
namespace {

inline constexpr activity<std::int64_t(std::int64_t)> add_one{"sim.add_one"};
inline constexpr activity<std::int64_t()> leaf{"sim.leaf"};
inline constexpr orchestration<std::int64_t(std::int64_t)> chain{"sim.chain"};
inline constexpr orchestration<std::int64_t(std::int64_t)> fan{"sim.fan"};
inline constexpr orchestration<std::int64_t(int, int)> tree{"sim.tree"};

task<std::int64_t> run_chain(orchestration_context& ctx, std::int64_t length) {
    std::int64_t value = 0;
    for (std::int64_t i = 0; i < length; ++i)
        value = co_await ctx.call(add_one, value);
    co_return value;
}

task<std::int64_t> run_fan(orchestration_context& ctx, std::int64_t width) {
    std::vector<durable<std::int64_t>> parts;
    for (std::int64_t i = 0; i < width; ++i)
        parts.push_back(ctx.call(add_one, i));
    const auto values = co_await when_all(std::move(parts));
    co_return std::accumulate(values.begin(), values.end(), std::int64_t{0});
}

task<std::int64_t> run_tree(orchestration_context& ctx, int depth, int width) {
    if (depth == 0)
        co_return co_await ctx.call(leaf);
    std::vector<durable<std::int64_t>> branches;
    for (int i = 0; i < width; ++i)
        branches.push_back(ctx.call(tree, depth - 1, width));
    ctx.set_status(width);
    const auto leaves = co_await when_all(std::move(branches));
    co_return std::accumulate(leaves.begin(), leaves.end(), std::int64_t{0});
}

class calls_workload final : public workload {
  public:
    explicit calls_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < size; ++i) {
            const auto n = static_cast<std::int64_t>(i * 5 % 23);
            expect("chain-" + std::to_string(i), chain, n, n);
            expect("fan-" + std::to_string(i), fan, n * (n + 1) / 2, n);
        }
    }

    void install(registry& functions) override {
        functions.add(add_one, [this](activity_context& at, std::int64_t value) {
            require_durable_schedule(at);
            tasks_run_[at.instance()].insert(at.task_id());
            return value + 1;
        });
        functions.add(chain, run_chain).add(fan, run_fan);
    }

    void act(session& on) override {
        on_ = &on;
        book_.act(on);
    }
    bool is_through() const override { return book_.is_through(); }
    void check(session& on) override { book_.check(on); }

    void check_end(session& on) override {
        book_.check_end(on);
        for (const auto& [instance, activities] : expected_)
            if (tasks_run_[instance].size() != activities)
                throw violation(instance + " has " + std::to_string(activities) + " results, of " +
                                std::to_string(tasks_run_[instance].size()) +
                                " activities that ran");
    }

  private:
    void expect(const std::string& instance,
                const orchestration<std::int64_t(std::int64_t)>& function, std::int64_t result,
                std::int64_t activities) {
        book_.expect(instance, function, result, activities);
        expected_[instance] = static_cast<std::size_t>(activities);
    }

    void require_durable_schedule(activity_context& at) {
        if (!on_->is_all_durable())
            return; // more can be read than is synced
        for (const auto& each : on_->client().history(at.instance()))
            if (each.kind == "TaskScheduled" && each.task_id == at.task_id())
                return;
        on_->report("an activity of " + at.instance() + " runs without a durable schedule");
    }

    session* on_ = nullptr;
    instance_book book_;
    std::map<std::string, std::size_t> expected_;
    std::map<std::string, std::set<std::uint32_t>> tasks_run_;
};

class tree_workload final : public workload {
  public:
    explicit tree_workload(std::uint64_t size) {
        const int depth = size > 8 ? 3 : 2;
        for (int width = 1; width <= static_cast<int>(1 + size % 4); ++width) {
            std::int64_t leaves = 1;
            for (int i = 0; i < depth; ++i)
                leaves *= width;
            book_.expect("tree-" + std::to_string(width), tree, leaves, depth, width);
        }
    }

    void install(registry& functions) override {
        functions.add(leaf, [] { return std::int64_t{1}; }).add(tree, run_tree);
    }
    void act(session& on) override { book_.act(on); }
    bool is_through() const override { return book_.is_through(); }
    void check(session& on) override { book_.check(on); }
    void check_end(session& on) override { book_.check_end(on); }

  private:
    instance_book book_;
};

} // namespace

std::unique_ptr<workload> make_calls(std::uint64_t size) {
    return std::make_unique<calls_workload>(size);
}
std::unique_ptr<workload> make_tree(std::uint64_t size) {
    return std::make_unique<tree_workload>(size);
}

} // namespace perdure::sim
