// SPDX-License-Identifier: Apache-2.0
// From the caller's layout to the library's own and back; only marked pixels come back.
#include "perdure/inpaint/erase.hpp"

#include <string>
#include <vector>

#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

namespace {

std::uint8_t to_8_bits(std::uint8_t value) {
    return value;
}

std::uint8_t to_8_bits(std::uint16_t value) {
    return static_cast<std::uint8_t>((value * 255U + 32895U) >> 16);
}

void put(std::uint8_t& out, std::uint8_t value) {
    out = value;
}

void put(std::uint16_t& out, std::uint8_t value) {
    out = static_cast<std::uint16_t>(value * 257);
}

bool has_alpha(pixel_layout layout) {
    return layout == pixel_layout::grey_alpha || layout == pixel_layout::rgba;
}

bool has_colour(pixel_layout layout) {
    return layout == pixel_layout::rgb || layout == pixel_layout::rgba;
}

/// The values between the rows' beginnings, after a look at all that a view says.
std::size_t checked_stride(std::size_t value_count, int width, int height, std::size_t per_pixel,
                           std::size_t stride, const std::string& name) {
    if (width < 1 || height < 1 || width > image_size::side_max || height > image_size::side_max)
        throw image_error(name + " is " + std::to_string(width) + " x " + std::to_string(height) +
                          " pixels; give one whose sides are 1 to " +
                          std::to_string(image_size::side_max) + " pixels");
    const std::size_t row = static_cast<std::size_t>(width) * per_pixel;
    const std::size_t step = stride == 0 ? row : stride;
    if (step < row)
        throw image_error(name + " has a stride of " + std::to_string(stride) + " values but " +
                          std::to_string(row) + " in a row; count values, not bytes or pixels");
    if (value_count < row || (value_count - row) / step < static_cast<std::size_t>(height) - 1)
        throw image_error(name + " has " + std::to_string(value_count) + " values, too few for " +
                          std::to_string(height) + " rows of " + std::to_string(row) +
                          "; give the whole of it");
    return step;
}

template <class Value>
class pixel_buffer {
  public:
    explicit pixel_buffer(const pixel_view<Value>& view)
        : view_(view), per_pixel_(static_cast<std::size_t>(view.layout)) {
        if (per_pixel_ < 1 || per_pixel_ > 4)
            throw image_error("the picture has a layout of " + std::to_string(per_pixel_) +
                              " values; choose one of grey, grey_alpha, rgb and rgba");
        stride_ = checked_stride(view.values.size(), view.width, view.height, per_pixel_,
                                 view.stride, "the picture");
    }

    image read() const {
        image picture(view_.width, view_.height);
        if (has_alpha(view_.layout))
            picture.alpha.resize(picture.size.pixel_count());
        for (std::size_t i = 0; i < picture.size.pixel_count(); ++i) {
            const Value* pixel = at(i);
            for (std::size_t channel = 0; channel < 3; ++channel)
                picture.rgb[3 * i + channel] =
                    to_8_bits(pixel[has_colour(view_.layout) ? channel : 0]);
            if (has_alpha(view_.layout))
                picture.alpha[i] = to_8_bits(pixel[per_pixel_ - 1]);
        }
        return picture;
    }

    void write(const colours& filled, const mask& markup) const {
        auto next = filled.samples.begin();
        for (std::size_t i = 0; i < markup.flags.size(); ++i) {
            if (markup.flags[i] == 0)
                continue;
            const sample& colour = *next++;
            Value* pixel = at(i);
            put(pixel[0], colour.red);
            if (has_colour(view_.layout)) {
                put(pixel[1], colour.green);
                put(pixel[2], colour.blue);
            }
            if (has_alpha(view_.layout))
                put(pixel[per_pixel_ - 1], std::uint8_t{255});
        }
    }

  private:
    Value* at(std::size_t pixel) const {
        const auto width = static_cast<std::size_t>(view_.width);
        return view_.values.data() + pixel / width * stride_ + pixel % width * per_pixel_;
    }

    const pixel_view<Value>& view_;
    std::size_t per_pixel_;
    std::size_t stride_ = 0;
};

mask mask_of(const area_view& view, const std::string& name) {
    const std::size_t stride =
        checked_stride(view.values.size(), view.width, view.height, 1, view.stride, name);
    mask area(view.width, view.height);
    for (int y = 0; y < view.height; ++y)
        for (int x = 0; x < view.width; ++x)
            area.set(
                x, y,
                view.values[static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x)] !=
                    0);
    return area;
}

template <class Value>
erase_result erase_in(const pixel_view<Value>& picture, const area_view& markup,
                      std::span<const area_view> donors, const settings& chosen,
                      const fill_options& options) {
    const pixel_buffer<Value> buffer(picture);
    mask marked = mask_of(markup, "the markup");
    std::vector<mask> donated;
    for (const area_view& each : donors)
        donated.push_back(mask_of(each, "donor " + std::to_string(donated.size() + 1)));
    image read = buffer.read();
    const filled_hole filled = fill_hole(lent_pixels{read, marked}, donated, chosen, options);
    read = {};
    if (!filled.was_stopped)
        buffer.write(filled.pixels, marked);
    return {filled.energy, filled.was_stopped};
}

} // namespace

erase_result erase(const view8& picture, const area_view& markup, std::span<const area_view> donors,
                   const settings& chosen, const fill_options& options) {
    return erase_in(picture, markup, donors, chosen, options);
}

erase_result erase(const view16& picture, const area_view& markup,
                   std::span<const area_view> donors, const settings& chosen,
                   const fill_options& options) {
    return erase_in(picture, markup, donors, chosen, options);
}

} // namespace perdure::inpaint
