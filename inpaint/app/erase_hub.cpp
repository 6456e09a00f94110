// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/erase_hub.hpp"

#include "activities/erase_activities.hpp"
#include "inpaint/app/digest.hpp"
#include "orchestrations/erase_batch.hpp"

#include <chrono>
#include <utility>

namespace erase_app {
namespace {

// More slices than threads, so that a thread that is done early takes another.
constexpr int slices_per_thread = 4;
// What activities read is kept decoded; this only saves reading fresh blobs back from the store.
constexpr std::size_t blob_cache_bytes = std::size_t{2} << 20;

perdure::task_hub open(const std::filesystem::path& folder, const erasing::decoded_pointer& decoded,
                       int threads) {
    perdure::registry functions;
    erasing::add_erase_orchestrations(functions);
    erasing::add_erase_activities(functions, decoded);
    perdure::hub_options tuned;
    tuned.name = "Erase";
    tuned.activity_threads = static_cast<std::size_t>(threads);
    tuned.blob_cache = blob_cache_bytes;
    // Activities are pure functions: one that a crash makes forgotten is simply run again.
    tuned.durable = perdure::durability::speculative;
    return perdure::task_hub::open(folder, std::move(functions), std::move(tuned));
}

/// What the job's activities are going to call its files.
erasing::fill_sources sources_of(const erasing::erase_job& job, const inputs& given) {
    erasing::fill_sources sources;
    sources.photo = {job.photo, given.photo->size()};
    sources.markup = {job.markup, given.markup->size()};
    for (std::size_t i = 0; i < job.donors.size(); ++i)
        sources.donors.push_back({job.donors[i], given.donors[i].size});
    sources.settings = job.settings;
    return sources;
}

} // namespace

erase_hub::erase_hub(std::filesystem::path folder, const erasing::decoded_pointer& decoded,
                     int threads)
    : folder_(std::move(folder)), hub_(open(folder_, decoded, threads)) {}

pixels::colours erase_hub::colours_of(const erasing::slices& names) {
    std::vector<pixels::colours> parts;
    for (const perdure::blob& each : names)
        parts.push_back(pixels::colours::decode(*hub_.client().get(each)));
    return pixels::colours::join(std::move(parts));
}

void erase_hub::remove() {
    hub_.close();
    const auto discarded = folder_ / "discarded";
    std::error_code ignored;
    // Renamed first: killed in the middle, this must not leave half a store to be opened.
    std::filesystem::remove_all(discarded, ignored);
    std::filesystem::rename(folder_ / "store", discarded, ignored);
    std::filesystem::remove_all(discarded, ignored);
    std::filesystem::remove(folder_ / "HOLDER", ignored);
    std::filesystem::remove(folder_, ignored);
}

early_hub::early_hub(const std::filesystem::path& folder, int threads)
    : was_there_(std::filesystem::exists(folder)), files_(std::in_place),
      decoded_(std::make_shared<erasing::decoded_values>(files_->get_future().share(), threads)) {
    opening_ = std::async(std::launch::async, [folder, decoded = decoded_, threads] {
        return std::make_unique<erase_hub>(folder, decoded, threads);
    });
}

early_hub::~early_hub() {
    if (!files_)
        return;
    try {
        give_up();
    } catch (const std::exception&) {
        // Why the files are no good is what the user has to know, not what a hub came to nothing
        // by.
        return;
    }
}

void early_hub::give_up() {
    files_.reset(); // Activities of an earlier process no longer wait for them.
    hub_ = opening_.get();
    hub_->close();
    if (!was_there_)
        hub_->remove();
}

erase_hub& early_hub::with(erasing::input_files files, const erasing::erase_job& job,
                           const inputs& given) {
    files_->set_value(std::move(files));
    files_.reset();
    if (!was_there_)
        build_levels(job, given);
    hub_ = opening_.get();
    return *hub_;
}

double early_hub::seconds_since_begun() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
}

void early_hub::build_levels(const erasing::erase_job& job, const inputs& given) {
    erasing::level_source next{sources_of(job, given), {}, 0};
    if (is_open())
        return;
    next.levels = pixels::plan(*given.markup->look(), job.settings);
    next.index = static_cast<int>(next.levels.levels.size());
    while (!is_open() && next.index-- > 0)
        decoded_->prepare(next);
}

bool early_hub::is_open() const {
    return opening_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

erasing::erase_job job_of(const options& chosen, const file_hashes& given) {
    erasing::erase_job job;
    job.photo = given.photo;
    job.markup = given.markup;
    job.donors = given.donors;
    job.settings = pixels::settings_for(chosen.quality);
    job.settings.seed = chosen.seed;
    job.slices_max = chosen.threads * slices_per_thread;
    return job;
}

std::string instance_of(const erasing::erase_job& job) {
    std::string identity = "erase 11 " + job.photo + " " + job.markup;
    for (const std::string& each : job.donors)
        identity += " " + each;
    return "erase-" + sha256(identity + " " + job.settings.encode()).substr(0, 32);
}

std::string innermost(const perdure::failure& outer) {
    const perdure::failure* at = &outer;
    while (at->cause)
        at = at->cause.get();
    return at->message;
}

} // namespace erase_app
