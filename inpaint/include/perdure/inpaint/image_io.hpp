// SPDX-License-Identifier: Apache-2.0
// PNG, JPEG and WebP in and out. Reading recognises the format by its first bytes, writing by the
// file's extension. Every failure is one image_error that names the file; a write replaces the file
// whole or leaves everything as it was.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "perdure/inpaint/image.hpp"

namespace perdure::inpaint {

enum class image_format { png, jpeg, webp };

/// What a picture may cost. Checked against the file's header, before anything is decoded.
struct image_limits {
    std::uint64_t pixels_max = 100'000'000; // 100 megapixels: about 300 MB once decoded
    std::uint64_t bytes_max = 1'000'000'000; // of the file itself
};

struct encode_options {
    int jpeg_quality = 95; ///< 1..100; above 95, more bytes buy nothing that can be seen.
    int threads = 1; ///< That may work on a PNG; the bytes are the same.
};

/// PNG (any depth and colour type, brought to 8-bit RGB with alpha kept), JPEG or WebP, turned as
/// its EXIF orientation says. For the rest of what a file holds, see decode_photo in photo.hpp.
/// Throws image_error when the file is missing, corrupt, cut short or above a limit.
image read_image(const std::filesystem::path& path, const image_limits& limits = {});

/// As read_image, of bytes in memory; `name` is what errors call the picture.
image decode_image(std::string_view bytes, std::string_view name = "the picture",
                   const image_limits& limits = {});

/// The same image gives the same bytes. JPEG is written without chroma subsampling and drops alpha;
/// WebP is written lossless. Throws image_error for a quality that is out of its range and for what
/// the format cannot hold.
std::string encode_image(const image& picture, image_format format,
                         const encode_options& options = {});

/// By extension: .png, .jpg, .jpeg, .webp in any case; image_error for any other.
image_format format_of(const std::filesystem::path& path);

/// encode_image + write_file_atomically. Throws image_error and leaves no half-written file.
void write_image(const std::filesystem::path& path, const image& picture,
                 const encode_options& options = {});

/// Writes a temporary file beside `path`, syncs it and renames it over `path`.
/// Throws image_error when any step fails; the temporary file is then gone again.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// The whole file. Throws image_error when it is missing, unreadable or above bytes_max.
std::string read_file(const std::filesystem::path& path, const image_limits& limits = {});

/// The marked pixels of a markup or donor picture: those with alpha above 0 if any pixel of it is
/// transparent, otherwise those that are not black.
mask mask_from_image(const image& markup);

/// decode_image + mask_from_image, for most files without the picture in between.
mask decode_mask(std::string_view bytes, std::string_view name = "the markup",
                 const image_limits& limits = {});

/// read_file + decode_mask.
mask read_mask(const std::filesystem::path& path, const image_limits& limits = {});

} // namespace perdure::inpaint
