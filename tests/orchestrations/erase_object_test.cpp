// SPDX-License-Identifier: Apache-2.0
// The durable fill gives the pixels of the one in one process, however it is divided and however
// often it is interrupted.
#include "activities/erase_activities.hpp"
#include "activities/finish_fill.hpp"
#include "activities/plan_fill.hpp"
#include "activities/refine_field.hpp"
#include "activities/start_field.hpp"
#include "catch.hpp"
#include "orchestrations/erase_object.hpp"
#include "orchestrations/fill_level.hpp"
#include "tests/orchestrations/erase_pictures.hpp"

#include <perdure/inpaint/steps.hpp>
#include <perdure/perdure.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <type_traits>
#include <vector>

using namespace erasing;
using namespace std::chrono_literals;

namespace {

/// The name of a file's content is that of the blob it becomes; a throw-away hub tells it.
std::string hash_of(const std::filesystem::path& file) {
    static constexpr perdure::activity<perdure::blob(std::string)> keep{"keep"};
    static constexpr perdure::orchestration<perdure::blob(std::string)> ask{"ask"};
    struct coroutine {
        static perdure::task<perdure::blob> run(perdure::orchestration_context& ctx,
                                                std::string path) {
            co_return co_await ctx.call(keep, path);
        }
    };
    perdure::registry functions;
    functions.add(keep, [](perdure::activity_context& ctx, std::string path) {
        return ctx.put(pixels::read_file(path));
    });
    functions.add(ask, coroutine::run);
    const pixels::pictures::folder scratch;
    perdure::hub_options options;
    options.name = "Scratch";
    auto hub = perdure::task_hub::open(scratch / "hub", std::move(functions), options);
    const std::string id = hub.client().start(ask, file.string());
    return hub.client().wait(ask, id, 60s).hex();
}

struct durable_case : tests::small_case {
    std::string photo_hash = hash_of(photo_path);
    std::string markup_hash = hash_of(markup_path);
    pixels::pictures::folder home;

    explicit durable_case(hole size = hole::large) : small_case(size) {}

    perdure::registry functions() const {
        perdure::registry all;
        add_erase_orchestrations(all);
        add_erase_activities(all, inputs(), 2);
        return all;
    }

    input_files inputs() const { return {{photo_hash, photo_path}, {markup_hash, markup_path}}; }

    perdure::task_hub open(perdure::registry with) const {
        perdure::hub_options options;
        options.name = "Erase";
        options.durable = perdure::durability::process;
        return perdure::task_hub::open(home / "hub", std::move(with), options);
    }

    erase_job job(int slices, std::uint32_t sliced_targets_min = 0) const {
        erase_job made;
        made.photo = photo_hash;
        made.markup = markup_hash;
        made.slices_max = slices;
        made.sliced_targets_min = sliced_targets_min;
        return made;
    }
};

/// The picture with what the hub has for its hole.
pixels::image picture_of(const durable_case& given, perdure::task_hub& hub,
                         const erased_picture& erased) {
    std::vector<pixels::colours> parts;
    for (const perdure::blob& each : erased.colours)
        parts.push_back(pixels::colours::decode(*hub.client().get(each)));
    return pixels::paste(given.photo, given.markup, pixels::colours::join(parts));
}

/// Lets activities run a number of times; the next ones find their hub closing.
class allowance {
  public:
    explicit allowance(int runs) : left_(runs) {}

    void spend() {
        if (left_.fetch_sub(1) > 0)
            return;
        std::call_once(told_, [this] { used_up_.set_value(); });
        throw perdure::interrupted();
    }
    bool wait() { return used_up_.get_future().wait_for(60s) == std::future_status::ready; }

  private:
    std::atomic<int> left_;
    std::once_flag told_;
    std::promise<void> used_up_;
};

template <class R, class Asked>
void add_limited(perdure::registry& to, const perdure::registry& from,
                 const perdure::activity<R(Asked)>& declaration, allowance& allowed) {
    const auto* code = from.find_activity(declaration.name());
    to.add(declaration, [code, &allowed](perdure::activity_context& ctx, Asked asked) {
        allowed.spend();
        const auto answer = (*code)(ctx, perdure::codec<Asked>::encode(asked));
        if constexpr (!std::is_void_v<R>)
            return perdure::codec<R>::decode(answer);
    });
}

} // namespace

