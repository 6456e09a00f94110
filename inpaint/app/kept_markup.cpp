// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/kept_markup.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace erase_app {

kept_markup::kept_markup(pixels::mask decoded)
    : size_(decoded.size), whole_(std::make_shared<pixels::mask>(std::move(decoded))) {}

std::shared_ptr<const pixels::mask> kept_markup::look() {
    const std::scoped_lock lock(mutex_);
    wake();
    return whole_;
}

pixels::mask& kept_markup::in_memory() {
    const std::scoped_lock lock(mutex_);
    wake();
    return *whole_;
}

void kept_markup::rest() {
    const std::scoped_lock lock(mutex_);
    if (whole_ == nullptr)
        return;
    if (marked_.empty()) {
        const std::string_view flags(reinterpret_cast<const char*>(whole_->flags.data()),
                                     whole_->flags.size());
        for (std::size_t begin = flags.find('\1'); begin != flags.npos;) {
            const std::size_t end = std::min(flags.find('\0', begin), flags.size());
            marked_.push_back({begin, end});
            begin = flags.find('\1', end);
        }
    }
    whole_.reset();
}

void kept_markup::wake() {
    if (whole_ != nullptr)
        return;
    whole_ = std::make_shared<pixels::mask>(size_.width, size_.height);
    for (const run& each : marked_)
        std::fill(whole_->flags.begin() + static_cast<std::ptrdiff_t>(each.begin),
                  whole_->flags.begin() + static_cast<std::ptrdiff_t>(each.end), std::uint8_t{1});
}

} // namespace erase_app
