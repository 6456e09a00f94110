// SPDX-License-Identifier: Apache-2.0
// What a fill or another method made of a picture's pixels, back into the picture as a whole.
#include "perdure/inpaint/photo.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/markup.hpp"

namespace perdure::inpaint {

namespace {

using rgba = std::array<std::uint8_t, 4>;

constexpr std::uint32_t whole_weight = 256;

/// How much of the fill each marked pixel gets, in 256ths.
class edge_weights {
  public:
    edge_weights(const mask& markup, int feather) : feather_(feather) {
        if (feather < 0 || feather > edge_pixels_max)
            throw image_error("an edge cannot be feathered over " + std::to_string(feather) +
                              " pixels; choose 0 to " + std::to_string(edge_pixels_max));
        if (feather > 0)
            depths_ = squared_depths(markup);
    }

    std::uint32_t at(std::size_t pixel) const {
        if (depths_.empty())
            return whole_weight;
        const double share = std::sqrt(static_cast<double>(depths_[pixel])) / (feather_ + 1);
        return std::min(whole_weight, static_cast<std::uint32_t>(share * whole_weight));
    }

  private:
    int feather_;
    std::vector<std::uint32_t> depths_;
};

template <class Value>
Value blended(Value before, std::uint32_t filled, std::uint32_t weight) {
    return static_cast<Value>(
        (before * (whole_weight - weight) + filled * weight + whole_weight / 2) / whole_weight);
}

void fill_pixel(const photo_pixels& pixels, rgba filled, std::size_t i, std::uint32_t weight) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
        std::uint8_t& value = pixels.rgb[3 * i + channel];
        value = blended(value, filled[channel], weight);
    }
    if (!pixels.alpha.empty())
        pixels.alpha[i] = blended(pixels.alpha[i], filled[3], weight);
}

void fill_deep(const photo_pixels& pixels, rgba filled, std::size_t i, std::uint32_t weight) {
    const std::size_t channels = pixels.alpha.empty() ? 3 : 4;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        std::uint16_t& deep = pixels.deep[channels * i + channel];
        deep = blended(deep, std::uint32_t{filled[channel]} * 257, weight);
    }
}

/// `colour_at(i)` is what belongs to pixel i, asked in order for the marked ones.
template <class ColourAt>
void fill_pixels(const photo_pixels& original, const mask& markup, int feather,
                 ColourAt colour_at) {
    const edge_weights weights(markup, feather);
    for (std::size_t i = 0; i < markup.flags.size(); ++i) {
        if (markup.flags[i] == 0)
            continue;
        const rgba colour = colour_at(i);
        const std::uint32_t weight = weights.at(i);
        if (!original.deep.empty())
            fill_deep(original, colour, i, weight);
        fill_pixel(original, colour, i, weight);
    }
}

void require_fitting(bool is_fitting) {
    if (!is_fitting)
        throw image_error("this fill does not belong to this picture and markup; fill the picture "
                          "itself");
}

} // namespace

photo_pixels::operator image_view() const {
    image_view seen;
    seen.size = size;
    seen.rgb = rgb;
    seen.alpha = alpha;
    return seen;
}

photo with_fill(photo original, const image& filled, const mask& markup, int feather) {
    const image& pixels = original.pixels;
    require_fitting(filled.size == pixels.size && markup.size == pixels.size &&
                    filled.rgb.size() == pixels.rgb.size() &&
                    filled.alpha.size() == pixels.alpha.size() &&
                    markup.flags.size() == pixels.size.pixel_count());
    fill_pixels(original, markup, feather, [&](std::size_t i) {
        const std::uint8_t alpha = filled.alpha.empty() ? std::uint8_t{255} : filled.alpha[i];
        return rgba{filled.rgb[3 * i], filled.rgb[3 * i + 1], filled.rgb[3 * i + 2], alpha};
    });
    return original;
}

photo with_fill(photo original, const colours& filled, const mask& markup, int feather) {
    fill_in(original, filled, markup, feather);
    return original;
}

void fill_in(const photo_pixels& original, const colours& filled, const mask& markup, int feather) {
    require_fitting(markup.size == original.size &&
                    markup.flags.size() == original.size.pixel_count() &&
                    filled.samples.size() == markup.count());
    auto next = filled.samples.begin();
    fill_pixels(original, markup, feather, [&](std::size_t) {
        const sample& colour = *next++;
        return rgba{colour.red, colour.green, colour.blue, 255};
    });
}

photo with_pixels(photo original, image pixels) {
    original.pixels = std::move(pixels);
    original.deep.clear();
    return original;
}

} // namespace perdure::inpaint