TEST_CASE("the durable fill equals the one in process, however it is divided") {
    const durable_case given;
    const auto expected = given.filled();
    struct division {
        int slices;
        std::uint32_t sliced_targets_min;
    };
    const auto how = GENERATE(division{1, 0}, division{3, 0}, division{3, 1'000'000});
    auto hub = given.open(given.functions());
    const std::string id =
        hub.client().start(erase_object, given.job(how.slices, how.sliced_targets_min));
    const auto erased = hub.client().wait(erase_object, id, 60s);
    CHECK(picture_of(given, hub, erased) == expected.picture);
    CHECK(erased.energy == expected.energy);

    const auto finest = hub.client().status(level_instance(id, 0));
    REQUIRE(finest);
    const auto job = perdure::codec<level_job>::decode(finest->input);
    CHECK(job.slice_count == (how.sliced_targets_min == 0 ? how.slices : 1));
}

TEST_CASE("closed half-way and opened again, the durable fill ends with the same picture") {
    const durable_case given;
    const auto expected = given.filled();
    const int runs = GENERATE(0, 1, 5, 8);
    const int slices = GENERATE(1, 3);
    const auto real = given.functions();
    const perdure::start_options named{"halves", {}};
    {
        allowance allowed(runs);
        perdure::registry limited;
        add_erase_orchestrations(limited);
        add_load_inputs(limited, std::make_shared<decoded_values>(given.inputs()));
        add_limited(limited, real, plan_fill, allowed);
        add_limited(limited, real, solve_start, allowed);
        add_limited(limited, real, scale_field, allowed);
        add_limited(limited, real, search_slice, allowed);
        add_limited(limited, real, vote_slice, allowed);
        add_limited(limited, real, refine_whole, allowed);
        add_limited(limited, real, finish_fill, allowed);
        auto hub = given.open(std::move(limited));
        hub.client().start(named, erase_object, given.job(slices));
        REQUIRE(allowed.wait());
        hub.close();
    }
    auto hub = given.open(given.functions());
    const auto erased = hub.client().wait(erase_object, "halves", 60s);
    CHECK(picture_of(given, hub, erased) == expected.picture);
    CHECK(erased.energy == expected.energy);
}

TEST_CASE("what is wrong with a run's input is its failure, in one sentence") {
    durable_case given(durable_case::hole::small);
    std::string expected;
    SECTION("a markup of another size") {
        const auto other = pixels::pictures::rectangle({100, 100}, 40, 40, 50, 50);
        pixels::write_image(given.markup_path, tests::painted(other));
        given.markup_hash = hash_of(given.markup_path);
        expected = "the markup is 100 x 100 pixels but the picture is 170 x 160; paint it on a "
                   "copy of the picture";
    }
    SECTION("a photo that is not what it was") {
        pixels::write_image(given.photo_path, pixels::pictures::two_halves(170, 160));
        expected =
            given.photo_path.string() + " changed while it was being read; run the program again";
    }
    auto hub = given.open(given.functions());
    const std::string id = hub.client().start(erase_object, given.job(1));
    try {
        hub.client().wait(erase_object, id, 60s);
        FAIL("the run should have failed");
    } catch (const perdure::task_failed& failed) {
        const perdure::failure* innermost = &failed.details();
        while (innermost->cause)
            innermost = innermost->cause.get();
        CHECK(innermost->message == expected);
    }
}

TEST_CASE("a run whose files are not at hand waits for a process that has them") {
    const durable_case given(durable_case::hole::small);
    {
        perdure::registry without;
        add_erase_orchestrations(without);
        add_erase_activities(without, input_files{}, 1);
        auto hub = given.open(std::move(without));
        hub.client().start(perdure::start_options{"waiting", {}}, erase_object, given.job(1));
        CHECK_THROWS_AS(hub.client().wait(erase_object, "waiting", 50ms), perdure::error);
        hub.close();
    }
    auto hub = given.open(given.functions());
    const auto erased = hub.client().wait(erase_object, "waiting", 60s);
    CHECK(picture_of(given, hub, erased) == given.filled().picture);
}
