// SPDX-License-Identifier: Apache-2.0
// The activities of a fill are functions from blobs to blobs: run again, they answer the same.
#include "activities/erase_activities.hpp"
#include "activities/plan_fill.hpp"
#include "activities/refine_field.hpp"
#include "catch.hpp"
#include "tests/inpaint/pictures.hpp"

#include <perdure/error.hpp>
#include <perdure/inpaint/error.hpp>
#include <perdure/inpaint/image_io.hpp>
#include <perdure/inpaint/steps.hpp>

#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

using namespace erasing;
namespace pictures = perdure::inpaint::pictures;

namespace {

/// Blobs in memory. Their names are no SHA-256, only different for different bytes.
class memory_context final : public perdure::activity_context {
  public:
    const std::string& instance() const noexcept override { return instance_; }
    std::uint32_t task_id() const noexcept override { return 0; }
    std::stop_token stop_token() const noexcept override { return stop.get_token(); }

    perdure::blob put(std::string data) override {
        perdure::blob name;
        for (std::size_t i = 0; i < data.size(); ++i) {
            std::uint8_t& byte = name.hash[i % 32];
            byte =
                static_cast<std::uint8_t>(byte * 31 + static_cast<std::uint8_t>(data[i]) + i / 32);
        }
        blobs_[name] = std::make_shared<const std::string>(std::move(data));
        return name;
    }
    std::shared_ptr<const std::string> get(const perdure::blob& name) override {
        return blobs_.at(name);
    }

    std::stop_source stop;

  private:
    std::string instance_ = "test";
    std::map<perdure::blob, std::shared_ptr<const std::string>> blobs_;
};

template <class R, class Asked>
R run(const perdure::registry& functions, const perdure::activity<R(Asked)>& declaration,
      memory_context& ctx, const Asked& asked) {
    const auto* code = functions.find_activity(declaration.name());
    REQUIRE(code != nullptr);
    const auto answer = (*code)(ctx, perdure::codec<Asked>::encode(asked));
    if constexpr (!std::is_void_v<R>)
        return perdure::codec<R>::decode(answer);
}

/// A level and a field to refine.
struct level_case {
    memory_context ctx;
    pixels::image photo = pictures::pattern(170, 160);
    pixels::mask markup = pictures::rectangle(photo.size, 30, 25, 145, 135);
    decoded_pointer decoded;
    slice_request asked;
    slices coarse_matches; ///< Solved field of the next coarser level.

    level_case() {
        input_file photo_file(std::filesystem::path("photo.png"));
        photo_file.picture = [this] { return held_pixels{photo, nullptr}; };
        input_file markup_file(std::filesystem::path("markup.png"));
        markup_file.markup = [this] { return std::make_shared<pixels::mask>(markup); };
        decoded = std::make_shared<decoded_values>(
            input_files{{"photo", photo_file}, {"markup", markup_file}}, 2);
        asked.level.sources.photo = {"photo", photo.size};
        asked.level.sources.markup = {"markup", markup.size};
        const pixels::settings settings;
        asked.level.levels = pixels::plan(markup, settings);
        const auto fine = decoded->level(ctx, asked.level);
        const auto coarse = decoded->level(ctx, asked.level.coarser());
        const auto solved = pixels::solve_start(*coarse, settings, 0);
        coarse_matches.push_back(ctx.put(solved.matches.encode()));
        asked.matches.push_back(
            ctx.put(pixels::scale_field(*coarse, solved.matches, *fine, settings).encode()));
        asked.now = pixels::first_pass(0, 0, settings);
    }

    perdure::registry functions() const {
        perdure::registry made;
        add_plan_fill(made, decoded);
        add_refine_field(made, decoded);
        return made;
    }

    whole_request from_above() const { return {asked.level, coarse_matches, {}, asked.now, true}; }

    /// All slices of a search or of a vote: their blobs in order, and the sums.
    std::pair<slices, slice_answer>
    step(const perdure::registry& functions,
         const perdure::activity<slice_answer(slice_request)>& work) {
        slices parts;
        slice_answer whole;
        for (asked.index = 0; asked.index < asked.count; ++asked.index) {
            const auto part = run(functions, work, ctx, asked);
            parts.push_back(part.data);
            whole.item_count += part.item_count;
            whole.changed_count += part.changed_count;
            whole.total += part.total;
        }
        return {parts, whole};
    }

    /// The level slice by slice, until it is done.
    whole_answer refine_by_slices(const perdure::registry& functions) {
        whole_answer last;
        asked.colours = step(functions, vote_slice).first;
        while (!asked.now.is_done) {
            std::tie(asked.matches, last.searched) = step(functions, search_slice);
            std::tie(asked.colours, last.voted) = step(functions, vote_slice);
            asked.now = pixels::next_pass(
                asked.now, {last.voted.item_count, last.voted.changed_count, last.voted.total},
                asked.level.sources.settings);
        }
        return last;
    }
};

bool is_same(const slice_answer& a, const slice_answer& b) {
    return nlohmann::json(a) == nlohmann::json(b);
}

} // namespace

