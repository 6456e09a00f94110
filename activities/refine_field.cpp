// SPDX-License-Identifier: Apache-2.0
#include "activities/refine_field.hpp"

#include "activities/decoded.hpp"

#include <perdure/error.hpp>
#include <perdure/inpaint/steps.hpp>

#include <algorithm>
#include <atomic>
#include <future>
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

slice_answer search(perdure::activity_context& ctx, slice_request asked) {
    leave_if_closing(ctx);
    const auto level = level_of(ctx, asked.level);
    const auto previous = field_of(ctx, asked.matches);
    const auto current = colours_of(ctx, asked.colours);
    const auto part = pixels::slice(*level, asked.index, asked.count);
    return answer(ctx,
                  pixels::search(*level, *previous, *current, part, asked.now, asked.settings));
}

slice_answer vote(perdure::activity_context& ctx, slice_request asked) {
    leave_if_closing(ctx);
    const auto level = level_of(ctx, asked.level);
    const auto matches = field_of(ctx, asked.matches);
    const auto current = colours_of(ctx, asked.colours);
    const auto part = pixels::slice(*level, asked.index, asked.count);
    return answer(ctx, pixels::vote(*level, *matches, *current, part, asked.now, asked.settings));
}

/// work(0), work(1), ... on several threads.
template <class Work>
auto in_parallel(int threads, int count, Work work) {
    std::vector<decltype(work(0))> results(static_cast<std::size_t>(count));
    std::atomic<int> next = 0;
    const auto take_turns = [&] {
        for (int index = next++; index < count; index = next++)
            results[static_cast<std::size_t>(index)] = work(index);
    };
    std::vector<std::future<void>> helpers;
    for (int i = 1; i < std::min(threads, count); ++i)
        helpers.push_back(std::async(std::launch::async, take_turns));
    take_turns();
    for (auto& each : helpers)
        each.get();
    return results;
}

/// Several steps of a whole level. Divides each among threads, which changes no pixel.
class whole_level {
  public:
    whole_level(perdure::activity_context& ctx, const slice_request& asked, int threads)
        : ctx_(ctx), level_(level_of(ctx, asked.level)), settings_(asked.settings),
          threads_(threads), count_(slice_count_of(*level_, threads)), now_(asked.now),
          matches_(*field_of(ctx, asked.matches)), colours_(*colours_of(ctx, asked.colours)) {}

    std::vector<slice_answer> refine() {
        if (colours_.samples.empty())
            vote();
        const std::uint64_t targets = level_->targets().size();
        for (std::uint64_t done = 0; !now_.is_done && done < refine_targets_max; done += targets) {
            leave_if_closing(ctx_);
            search();
            const auto voted = vote();
            now_ = pixels::next_pass(now_, voted, settings_);
        }
        return std::move(answers_);
    }

  private:
    static int slice_count_of(const pixels::level& level, int threads) {
        const auto rows = static_cast<std::uint32_t>(level.size().height);
        const auto targets = static_cast<std::uint32_t>(level.targets().size());
        const pixels::level_outline outline{level.size(), targets,
                                            rows / pixels::level::tile_rows + 1};
        return pixels::slice_count(outline, threads * 4);
    }

    void search() {
        const auto found = in_parallel(threads_, count_, [&](int index) {
            return pixels::search(*level_, matches_, colours_,
                                  pixels::slice(*level_, index, count_), now_, settings_);
        });
        pixels::search_result whole;
        std::vector<pixels::field> parts;
        for (const auto& each : found) {
            parts.push_back(each.matches);
            whole.statistics += each.statistics;
        }
        whole.matches = pixels::field::join(parts);
        answers_.push_back(answer(ctx_, whole));
        matches_ = std::move(whole.matches);
    }

    pixels::vote_statistics vote() {
        const auto voted = in_parallel(threads_, count_, [&](int index) {
            return pixels::vote(*level_, matches_, colours_, pixels::slice(*level_, index, count_),
                                now_, settings_);
        });
        pixels::vote_result whole;
        std::vector<pixels::colours> parts;
        for (const auto& each : voted) {
            parts.push_back(each.samples);
            whole.statistics += each.statistics;
        }
        whole.samples = pixels::colours::join(parts);
        answers_.push_back(answer(ctx_, whole));
        colours_ = std::move(whole.samples);
        return whole.statistics;
    }

    perdure::activity_context& ctx_;
    const std::shared_ptr<const pixels::level> level_;
    const pixels::settings settings_;
    const int threads_;
    const int count_;
    pixels::pass now_;
    pixels::field matches_;
    pixels::colours colours_;
    std::vector<slice_answer> answers_;
};

} // namespace

void add_refine_field(perdure::registry& functions, int threads) {
    functions.add(search_slice, search);
    functions.add(vote_slice, vote);
    functions.add(refine_whole, [threads](perdure::activity_context& ctx, slice_request asked) {
        return whole_level(ctx, asked, threads).refine();
    });
}

} // namespace erasing
