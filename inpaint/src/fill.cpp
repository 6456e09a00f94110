// SPDX-License-Identifier: Apache-2.0
// Walks the steps of steps.hpp from the coarsest level to the finest, slices in parallel.
#include "perdure/inpaint/fill.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/preview.hpp"
#include "perdure/inpaint/steps.hpp"
#include "perdure/inpaint/validate.hpp"
#include "perdure/inpaint/whole_steps.hpp"
#include "perdure/inpaint/workers.hpp"
#include "spent_memory.hpp"

namespace perdure::inpaint {

namespace {

// Takes picture and markup apart while the finest level is built, which has all of it but what the
// markup hides, and puts them together again. So a fill holds each pixel once.
class lender {
  public:
    explicit lender(lent_pixels given) : picture_(given.picture), markup_(given.markup) {}

    level build_finest(std::span<const mask> donors, const level_plan& planned,
                       const settings& chosen, int threads) {
        for (std::size_t i = 0; i < markup_.flags.size(); ++i)
            if (markup_.flags[i] != 0)
                hidden_.insert(hidden_.end(), &picture_.rgb[3 * i], &picture_.rgb[3 * i] + 3);
        level finest = build_finest_level(picture_, markup_, donors, planned, chosen, threads);
        is_lent_ = true;
        return finest;
    }

    void give_back(std::optional<level>& finest) {
        if (!std::exchange(is_lent_, false))
            return;
        const auto pixels = finest->samples().first(finest->size().pixel_count());
        const std::size_t part =
            static_cast<std::size_t>(finest->size().width) * std::size_t{spent_rows_min};
        picture_.rgb.reserve(3 * pixels.size());
        for (std::size_t first = 0; first < pixels.size(); first += part) {
            const auto some = pixels.subspan(first, std::min(part, pixels.size() - first));
            for (const sample& each : some)
                picture_.rgb.insert(picture_.rgb.end(), {each.red, each.green, each.blue});
            let_go(std::as_bytes(some));
        }
        const std::vector<point> hole(finest->hole_pixels().begin(), finest->hole_pixels().end());
        finest.reset();
        markup_.flags.resize(picture_.size.pixel_count());
        auto next = hidden_.begin();
        for (const point& pixel : hole) {
            std::copy_n(next, 3,
                        picture_.rgb.begin() + static_cast<std::ptrdiff_t>(offset_of(pixel)));
            next += 3;
            markup_.set(pixel.x, pixel.y);
        }
    }

  private:
    std::size_t offset_of(point pixel) const {
        return 3 * (std::size_t{pixel.y} * static_cast<std::size_t>(picture_.size.width) + pixel.x);
    }

    image& picture_;
    mask& markup_;
    std::vector<std::uint8_t> hidden_; // red, green and blue of the marked pixels
    bool is_lent_ = false;
};

class filler {
  public:
    filler(const image& picture, const mask& markup, std::span<const mask> donors,
           const settings& chosen, const fill_options& options)
        : picture_(picture), markup_(markup), donors_(donors), chosen_(chosen), options_(options),
          plan_(plan(markup, chosen)), helpers_(options.threads), levels_(plan_.levels.size()) {}

    filled_hole run(lender& lent) {
        lent_ = &lent;
        try {
            filled_hole filled = run();
            matches_ = {};
            lent.give_back(levels_[0]);
            return filled;
        } catch (...) {
            lent.give_back(levels_[0]);
            throw;
        }
    }

    filled_hole run() {
        build(level_count() - 1);
        start();
        for (int index = level_count() - 1; index >= 0; --index) {
            if (index + 1 < level_count())
                step_down_to(index);
            if (!refine(index))
                return {{}, 0, true};
            if (options_.preview)
                options_.preview(index, level_count(), preview(at(index), colours_));
        }
        colours_ = restore_contrast(at(0), matches_, colours_, options_.threads);
        colours_ = even_light(at(0), matches_, std::move(colours_));
        const std::uint64_t reached = energy(at(0), matches_, colours_, options_.threads);
        return {std::move(colours_), reached, false};
    }