TEST_CASE("a slice that is computed again gives the same answer") {
    level_case given;
    const perdure::registry functions = given.functions();
    given.asked.count = 3;
    given.asked.index = 1;
    const auto voted = run(functions, vote_slice, given.ctx, given.asked);
    CHECK(is_same(voted, run(functions, vote_slice, given.ctx, given.asked)));
}

TEST_CASE("a level at once ends like a level slice by slice") {
    level_case given;
    const perdure::registry functions = given.functions();
    const auto at_once = run(functions, refine_whole, given.ctx, given.from_above());
    REQUIRE(at_once.next.is_done);

    given.asked.count = 3;
    const auto by_slices = given.refine_by_slices(functions);
    CHECK(at_once.next == given.asked.now);
    CHECK(at_once.searched.total == by_slices.searched.total);
    CHECK(at_once.voted.changed_count == by_slices.voted.changed_count);
    CHECK(*given.decoded->field(given.ctx, {at_once.searched.data}) ==
          *given.decoded->field(given.ctx, given.asked.matches));
    CHECK(*given.decoded->colours(given.ctx, {at_once.voted.data}) ==
          *given.decoded->colours(given.ctx, given.asked.colours));
}

TEST_CASE("a level that was built before anybody asked is the one that is asked for") {
    level_case given;
    input_file photo_file(std::filesystem::path("photo.png"));
    photo_file.picture = [&] { return held_pixels{given.photo, nullptr}; };
    input_file markup_file(std::filesystem::path("markup.png"));
    markup_file.markup = [&] { return std::make_shared<pixels::mask>(given.markup); };
    decoded_values prepared({{"photo", photo_file}, {"markup", markup_file}});

    prepared.prepare(given.asked.level);

    CHECK(prepared.level(given.ctx, given.asked.level)->encode() ==
          given.decoded->level(given.ctx, given.asked.level)->encode());
}

TEST_CASE("what is decoded from blobs is what was remembered") {
    level_case given;
    const auto at_once = run(given.functions(), refine_whole, given.ctx, given.from_above());
    decoded_values fresh({});
    CHECK(*fresh.field(given.ctx, {at_once.searched.data}) ==
          *given.decoded->field(given.ctx, {at_once.searched.data}));
    CHECK(*fresh.colours(given.ctx, {at_once.voted.data}) ==
          *given.decoded->colours(given.ctx, {at_once.voted.data}));
}

TEST_CASE("an activity gives up when its hub closes") {
    level_case given;
    const perdure::registry functions = given.functions();
    given.ctx.stop.request_stop();
    CHECK_THROWS_AS(run(functions, vote_slice, given.ctx, given.asked), perdure::interrupted);
    CHECK_THROWS_AS(run(functions, refine_whole, given.ctx, given.from_above()),
                    perdure::interrupted);
}

TEST_CASE("a level whose files are not at hand waits for a process that has them") {
    level_case given;
    given.decoded = std::make_shared<decoded_values>(input_files{});
    CHECK_THROWS_AS(run(given.functions(), refine_whole, given.ctx, given.from_above()),
                    perdure::interrupted);
}

TEST_CASE("an activity waits for files that are still being read") {
    const level_case given;
    std::promise<input_files> reading;
    perdure::registry functions;
    add_erase_activities(functions,
                         std::make_shared<decoded_values>(reading.get_future().share(), 1));
    input_file markup(std::filesystem::path("markup.png"));
    markup.markup = [&] { return std::make_shared<pixels::mask>(given.markup); };
    auto loaded = std::async(std::launch::async, [&] {
        memory_context ctx;
        return run(functions, load_markup, ctx, std::string("markup"));
    });
    SECTION("and goes on with them") {
        reading.set_value({{"markup", markup}});
        CHECK(loaded.get().size == given.markup.size);
    }
    SECTION("and gives up when they are no good") {
        reading = {};
        CHECK_THROWS_AS(loaded.get(), perdure::interrupted);
    }
}

TEST_CASE("a file that is no picture is refused in one sentence") {
    const pictures::folder scratch;
    const auto path = scratch / "text.png";
    pixels::write_file_atomically(path, "only words");
    memory_context ctx;
    const std::string hash = ctx.put("only words").hex();
    perdure::registry functions;
    add_erase_activities(functions, {{hash, path}}, 1);
    CHECK(pictures::error_of([&] { run(functions, load_picture, ctx, hash); }) ==
          "the picture is neither a PNG nor a JPEG nor a WebP; convert it to one");
}

TEST_CASE("a field that cannot be decoded fails and can be asked for again") {
    level_case given;
    const perdure::registry functions = given.functions();
    const auto good = given.asked.matches;
    given.asked.matches = {given.ctx.put("not a field")};
    CHECK_THROWS_AS(run(functions, vote_slice, given.ctx, given.asked), pixels::image_error);
    CHECK_THROWS_AS(run(functions, vote_slice, given.ctx, given.asked), pixels::image_error);
    given.asked.matches = good;
    CHECK(run(functions, vote_slice, given.ctx, given.asked).item_count > 0);
}
