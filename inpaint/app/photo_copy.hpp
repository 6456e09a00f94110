// SPDX-License-Identifier: Apache-2.0
// A decoded photo in a file that is mapped into memory. A process that goes on after a kill has it
// without decoding anything, and those parts that nobody looks at take no memory.
#pragma once

#include <perdure/inpaint/photo.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

namespace erase_app {

namespace pixels = perdure::inpaint;

/// The file is for this machine and this build, and written without a sync: one that is damaged is
/// as good as none.
class photo_copy {
  public:
    /// Replaces the file whole. Nothing if that could not be done; no file is left then.
    static std::optional<photo_copy> make(const std::filesystem::path& file,
                                          const pixels::photo& decoded);

    /// Nothing, unless the file is there as make() left it.
    static std::optional<photo_copy> open(const std::filesystem::path& file);

    /// What is changed changes in this process only.
    const pixels::photo_pixels& pixels() const { return pixels_; }
    /// For who only looks; not any more once something has been changed.
    pixels::image_view view() const;
    const pixels::picture_details& details() const { return details_; }

  private:
    struct unmap {
        std::size_t size;
        void operator()(std::byte* begin) const;
    };
    using mapping = std::unique_ptr<std::byte, unmap>;

    static mapping map(const std::filesystem::path& file);
    std::span<std::byte> bytes() const { return {mapped_.get(), mapped_.get_deleter().size}; }
    bool is_undamaged() const;
    bool find_parts();

    mapping mapped_;
    pixels::photo_pixels pixels_;
    pixels::picture_details details_;
};

} // namespace erase_app
