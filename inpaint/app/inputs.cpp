// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/inputs.hpp"

#include "inpaint/app/digest.hpp"

#include <perdure/inpaint/validate.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <unistd.h>

namespace erase_app {
namespace {

namespace fs = std::filesystem;

struct read_picture {
    pixels::image picture;
    std::string hash;
};

read_picture read(const fs::path& path) {
    const std::string bytes = pixels::read_file(path);
    return {pixels::decode_image(bytes, path.string()), sha256(bytes)};
}

bool is_same_file(const fs::path& a, const fs::path& b) {
    std::error_code ignored;
    return fs::equivalent(a, b, ignored);
}

} // namespace

inputs read_inputs(const options& chosen) {
    inputs found;
    read_picture photo = read(chosen.photo);
    found.photo = std::move(photo.picture);
    found.hashes.photo = std::move(photo.hash);
    pixels::validate_picture(found.photo.size);

    read_picture markup = read(chosen.markup);
    found.markup = pixels::mask_from_image(markup.picture);
    found.hashes.markup = std::move(markup.hash);
    markup.picture = {};
    pixels::validate_markup(found.photo.size, found.markup);

    for (const fs::path& path : chosen.donors) {
        read_picture donor = read(path);
        found.donors.push_back(pixels::mask_from_image(donor.picture));
        found.hashes.donors.push_back(std::move(donor.hash));
        pixels::validate_donor(found.markup, found.donors.back(), "the donor " + path.string());
    }
    return found;
}

void require_writable_output(const options& chosen) {
    pixels::format_of(chosen.out);
    const fs::path folder = chosen.out.has_parent_path() ? chosen.out.parent_path() : fs::path(".");
    std::error_code ignored;
    if (fs::is_directory(chosen.out, ignored))
        throw refusal(chosen.out.string() + " is a folder; name a file");
    if (!fs::is_directory(folder, ignored))
        throw refusal(chosen.out.string() + " cannot be written: there is no folder " +
                      folder.string() + "; create it first");
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        throw refusal(chosen.out.string() + " cannot be written: " + std::strerror(errno) +
                      "; choose a folder that is writable");
    std::vector<fs::path> given = chosen.donors;
    given.insert(given.end(), {chosen.photo, chosen.markup});
    for (const fs::path& each : given)
        if (is_same_file(chosen.out, each))
            throw refusal(chosen.out.string() +
                          " is also an input; a run could not be repeated, name another file");
}

} // namespace erase_app
