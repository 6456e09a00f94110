// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/inputs.hpp"

#include "inpaint/app/digest.hpp"

#include <perdure/inpaint/markup.hpp>
#include <perdure/inpaint/validate.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <future>
#include <utility>

#include <unistd.h>

namespace erase_app {
namespace {

namespace fs = std::filesystem;

template <class Decoded>
struct read_file {
    Decoded decoded;
    std::string hash;
};

// Bytes are hashed for a durable run only, which is named by them.
template <class Decode>
auto read(const fs::path& path, bool is_hashed, Decode decode) {
    const std::string bytes = pixels::read_file(path);
    std::future<std::string> hash;
    if (is_hashed)
        hash = std::async(std::launch::async, [&] { return sha256(bytes); });
    read_file<decltype(decode(bytes))> found{decode(bytes), {}};
    if (is_hashed)
        found.hash = hash.get();
    return found;
}

std::unique_ptr<kept_photo> read_photo(const options& chosen, bool is_hashed, std::string& hash) {
    const fs::path folder = chosen.copies_folder();
    std::error_code ignored;
    if (is_hashed && fs::is_directory(folder, ignored)) {
        hash = sha256(pixels::read_file(chosen.photo));
        if (auto copied = photo_copy::open(folder / hash))
            return std::make_unique<kept_photo>(std::move(*copied));
    }
    auto photo = read(chosen.photo, is_hashed, [&](const std::string& bytes) {
        return pixels::decode_photo(bytes, chosen.photo.string());
    });
    hash = std::move(photo.hash);
    return std::make_unique<kept_photo>(std::move(photo.decoded));
}

read_file<pixels::mask> read_markup(const fs::path& path, bool is_hashed) {
    return read(path, is_hashed, [&](const std::string& bytes) {
        return pixels::decode_mask(bytes, path.string());
    });
}

pixels::image painted(const pixels::mask& area) {
    pixels::image picture(area.size.width, area.size.height);
    for (std::size_t i = 0; i < area.flags.size(); ++i)
        std::fill_n(&picture.rgb[3 * i], 3,
                    area.flags[i] != 0 ? std::uint8_t{255} : std::uint8_t{0});
    return picture;
}

/// The grown markup stands for the user's from here on.
void grow_markup(read_file<pixels::mask>& markup, int grow, bool is_hashed) {
    if (is_hashed)
        markup.hash = sha256(grown_file(markup.decoded, grow));
    markup.decoded = pixels::grow(markup.decoded, grow);
}

bool is_same_file(const fs::path& a, const fs::path& b) {
    std::error_code ignored;
    return fs::equivalent(a, b, ignored);
}

void require_writable(const fs::path& file, const options& chosen) {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    std::error_code ignored;
    if (fs::is_directory(file, ignored))
        throw refusal(file.string() + " is a folder; name a file");
    if (!fs::is_directory(folder, ignored))
        throw refusal(file.string() + " cannot be written: there is no folder " + folder.string() +
                      "; create it first");
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        throw refusal(file.string() + " cannot be written: " + std::strerror(errno) +
                      "; choose a folder that is writable");
    std::vector<fs::path> given = chosen.donors;
    given.insert(given.end(), {chosen.photo, chosen.markup});
    for (const fs::path& each : given)
        if (is_same_file(file, each))
            throw refusal(file.string() +
                          " is also an input; a run could not be repeated, name another file");
}

} // namespace

std::string grown_file(const pixels::mask& markup, int grow) {
    return pixels::encode_image(painted(pixels::grow(markup, grow)), pixels::image_format::png);
}

inputs read_inputs(const options& chosen) {
    const bool is_hashed = !chosen.is_in_process && chosen.method == erase_method::fill;
    inputs found;
    auto markup = std::async(std::launch::async, read_markup, chosen.markup, is_hashed);
    found.photo = read_photo(chosen, is_hashed, found.hashes.photo);
    const pixels::image_size size = found.photo->size();
    pixels::validate_picture(size);

    auto marked = markup.get();
    pixels::validate_markup(size, marked.decoded);
    if (chosen.grow > 0) {
        grow_markup(marked, chosen.grow, is_hashed);
        pixels::validate_markup(size, marked.decoded);
    }
    found.hashes.markup = std::move(marked.hash);

    for (const fs::path& path : chosen.donors) {
        auto donor = read_markup(path, is_hashed);
        found.donors.push_back(std::move(donor.decoded));
        found.hashes.donors.push_back(std::move(donor.hash));
        pixels::validate_donor(marked.decoded, found.donors.back(), "the donor " + path.string());
    }
    found.markup = std::make_unique<kept_markup>(std::move(marked.decoded));
    return found;
}

void require_writable_outputs(const options& chosen) {
    pixels::format_of(chosen.out);
    require_writable(chosen.out, chosen);
    if (chosen.compare.empty())
        return;
    require_writable(chosen.compare, chosen);
    if (chosen.compare == chosen.out || is_same_file(chosen.compare, chosen.out))
        throw refusal("the page and the picture cannot both be " + chosen.out.string() +
                      "; name another file");
}

} // namespace erase_app
