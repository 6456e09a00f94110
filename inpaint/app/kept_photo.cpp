// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/kept_photo.hpp"

#include <optional>
#include <utility>
#include <variant>

namespace erase_app {
namespace {

// A smaller one is decoded again in the time that it takes to open the hub.
constexpr std::size_t copied_pixels_min = 1'000'000;

} // namespace

struct kept_photo::place {
    std::variant<pixels::photo, photo_copy> photo;

    pixels::image_view view() const {
        const auto* copied = std::get_if<photo_copy>(&photo);
        return copied != nullptr ? copied->view()
                                 : pixels::image_view(std::get<pixels::photo>(photo).pixels);
    }
};

kept_photo::kept_photo(pixels::photo decoded)
    : size_(decoded.pixels.size), where_(std::make_shared<place>(place{std::move(decoded)})) {}

kept_photo::kept_photo(photo_copy copied)
    : size_(copied.pixels().size), where_(std::make_shared<place>(place{std::move(copied)})) {}

std::shared_ptr<kept_photo::place> kept_photo::where() const {
    const std::scoped_lock lock(mutex_);
    return where_;
}

erasing::held_pixels kept_photo::look() const {
    const std::shared_ptr<place> here = where();
    return {here->view(), here};
}

void kept_photo::copy_to(const std::filesystem::path& file) {
    if (size_.pixel_count() < copied_pixels_min ||
        !std::holds_alternative<pixels::photo>(where()->photo))
        return;
    copying_ = std::async(std::launch::async, [this, file] {
        std::error_code ignored;
        std::filesystem::create_directories(file.parent_path(), ignored);
        if (std::optional<photo_copy> copied = photo_copy::make(file, in_memory())) {
            auto there = std::make_shared<place>(place{std::move(*copied)});
            const std::scoped_lock lock(mutex_);
            where_ = std::move(there);
        }
    });
}

void kept_photo::settle() {
    if (copying_.valid())
        copying_.get();
}

pixels::photo& kept_photo::in_memory() {
    return std::get<pixels::photo>(where()->photo);
}

kept_photo::editable kept_photo::edit() {
    settle();
    place& here = *where();
    if (const auto* copied = std::get_if<photo_copy>(&here.photo))
        return {copied->pixels(), copied->details()};
    auto& decoded = std::get<pixels::photo>(here.photo);
    return {decoded, decoded.details};
}

} // namespace erase_app
