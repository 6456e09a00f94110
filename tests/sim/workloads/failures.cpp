// SPDX-License-Identifier: Apache-2.0
// User code that throws, whatever it is and wherever, and results that are too large for a row.
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"

namespace perdure::sim {
namespace {

inline constexpr activity<int(int)> faulty{"sim.faulty"};
inline constexpr activity<std::string(int)> verbose{"sim.verbose"};
inline constexpr orchestration<int(int)> careless{"sim.careless"};
inline constexpr orchestration<std::string(int)> careful{"sim.careful"};
inline constexpr orchestration<std::size_t(int)> reader{"sim.reader"};

struct purse {
    int coins = 0;
    int put(int amount) {
        coins += amount;
        if (amount > 2)
            throw std::out_of_range("too many coins");
        return coins;
    }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(purse, coins)
};
inline constexpr entity purses{"purse", op("put", &purse::put)};

int do_faulty(int kind) {
    if (kind == 1)
        throw std::runtime_error("an activity failed");
    if (kind == 2)
        throw 42; // not even an exception
    return kind;
}

task<int> run_careless(orchestration_context& ctx, int kind) {
    co_return co_await ctx.call(faulty, kind);
}

task<std::string> run_careful(orchestration_context& ctx, int kind) {
    std::string said;
    try {
        co_await ctx.call(careless, kind);
        said += "good";
    } catch (const task_failed&) {
        said += "caught";
    }
    for (const int coins : {1, 5, 2}) {
        try {
            co_await ctx.call(purses[ctx.instance()], &purse::put, coins);
        } catch (const task_failed& failed) {
            said += ", " + failed.details().message;
        }
    }
    co_return said;
}

task<std::size_t> run_reader(orchestration_context& ctx, int size) {
    const std::string text = co_await ctx.call(verbose, size);
    co_return text.size();
}

class failures_workload final : public workload {
  public:
    explicit failures_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < size; ++i) {
            const int kind = static_cast<int>(i % 3);
            const std::string n = std::to_string(i);
            const bool is_good = kind == 0;
            book_.expect(
                "careless-" + n,
                [kind](client& clients, start_options named) {
                    return clients.start_async(std::move(named), careless, kind);
                },
                is_good ? instance_book::completed_with(codec<int>::encode(0))
                        : instance_book::failed_with(kind == 1 ? "an activity failed" : ""));
            careful_.push_back("careful-" + n);
            book_.expect(careful_.back(), careful,
                         std::string(is_good ? "good" : "caught") + ", too many coins", kind);
            const int length = static_cast<int>(i * 40'000);
            book_.expect("reader-" + n, reader, static_cast<std::size_t>(length), length);
        }
    }

    void install(registry& functions) override {
        functions.add(faulty, do_faulty);
        functions.add(verbose,
                      [](int size) { return std::string(static_cast<std::size_t>(size), 'x'); });
        functions.add(purses).add(careless, run_careless).add(careful, run_careful);
        functions.add(reader, run_reader);
    }
    void act(session& on) override { book_.act(on); }
    bool is_through() const override { return book_.is_through(); }
    void check(session& on) override { book_.check(on); }
    void check_end(session& on) override {
        book_.check_end(on);
        for (const std::string& each : careful_) {
            const auto state = on.client().read(purses[each]);
            if (!state || state->coins != 3)
                throw violation("an operation that threw left a trace in " + each + "'s purse");
        }
    }

  private:
    std::vector<std::string> careful_;
    instance_book book_;
};

} // namespace

std::unique_ptr<workload> make_failures(std::uint64_t size) {
    return std::make_unique<failures_workload>(size);
}

} // namespace perdure::sim
