// SPDX-License-Identifier: Apache-2.0
// The activities of a fill are functions from blobs to blobs: run again, they answer the same.
#include "activities/decoded.hpp"
#include "activities/erase_activities.hpp"
#include "activities/refine_field.hpp"
#include "catch.hpp"
#include "tests/inpaint/pictures.hpp"

#include <perdure/error.hpp>
#include <perdure/inpaint/error.hpp>
#include <perdure/inpaint/image_io.hpp>
#include <perdure/inpaint/steps.hpp>

#include <functional>
#include <map>

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
    return perdure::codec<R>::decode((*code)(ctx, perdure::codec<Asked>::encode(asked)));
}

/// A level and a field to refine.
struct level_case {
    memory_context ctx;
    pixels::image photo = pictures::pattern(170, 160);
    pixels::mask markup = pictures::rectangle(photo.size, 30, 25, 145, 135);
    pixels::settings settings;
    slice_request asked;

    level_case() {
        const auto planned = pixels::plan(markup, settings);
        const auto coarse = pixels::build_level(photo, markup, {}, planned, 1, settings);
        const auto fine = pixels::build_level(photo, markup, {}, planned, 0, settings);
        const auto solved = pixels::solve_start(coarse, settings, 0);
        asked.level = ctx.put(fine.encode());
        asked.matches.push_back(
            ctx.put(pixels::scale_field(coarse, solved.matches, fine, settings).encode()));
        asked.now = pixels::first_pass(0, 0, settings);
        asked.settings = settings;
    }
};

bool is_same(const slice_answer& a, const slice_answer& b) {
    return nlohmann::json(a) == nlohmann::json(b);
}

} // namespace

TEST_CASE("a slice that is computed again gives the same answer") {
    level_case given;
    perdure::registry functions;
    add_refine_field(functions, 2);
    given.asked.count = 3;
    given.asked.index = 1;
    const auto voted = run(functions, vote_slice, given.ctx, given.asked);
    CHECK(is_same(voted, run(functions, vote_slice, given.ctx, given.asked)));
}

TEST_CASE("a level at once takes the same steps as a level slice by slice") {
    level_case given;
    perdure::registry functions;
    add_refine_field(functions, 2);
    const auto at_once = run(functions, refine_whole, given.ctx, given.asked);
    REQUIRE(at_once.size() >= 3);
    CHECK(at_once.size() % 2 == 1);

    const auto step = [&](const auto& work) {
        slices parts;
        slice_answer whole;
        for (given.asked.index = 0; given.asked.index < given.asked.count; ++given.asked.index) {
            const auto part = run(functions, work, given.ctx, given.asked);
            parts.push_back(part.data);
            whole.item_count += part.item_count;
            whole.changed_count += part.changed_count;
            whole.total += part.total;
        }
        return std::pair(parts, whole);
    };
    given.asked.count = 3;
    const auto [colours, first_vote] = step(vote_slice);
    CHECK(first_vote.total == at_once[0].total);
    CHECK(*colours_of(given.ctx, colours) == *colours_of(given.ctx, {at_once[0].data}));
    given.asked.colours = colours;
    const auto [matches, searched] = step(search_slice);
    CHECK(searched.total == at_once[1].total);
    CHECK(*field_of(given.ctx, matches) == *field_of(given.ctx, {at_once[1].data}));
}

TEST_CASE("an activity gives up when its hub closes") {
    level_case given;
    perdure::registry functions;
    add_refine_field(functions, 1);
    given.ctx.stop.request_stop();
    CHECK_THROWS_AS(run(functions, vote_slice, given.ctx, given.asked), perdure::interrupted);
    CHECK_THROWS_AS(run(functions, refine_whole, given.ctx, given.asked), perdure::interrupted);
}

TEST_CASE("a file that is no picture is refused in one sentence") {
    const pictures::folder scratch;
    const auto path = scratch / "text.png";
    pixels::write_file_atomically(path, "only words");
    memory_context ctx;
    const std::string hash = ctx.put("only words").hex();
    perdure::registry functions;
    add_load_inputs(functions, {{hash, path}});
    CHECK(pictures::error_of([&] { run(functions, load_picture, ctx, hash); }) ==
          "the picture is neither a PNG nor a JPEG nor a WebP; convert it to one");
}

TEST_CASE("a level that cannot be decoded fails and can be asked for again") {
    level_case given;
    perdure::registry functions;
    add_refine_field(functions, 1);
    const auto good = given.asked.level;
    given.asked.level = given.ctx.put("not a level");
    CHECK_THROWS_AS(run(functions, vote_slice, given.ctx, given.asked), pixels::image_error);
    CHECK_THROWS_AS(run(functions, vote_slice, given.ctx, given.asked), pixels::image_error);
    given.asked.level = good;
    CHECK(run(functions, vote_slice, given.ctx, given.asked).item_count > 0);
}