  private:
    int level_count() const { return static_cast<int>(plan_.levels.size()); }
    const level& at(int index) const { return *levels_[static_cast<std::size_t>(index)]; }

    void build(int index) {
        if (index < block_sums::index)
            sums_.reset();
        else if (!sums_)
            sums_.emplace(picture_, markup_, options_.threads);
        levels_[static_cast<std::size_t>(index)] =
            index == 0 && lent_ != nullptr
                ? lent_->build_finest(donors_, plan_, chosen_, options_.threads)
                : build_level(picture_, markup_, donors_, plan_, index, chosen_, options_.threads,
                              sums_ ? &*sums_ : nullptr);
    }

    void start() {
        const level& coarsest = at(level_count() - 1);
        std::vector<start_result> starts(static_cast<std::size_t>(chosen_.start_count));
        helpers_.run(chosen_.start_count, [&](int index) {
            starts[static_cast<std::size_t>(index)] = solve_start(coarsest, chosen_, index);
        });
        std::vector<std::uint64_t> energies;
        for (const start_result& each : starts)
            energies.push_back(each.energy);
        const std::size_t best = best_start(energies);
        matches_ = std::move(starts[best].matches);
        start_ = static_cast<int>(best);
    }

    void step_down_to(int index) {
        const level above = at(index + 1).without_samples();
        levels_[static_cast<std::size_t>(index) + 1].reset();
        build(index);
        matches_ = scale_field(above, matches_, at(index), chosen_, options_.threads);
    }

    // False when a stop was requested.
    bool refine(int index) {
        colours_ = {};
        const level& where = at(index);
        pass now = first_pass(index, start_, chosen_);
        vote_whole(where, matches_, colours_, now, chosen_, helpers_);
        while (!now.is_done) {
            if (options_.stop.stop_requested())
                return false;
            const search_statistics found =
                search_whole(where, matches_, colours_, now, chosen_, helpers_);
            const vote_statistics voted =
                vote_whole(where, matches_, colours_, now, chosen_, helpers_);
            if (options_.progress)
                options_.progress({index, level_count(), now.iteration, voted.pixel_count,
                                   voted.changed_count, found.cost_sum});
            now = next_pass(now, voted, chosen_);
        }
        return !options_.stop.stop_requested();
    }

    const image& picture_;
    const mask& markup_;
    const std::span<const mask> donors_;
    const settings& chosen_;
    const fill_options& options_;
    const level_plan plan_;
    crew helpers_;
    lender* lent_ = nullptr;
    std::optional<block_sums> sums_; // as long as there are levels to be made of them
    std::vector<std::optional<level>> levels_;
    int start_ = 0; // the chosen one
    field matches_;
    colours colours_;
};

void require_usable(const image& picture, const mask& markup, std::span<const mask> donors,
                    const settings& chosen, const fill_options& options) {
    validate(picture, markup, donors);
    validate_settings(chosen);
    if (options.threads < 1 || options.threads > 256)
        throw image_error("a fill cannot run on " + std::to_string(options.threads) +
                          " threads; choose 1 to 256");
}

} // namespace

filled_hole fill_hole(const image& picture, const mask& markup, std::span<const mask> donors,
                      const settings& chosen, const fill_options& options) {
    require_usable(picture, markup, donors, chosen, options);
    return filler(picture, markup, donors, chosen, options).run();
}

filled_hole fill_hole(lent_pixels given, std::span<const mask> donors, const settings& chosen,
                      const fill_options& options) {
    require_usable(given.picture, given.markup, donors, chosen, options);
    lender lent(given);
    return filler(given.picture, given.markup, donors, chosen, options).run(lent);
}

fill_result fill(const image& picture, const mask& markup, std::span<const mask> donors,
                 const settings& chosen, const fill_options& options) {
    const filled_hole filled = fill_hole(picture, markup, donors, chosen, options);
    if (filled.was_stopped)
        return {picture, 0, true};
    return {paste(picture, markup, filled.pixels), filled.energy, false};
}

} // namespace perdure::inpaint
