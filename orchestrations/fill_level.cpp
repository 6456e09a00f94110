// SPDX-License-Identifier: Apache-2.0
#include "orchestrations/fill_level.hpp"

#include "activities/refine_field.hpp"
#include "activities/start_field.hpp"
#include "entities/nnf_field.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

namespace erasing {
namespace {

nnf_sums sums_of(const slice_answer& answer) {
    return {answer.item_count, answer.changed_count, answer.total};
}

nnf_slice slice_of(int step, int index, const slice_answer& answer) {
    nnf_slice made;
    made.step = step;
    made.index = index;
    made.data = answer.data;
    made.sums = sums_of(answer);
    return made;
}

/// The coroutines of one level; lives in the frame of the orchestration.
class level_filler {
  public:
    level_filler(perdure::orchestration_context& ctx, level_job job)
        : ctx_(ctx), job_(std::move(job)), entity_(nnf_fields[ctx.instance()]),
          now_(pixels::first_pass(job_.level.index, job_.start, settings())) {}

    perdure::task<filled_level> run() {
        co_await start();
        while (!now_.is_done) {
            if (is_whole())
                co_await refine_at_once();
            else
                co_await refine_by_slices();
            report();
        }
        filled_level filled;
        filled.matches = field_.matches;
        filled.colours = field_.colours;
        filled.pass_count = now_.iteration;
        co_return filled;
    }

  private:
    const pixels::settings& settings() const { return job_.level.sources.settings; }

    perdure::task<void> start() {
        slices matches = job_.matches;
        if (is_whole())
            matches.clear();
        else if (!job_.level.is_coarsest()) {
            scale_request asked{job_.level, job_.matches};
            const perdure::blob scaled = co_await ctx_.call(scale_field, std::move(asked));
            matches.assign(1, scaled);
        }
        ctx_.signal(entity_, &nnf_field::start, job_.slice_count, std::move(matches));
        co_await refresh(0);
    }

    bool is_whole() const { return job_.slice_count == 1; }

    /// Several passes of a level that is one slice, the first time from the field of the level
    /// above it.
    perdure::task<void> refine_at_once() {
        const bool is_first = field_.step == 0;
        whole_request asked{job_.level, is_first ? job_.matches : field_.matches, field_.colours,
                            now_, is_first && !job_.level.is_coarsest()};
        const whole_answer made = co_await ctx_.call(refine_whole, std::move(asked));
        nnf_leap leap;
        leap.step = field_.step;
        leap.step_count = 2 * (made.next.iteration - now_.iteration) + (is_first ? 1 : 0);
        leap.matches.push_back(made.searched.data);
        leap.colours.push_back(made.voted.data);
        leap.searched = sums_of(made.searched);
        leap.voted = sums_of(made.voted);
        const int step_after = leap.step + leap.step_count;
        ctx_.signal(entity_, &nnf_field::leap, std::move(leap));
        now_ = made.next;
        co_await refresh(step_after);
    }

    /// One pass; before the first one, the first vote.
    perdure::task<void> refine_by_slices() {
        if (field_.step == 0)
            co_await step_with(vote_slice, now_);
        co_await step_with(search_slice, now_);
        co_await step_with(vote_slice, now_);
        const nnf_sums& voted = field_.voted;
        now_ = pixels::next_pass(now_, {voted.item_count, voted.changed_count, voted.total},
                                 settings());
    }

    /// All slices of a search or of a vote.
    perdure::task<void> step_with(perdure::activity<slice_answer(slice_request)> work,
                                  pixels::pass now) {
        std::vector<perdure::durable<slice_answer>> asked;
        for (int index = 0; index < job_.slice_count; ++index)
            asked.push_back(ctx_.call(work, request(now, index)));
        const std::vector<slice_answer> answers = co_await perdure::when_all(std::move(asked));
        for (std::size_t i = 0; i < answers.size(); ++i)
            accept(field_.step, static_cast<int>(i), answers[i]);
        co_await refresh(field_.step + 1);
    }

    slice_request request(const pixels::pass& now, int index) const {
        return {job_.level, field_.matches, field_.colours, now, index, job_.slice_count};
    }

    void accept(int step, int index, const slice_answer& answer) {
        ctx_.signal(entity_, &nnf_field::accept, slice_of(step, index, answer));
    }

    /// Reads the entity back. Its slices, not the answers, are what the next step works on.
    perdure::task<void> refresh(int step_expected) {
        field_ = co_await ctx_.call(entity_, &nnf_field::current);
        if (field_.step != step_expected)
            throw std::logic_error("the field of " + ctx_.instance() + " is at step " +
                                   std::to_string(field_.step) + " instead of " +
                                   std::to_string(step_expected));
    }

    void report() {
        const level_progress progress{job_.level.index,           job_.level_count(),
                                      now_.iteration - 1,         field_.voted.item_count,
                                      field_.voted.changed_count, field_.searched.total};
        ctx_.set_status(progress);
    }

    perdure::orchestration_context& ctx_;
    const level_job job_;
    const decltype(nnf_fields[{}]) entity_;
    nnf_field field_; ///< As last read back.
    pixels::pass now_; ///< The next one.
};

} // namespace

perdure::task<filled_level> run_fill_level(perdure::orchestration_context& ctx, level_job job) {
    level_filler filler(ctx, std::move(job));
    co_return co_await filler.run();
}

} // namespace erasing
