// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/previews.hpp"

#include "inpaint/app/options.hpp"

#include <perdure/inpaint/image_io.hpp>

#include <utility>

namespace erase_app {

preview_writer::preview_writer(std::filesystem::path folder) : folder_(std::move(folder)) {
    if (folder_.empty())
        return;
    std::error_code problem;
    std::filesystem::create_directories(folder_, problem);
    if (!std::filesystem::is_directory(folder_))
        throw refusal("there is no folder " + folder_.string() + " for the previews (" +
                      problem.message() + "); name one that can be made");
}

void preview_writer::write(int level_index, int level_count,
                           const perdure::inpaint::image& seen) const {
    const std::string number = std::to_string(level_count - level_index);
    perdure::inpaint::write_image(
        folder_ / ("level-" + number + "-of-" + std::to_string(level_count) + ".png"), seen);
}

} // namespace erase_app
