// SPDX-License-Identifier: Apache-2.0
// The task hub that the work is kept in, and how a run is named there.
#pragma once

#include "activities/decoded.hpp"
#include "inpaint/app/inputs.hpp"
#include "inpaint/app/options.hpp"
#include "orchestrations/erase_object.hpp"

#include <perdure/perdure.hpp>

#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>

namespace erase_app {

/// Open as long as it lives.
class erase_hub {
  public:
    erase_hub(std::filesystem::path folder, const erasing::decoded_pointer& decoded, int threads);

    perdure::client& client() { return hub_.client(); }
    perdure::hub_metrics metrics() const { return hub_.metrics(); }
    pixels::colours colours_of(const erasing::slices& names);

    void close() { hub_.close(); }
    /// Closes it and removes it. Whatever else is in its folder stays.
    void remove();

  private:
    const std::filesystem::path folder_;
    perdure::task_hub hub_;
};

/// Opens a hub on a thread of its own, since that takes about as long as to decode a photo, and
/// uses the time that is left to build levels that the run is going to ask for.
///
/// Lifetime: if it ends without having been given the files, it leaves what it found.
class early_hub {
  public:
    early_hub(const std::filesystem::path& folder, int threads);
    ~early_hub();
    early_hub(const early_hub&) = delete;
    early_hub& operator=(const early_hub&) = delete;

    /// Once. The hub, as soon as it is open; throws what opening it threw.
    erase_hub& with(erasing::input_files files, const erasing::erase_job& job, const inputs& given);

    double seconds_since_begun() const;

  private:
    void give_up();
    void build_levels(const erasing::erase_job& job, const inputs& given);
    bool is_open() const;

    const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    const bool was_there_;
    std::optional<std::promise<erasing::input_files>> files_;
    erasing::decoded_pointer decoded_;
    std::future<std::unique_ptr<erase_hub>> opening_;
    std::unique_ptr<erase_hub> hub_;
};

erasing::erase_job job_of(const options& chosen, const file_hashes& given);

/// Named by all that decides the pixels and by nothing else, so that the same command finds its
/// run again, also with other threads, another output or from another folder.
std::string instance_of(const erasing::erase_job& job);

/// The sentence of what failed first: around it are only those that passed it on.
std::string innermost(const perdure::failure& outer);

} // namespace erase_app
