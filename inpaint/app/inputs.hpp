// SPDX-License-Identifier: Apache-2.0
// What the user gave, looked at before anything is created: files are read, decoded and checked
// against each other, and the output's place is tried.
#pragma once

#include "inpaint/app/kept_markup.hpp"
#include "inpaint/app/kept_photo.hpp"
#include "inpaint/app/options.hpp"

#include <perdure/inpaint/image.hpp>
#include <perdure/inpaint/image_io.hpp>
#include <perdure/inpaint/photo.hpp>

#include <memory>
#include <string>
#include <vector>

namespace erase_app {

namespace pixels = perdure::inpaint;

/// SHA-256 of the files that decide the pixels. A grown markup stands for such a file.
struct file_hashes {
    std::string photo;
    std::string markup;
    std::vector<std::string> donors;
};

struct inputs {
    std::unique_ptr<kept_photo> photo;
    std::unique_ptr<kept_markup> markup; ///< Grown, if that was asked for.
    std::vector<pixels::mask> donors;
    file_hashes hashes; ///< Empty unless the run is durable.
};

/// A file of the grown markup, the same bytes for the same markup.
std::string grown_file(const pixels::mask& markup, int grow);

/// Throws pixels::image_error for files that cannot be used. A photo of a durable run that an
/// earlier process has left a copy of is not decoded again.
inputs read_inputs(const options& chosen);

/// Throws refusal or pixels::image_error if OUT or a page cannot be written where it is. Creates
/// nothing.
void require_writable_outputs(const options& chosen);

} // namespace erase_app
