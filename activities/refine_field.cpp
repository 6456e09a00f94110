// SPDX-License-Identifier: Apache-2.0
#include "activities/refine_field.hpp"

#include "activities/start_field.hpp"

#include <perdure/error.hpp>
#include <perdure/inpaint/steps.hpp>
#include <perdure/inpaint/whole_steps.hpp>
#include <perdure/inpaint/workers.hpp>

#include <utility>

namespace erasing {
namespace {

slice_answer answer(perdure::activity_context& ctx, const pixels::search_result& found) {
    slice_answer made;
    made.data = ctx.put(found.matches.encode());
    made.item_count = found.statistics.target_count;
    made.changed_count = found.statistics.changed_count;
    made.total = found.statistics.cost_sum;
    return made;
}

slice_answer answer(perdure::activity_context& ctx, const pixels::vote_result& voted) {
    slice_answer made;
    made.data = ctx.put(voted.samples.encode());
    made.item_count = voted.statistics.pixel_count;
    made.changed_count = voted.statistics.changed_count;
    made.total = voted.statistics.change_sum;
    return made;
}

void leave_if_closing(const perdure::activity_context& ctx) {
    if (ctx.stop_token().stop_requested())
        throw perdure::interrupted();
}

/// `step`: pixels::search or pixels::vote.
template <class Step>
slice_answer run_slice(decoded_values& decoded, perdure::activity_context& ctx,
                       const slice_request& asked, Step step) {
    leave_if_closing(ctx);
    const auto level = decoded.level(ctx, asked.level);
    const auto matches = decoded.field(ctx, asked.matches);
    const auto current = decoded.colours(ctx, asked.colours);
    const auto part = pixels::slice(*level, asked.index, asked.count);
    return answer(ctx,
                  step(*level, *matches, *current, part, asked.now, asked.level.sources.settings));
}

/// Several passes of a whole level. Divides each among threads, which changes no pixel.
class whole_level {
  public:
    whole_level(decoded_values& decoded, perdure::activity_context& ctx, const whole_request& asked)
        : decoded_(decoded), ctx_(ctx), settings_(asked.level.sources.settings),
          helpers_(decoded.threads()), now_(asked.now) {
        found_.matches = asked.is_unscaled
                             ? scaled_field(decoded, ctx, {asked.level, asked.matches})
                             : decoded.last_field(ctx, asked.matches);
        level_ = decoded.level(ctx, asked.level);
        voted_.samples = decoded.last_colours(ctx, asked.colours);
    }

    whole_answer refine() {
        if (voted_.samples.samples.empty())
            vote();
        for (std::uint64_t work = 0; !now_.is_done && work < refine_work_max;) {
            leave_if_closing(ctx_);
            found_.statistics = pixels::search_whole(*level_, found_.matches, voted_.samples, now_,
                                                     settings_, helpers_);
            vote();
            work += work_of(found_.statistics);
            now_ = pixels::next_pass(now_, voted_.statistics, settings_);
        }
        whole_answer made{answer(ctx_, found_), answer(ctx_, voted_), now_};
        decoded_.remember(made.searched.data, std::move(found_.matches));
        decoded_.remember(made.voted.data, std::move(voted_.samples));
        return made;
    }

  private:
    // What has settled is only looked at.
    static std::uint64_t work_of(const pixels::search_statistics& found) {
        return found.target_count / 8 + found.changed_count;
    }

    void vote() {
        voted_.statistics =
            pixels::vote_whole(*level_, found_.matches, voted_.samples, now_, settings_, helpers_);
    }

    decoded_values& decoded_;
    perdure::activity_context& ctx_;
    std::shared_ptr<const pixels::level> level_;
    const pixels::settings settings_;
    pixels::crew helpers_;
    pixels::pass now_;
    pixels::search_result found_;
    pixels::vote_result voted_;
};

} // namespace

void add_refine_field(perdure::registry& functions, const decoded_pointer& decoded) {
    functions.add(search_slice, [decoded](perdure::activity_context& ctx, slice_request asked) {
        return run_slice(*decoded, ctx, asked, pixels::search);
    });
    functions.add(vote_slice, [decoded](perdure::activity_context& ctx, slice_request asked) {
        return run_slice(*decoded, ctx, asked, pixels::vote);
    });
    functions.add(refine_whole, [decoded](perdure::activity_context& ctx, whole_request asked) {
        return whole_level(*decoded, ctx, asked).refine();
    });
}

} // namespace erasing
