// SPDX-License-Identifier: Apache-2.0
// Code that is replaced by another that does not fit, and comes back: instances are held meanwhile.
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"

namespace perdure::sim {
namespace {

using namespace std::chrono_literals;

inline constexpr activity<int(int)> original{"sim.original"};
inline constexpr activity<int(int)> imposter{"sim.imposter"};
inline constexpr orchestration<int(int)> fickle{"sim.fickle"};

class fickle_workload final : public workload {
  public:
    explicit fickle_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < size; ++i) {
            const int n = static_cast<int>(i);
            book_.expect("fickle-" + std::to_string(i), fickle, 2 * n + 1, n);
        }
    }

    void install(registry& functions) override {
        functions.add(original, [](int n) { return n; });
        functions.add(imposter, [this](int n) {
            on_->report("code that does not fit a history has run on from it");
            return n;
        });
        functions.add(fickle, [this](orchestration_context& ctx, int n) { return run(ctx, n); });
    }

    void before_boot(session& on, bool is_healing) override {
        on_ = &on;
        is_replaced_ = !is_healing && on.one_in(3);
        book_.allow_held(is_replaced_);
    }

    void act(session& on) override {
        // What the other code starts would not fit the original.
        if (!is_replaced_)
            book_.act(on);
    }
    bool is_through() const override { return book_.is_through(); }
    void check(session& on) override { book_.check(on); }
    void check_end(session& on) override { book_.check_end(on); }

  private:
    task<int> run(orchestration_context& ctx, int n) const {
        int sum = co_await ctx.call(is_replaced_ ? imposter : original, n);
        co_await ctx.sleep_for(10min);
        sum += co_await ctx.call(original, n + 1);
        co_return sum;
    }

    session* on_ = nullptr;
    bool is_replaced_ = false;
    instance_book book_;
};

} // namespace

std::unique_ptr<workload> make_fickle(std::uint64_t size) {
    return std::make_unique<fickle_workload>(size);
}

} // namespace perdure::sim
