// SPDX-License-Identifier: Apache-2.0
// The task hub that the work is kept in, and how a run is named there.
#pragma once

#include "activities/input_files.hpp"
#include "inpaint/app/inputs.hpp"
#include "inpaint/app/options.hpp"
#include "orchestrations/erase_object.hpp"

#include <perdure/perdure.hpp>

#include <filesystem>
#include <string>

namespace erase_app {

/// Open as long as it lives.
class erase_hub {
  public:
    erase_hub(std::filesystem::path folder, erasing::input_files files, int threads);

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

erasing::erase_job job_of(const options& chosen, const file_hashes& given);

/// Named by all that decides the pixels and by nothing else, so that the same command finds its
/// run again, also with other threads, another output or from another folder.
std::string instance_of(const erasing::erase_job& job);

/// The sentence of what failed first: around it are only those that passed it on.
std::string innermost(const perdure::failure& outer);

} // namespace erase_app
