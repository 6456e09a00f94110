// SPDX-License-Identifier: Apache-2.0
// Large values by name: made, passed on, held by an entity, and replaced there.
#include "sim/instance_book.hpp"
#include "sim/workloads/workloads.hpp"

namespace perdure::sim {
namespace {

inline constexpr activity<blob(int)> paint{"sim.paint"};
inline constexpr activity<blob(blob)> varnish{"sim.varnish"};
inline constexpr orchestration<blob(int)> hang{"sim.hang"};

std::string painting(int number) {
    return "painting " + std::string(static_cast<std::size_t>(number % 7) * 3000, '#') +
           std::to_string(number);
}

struct wall {
    blob picture;
    int changes = 0;
    void show(blob next) {
        picture = next;
        ++changes;
    }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(wall, picture, changes)
};
inline constexpr entity walls{"wall", op("show", &wall::show)};

task<blob> run_hang(orchestration_context& ctx, int number) {
    blob raw = co_await ctx.call(paint, number);
    co_await ctx.call(walls[ctx.instance()], &wall::show, raw);
    blob finished = co_await ctx.call(varnish, raw);
    co_await ctx.call(walls[ctx.instance()], &wall::show, finished);
    co_return finished;
}

class blobs_workload final : public workload {
  public:
    explicit blobs_workload(std::uint64_t size) {
        for (std::uint64_t i = 0; i < size; ++i) {
            const int number = static_cast<int>(i / 2); // two paint the same
            const std::string name = "hang-" + std::to_string(i);
            paintings_[name] = painting(number) + ", varnished";
            book_.expect(
                name,
                [number](client& clients, start_options named) {
                    return clients.start_async(std::move(named), hang, number);
                },
                [](const instance_status& seen) {
                    if (seen.status != runtime_status::completed)
                        throw violation("did not hang the picture");
                });
        }
    }

    void install(registry& functions) override {
        functions.add(paint,
                      [](activity_context& at, int number) { return at.put(painting(number)); });
        functions.add(varnish, [](activity_context& at, blob raw) {
            return at.put(*at.get(raw) + ", varnished");
        });
        functions.add(walls).add(hang, run_hang);
    }
    void act(session& on) override { book_.act(on); }
    bool is_through() const override { return book_.is_through(); }
    void check(session& on) override {
        book_.check(on);
        for (const auto& [name, expected] : paintings_)
            if (const auto state = on.client().read(walls[name]))
                on.client().get(state->picture); // throws if it is gone
    }
    void check_end(session& on) override {
        check(on);
        book_.check_end(on);
        for (const auto& [name, expected] : paintings_) {
            const auto state = on.client().read(walls[name]);
            if (!state || state->changes != 2 || *on.client().get(state->picture) != expected)
                throw violation(name + " shows another picture");
        }
    }

  private:
    std::map<std::string, std::string> paintings_;
    instance_book book_;
};

} // namespace

std::unique_ptr<workload> make_blobs(std::uint64_t size) {
    return std::make_unique<blobs_workload>(size);
}

} // namespace perdure::sim
