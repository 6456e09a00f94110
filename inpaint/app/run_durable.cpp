// SPDX-License-Identifier: Apache-2.0
// Starts the run in its task hub, or finds it there, and waits for it.
#include "inpaint/app/run.hpp"

#include "inpaint/app/previews.hpp"
#include "inpaint/app/spent_code.hpp"
#include "orchestrations/erase_object.hpp"
#include "orchestrations/fill_level.hpp"

#include <perdure/inpaint/preview.hpp>
#include <perdure/perdure.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace erase_app {
namespace {

constexpr std::chrono::milliseconds poll_period{100};

/// The files as they have been read and decoded.
erasing::input_files files_of(const options& chosen, const std::shared_ptr<const inputs>& given) {
    erasing::input_files files;
    erasing::input_file photo(chosen.photo);
    photo.picture = [given] { return given->photo->look(); };
    files.emplace(given->hashes.photo, std::move(photo));
    erasing::input_file markup(chosen.markup);
    markup.markup = [given] { return given->markup->look(); };
    markup.rest = [given] { given->markup->rest(); };
    files.emplace(given->hashes.markup, std::move(markup));
    for (std::size_t i = 0; i < chosen.donors.size(); ++i) {
        erasing::input_file donor(chosen.donors[i]);
        donor.markup = [given, i] {
            return std::shared_ptr<const pixels::mask>(given, &given->donors[i]);
        };
        files.emplace(given->hashes.donors[i], std::move(donor));
    }
    return files;
}

/// Follows a run from outside, by the statuses it publishes.
class watcher {
  public:
    watcher(erase_hub& hub, std::string instance, const inputs& given, progress_display& display,
            const preview_writer& previews)
        : hub_(hub), instance_(std::move(instance)), given_(given), display_(display),
          previews_(previews) {}

    void look() {
        if (level_ < -1)
            look_for_plan();
        while (level_ >= 0) {
            const auto status = hub_.client().status(erasing::level_instance(instance_, level_));
            if (!status || status->custom_status.data == "null")
                return;
            const auto seen =
                perdure::codec<erasing::level_progress>::decode(status->custom_status);
            display_.show({seen.index, seen.level_count, seen.iteration, seen.pixel_count,
                           seen.changed_count, seen.energy});
            if (!perdure::is_finished(status->status))
                return;
            display_.finish_level();
            if (previews_.is_wanted() && status->status == perdure::runtime_status::completed)
                write_preview(*status);
            --level_;
        }
    }

  private:
    void look_for_plan() {
        const auto status = hub_.client().status(instance_);
        if (!status || status->custom_status.data == "null")
            return;
        auto seen = perdure::codec<erasing::erase_progress>::decode(status->custom_status);
        level_ = static_cast<int>(seen.target_counts.size()) - 1;
        display_.expect(std::move(seen.target_counts));
    }

    void write_preview(const perdure::instance_status& level) {
        const auto job = perdure::codec<erasing::level_job>::decode(level.input);
        const auto filled = perdure::codec<erasing::filled_level>::decode(level.output);
        const erasing::level_source& from = job.level;
        const auto built =
            pixels::build_level(given_.photo->look().seen, *given_.markup->look(), given_.donors,
                                from.levels, from.index, from.sources.settings);
        previews_.write(from.index, job.level_count(),
                        pixels::preview(built, hub_.colours_of(filled.colours)));
    }

    erase_hub& hub_;
    const std::string instance_;
    const inputs& given_;
    progress_display& display_;
    const preview_writer& previews_;
    int level_ = -2; ///< The one being filled; -1: none is left, -2: not known yet.
};

/// A hub for one run.
class durable_run {
  public:
    durable_run(const options& chosen, early_hub& opening, const erasing::erase_job& job,
                const std::shared_ptr<const inputs>& given)
        : chosen_(chosen), given_(given), previews_(chosen.previews),
          hub_(opening.with(files_of(chosen, given), job, *given)) {
        given->photo->copy_to(chosen.copies_folder() / given->hashes.photo);
    }

    struct begun_run {
        std::string instance;
        bool was_known = false;
    };

    begun_run start(const erasing::erase_job& job) {
        const std::string wanted = instance_of(job);
        std::string instance = wanted;
        // A run that failed stays as it is; asked for again, it is tried again under a new name.
        for (int attempt = 2;; ++attempt) {
            const auto known = hub_.client().status(instance);
            if (!known)
                break;
            if (known->status != perdure::runtime_status::failed)
                return {std::move(instance), true};
            instance = wanted + "-" + std::to_string(attempt);
        }
        perdure::start_options named;
        named.instance = std::move(instance);
        return {hub_.client().start(std::move(named), erasing::erase_object, job), false};
    }

    erasing::erased_picture wait(const std::string& instance, progress_display& display,
                                 const stop_question& must_stop) {
        watcher following(hub_, instance, *given_, display, previews_);
        for (;;) {
            const auto finished = wait_a_moment(instance);
            following.look();
            if (finished)
                return *finished;
            if (must_stop()) {
                hub_.close();
                throw interruption("interrupted; run the same command again and it goes on "
                                   "(the work is kept in " +
                                   chosen_.hub_folder().string() + ")");
            }
        }
    }

    erase_hub& hub() { return hub_; }

    /// Removes the hub unless the user wants it.
    void discard() {
        hub_.close();
        given_->photo->settle();
        discard_copies();
        if (!chosen_.keeps_hub())
            hub_.remove();
    }

  private:
    /// In a folder that the user has named, nothing but what this run has put there.
    void discard_copies() {
        const std::filesystem::path folder = chosen_.copies_folder();
        std::error_code ignored;
        if (!chosen_.keeps_hub())
            std::filesystem::remove_all(folder, ignored);
        std::filesystem::remove(folder / given_->hashes.photo, ignored);
        std::filesystem::remove(folder, ignored);
    }

    std::optional<erasing::erased_picture> wait_a_moment(const std::string& instance) {
        try {
            return hub_.client().wait(erasing::erase_object, instance, poll_period);
        } catch (const perdure::error& problem) {
            if (problem.code() != perdure::errc::timeout)
                throw;
            return std::nullopt;
        }
    }

    const options& chosen_;
    const std::shared_ptr<const inputs> given_;
    const preview_writer previews_;
    erase_hub& hub_;
};

} // namespace

outcome run_durable(const options& chosen, early_hub& opening,
                    const std::shared_ptr<const inputs>& given, progress_display& display,
                    const stop_question& must_stop,
                    const std::function<void(const outcome&)>& save) {
    const erasing::erase_job job = job_of(chosen, given->hashes);
    durable_run run(chosen, opening, job, given);
    outcome done;
    done.ready_seconds = opening.seconds_since_begun();
    const auto begun = run.start(job);
    done.instance = begun.instance;
    let_go_of_code();
    if (begun.was_known)
        display.go_on();
    try {
        const auto erased = run.wait(done.instance, display, must_stop);
        done.colours = run.hub().colours_of(erased.colours);
        done.energy = erased.energy;
        done.level_count = erased.level_count;
        done.iteration_count = erased.pass_count;
    } catch (const perdure::task_failed& failed) {
        run.discard();
        throw refusal(innermost(failed.details()));
    }
    const perdure::hub_metrics counted = run.hub().metrics();
    done.activity_count = counted.activities;
    done.committed_bytes = counted.bytes;
    auto closing = std::async(std::launch::async, [&run] { run.hub().close(); });
    save(done);
    closing.get();
    run.discard();
    return done;
}

} // namespace erase_app
