// SPDX-License-Identifier: Apache-2.0
// Starts the run in its task hub, or finds it there, and waits for it.
#include "inpaint/app/run.hpp"

#include "activities/erase_activities.hpp"
#include "inpaint/app/digest.hpp"
#include "orchestrations/erase_object.hpp"
#include "orchestrations/fill_level.hpp"

#include <perdure/perdure.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace erase_app {
namespace {

constexpr std::chrono::milliseconds poll_period{100};
// More slices than threads, so that a thread that is done early takes another.
constexpr int slices_per_thread = 4;
// What activities read is kept decoded; this only saves reading fresh blobs back from the store.
constexpr std::size_t blob_cache_bytes = std::size_t{32} << 20;

erasing::input_files files_of(const options& chosen, const hub_inputs& given) {
    erasing::input_files files;
    files.emplace(given.hashes.photo, chosen.photo);
    if (given.grown_markup.empty())
        files.emplace(given.hashes.markup, chosen.markup);
    else
        files.emplace(given.hashes.markup, erasing::input_file(given.grown_markup));
    for (std::size_t i = 0; i < chosen.donors.size(); ++i)
        files.emplace(given.hashes.donors[i], chosen.donors[i]);
    return files;
}

perdure::task_hub open_hub(const options& chosen, const hub_inputs& given) {
    perdure::registry functions;
    erasing::add_erase_orchestrations(functions);
    erasing::add_erase_activities(functions, files_of(chosen, given), chosen.threads);
    perdure::hub_options tuned;
    tuned.name = "Erase";
    tuned.activity_threads = static_cast<std::size_t>(chosen.threads);
    tuned.blob_cache = blob_cache_bytes;
    return perdure::task_hub::open(chosen.hub_folder(), std::move(functions), std::move(tuned));
}

erasing::erase_job job_of(const options& chosen, const file_hashes& given) {
    erasing::erase_job job;
    job.photo = given.photo;
    job.markup = given.markup;
    job.donors = given.donors;
    job.settings.seed = chosen.seed;
    job.slices_max = chosen.threads * slices_per_thread;
    return job;
}

/// Named by all that decides the pixels and by nothing else, so that the same command finds its
/// run again, also with other threads, another output or from another folder.
std::string instance_of(const erasing::erase_job& job) {
    std::string identity = "erase 1 " + job.photo + " " + job.markup;
    for (const std::string& each : job.donors)
        identity += " " + each;
    return "erase-" + sha256(identity + " " + job.settings.encode()).substr(0, 32);
}

/// Follows a run from outside, by the statuses it publishes.
class watcher {
  public:
    watcher(perdure::client& client, std::string instance, progress_display& display)
        : client_(client), instance_(std::move(instance)), display_(display) {}

    void look() {
        if (level_ < -1)
            look_for_plan();
        while (level_ >= 0) {
            const auto status = client_.status(erasing::level_instance(instance_, level_));
            if (!status || status->custom_status.data == "null")
                return;
            const auto seen =
                perdure::codec<erasing::level_progress>::decode(status->custom_status);
            display_.show({seen.index, seen.level_count, seen.iteration, seen.pixel_count,
                           seen.changed_count, seen.energy});
            if (!perdure::is_finished(status->status))
                return;
            display_.finish_level();
            --level_;
        }
    }

  private:
    void look_for_plan() {
        const auto status = client_.status(instance_);
        if (!status || status->custom_status.data == "null")
            return;
        auto seen = perdure::codec<erasing::erase_progress>::decode(status->custom_status);
        level_ = static_cast<int>(seen.target_counts.size()) - 1;
        display_.expect(std::move(seen.target_counts));
    }

    perdure::client& client_;
    const std::string instance_;
    progress_display& display_;
    int level_ = -2; ///< The one being filled; -1: none is left, -2: not known yet.
};

/// The sentence of what failed first: below it are only those that passed it on.
std::string innermost(const perdure::failure& outer) {
    const perdure::failure* at = &outer;
    while (at->cause)
        at = at->cause.get();
    return at->message;
}

/// A hub for one run.
class durable_run {
  public:
    durable_run(const options& chosen, const hub_inputs& given)
        : chosen_(chosen), hub_(open_hub(chosen, given)) {}

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
        watcher following(hub_.client(), instance, display);
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

    pixels::image picture_of(const erasing::erased_picture& erased) {
        return pixels::image::decode(*hub_.client().get(erased.picture));
    }

    std::string file_of(const std::string& hash) {
        return *hub_.client().get(perdure::blob::from_hex(hash));
    }

    perdure::hub_metrics metrics() const { return hub_.metrics(); }

    void close() { hub_.close(); }

    /// Removes the hub unless the user wants it. Whatever else is in its folder stays.
    void discard() {
        hub_.close();
        if (chosen_.keeps_hub())
            return;
        const auto folder = chosen_.hub_folder();
        const auto discarded = folder / "discarded";
        std::error_code ignored;
        // Renamed first: killed in the middle, this must not leave half a store to be opened.
        std::filesystem::remove_all(discarded, ignored);
        std::filesystem::rename(folder / "store", discarded, ignored);
        std::filesystem::remove_all(discarded, ignored);
        std::filesystem::remove(folder / "HOLDER", ignored);
        std::filesystem::remove(folder, ignored);
    }

  private:
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
    perdure::task_hub hub_;
};

} // namespace

outcome run_durable(const options& chosen, const hub_inputs& given, progress_display& display,
                    const stop_question& must_stop,
                    const std::function<void(const outcome&)>& save) {
    const erasing::erase_job job = job_of(chosen, given.hashes);
    durable_run run(chosen, given);
    outcome done;
    const auto begun = run.start(job);
    done.instance = begun.instance;
    if (begun.was_known)
        display.go_on();
    try {
        const auto erased = run.wait(done.instance, display, must_stop);
        done.picture = run.picture_of(erased);
        done.photo_file = run.file_of(given.hashes.photo);
        done.energy = erased.energy;
        done.level_count = erased.level_count;
        done.iteration_count = erased.pass_count;
    } catch (const perdure::task_failed& failed) {
        run.discard();
        throw refusal(innermost(failed.details()));
    }
    run.close();
    const perdure::hub_metrics counted = run.metrics();
    done.activity_count = counted.activities;
    done.committed_bytes = counted.bytes;
    save(done);
    run.discard();
    return done;
}

} // namespace erase_app
