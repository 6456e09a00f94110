// SPDX-License-Identifier: Apache-2.0
// What a fill or another method made of a picture's pixels, back into the picture as a whole.
#include "perdure/inpaint/photo.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "perdure/inpaint/error.hpp"
#include "perdure/inpaint/markup.hpp"

namespace perdure::inpaint {

namespace {

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

void fill_pixel(image& pixels, const image& filled, std::size_t i, std::uint32_t weight) {
    for (std::size_t j = 3 * i; j < 3 * i + 3; ++j)
        pixels.rgb[j] = blended(pixels.rgb[j], filled.rgb[j], weight);
    if (!pixels.alpha.empty())
        pixels.alpha[i] = blended(pixels.alpha[i], filled.alpha[i], weight);
}

void fill_deep(photo& whole, const image& filled, std::size_t i, std::uint32_t weight) {
    const std::size_t channels = whole.pixels.alpha.empty() ? 3 : 4;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        const std::uint32_t value = channel == 3 ? filled.alpha[i] : filled.rgb[3 * i + channel];
        std::uint16_t& deep = whole.deep[channels * i + channel];
        deep = blended(deep, value * 257, weight);
    }
}

} // namespace

photo with_fill(photo original, const image& filled, const mask& markup, int feather) {
    image& pixels = original.pixels;
    if (!(filled.size == pixels.size) || !(markup.size == pixels.size) ||
        filled.rgb.size() != pixels.rgb.size() || filled.alpha.size() != pixels.alpha.size() ||
        markup.flags.size() != pixels.size.pixel_count())
        throw image_error("this fill does not belong to this picture and markup; fill the picture "
                          "itself");
    const edge_weights weights(markup, feather);
    for (std::size_t i = 0; i < markup.flags.size(); ++i) {
        if (markup.flags[i] == 0)
            continue;
        const std::uint32_t weight = weights.at(i);
        if (!original.deep.empty())
            fill_deep(original, filled, i, weight);
        fill_pixel(pixels, filled, i, weight);
    }
    return original;
}

photo with_pixels(photo original, image pixels) {
    original.pixels = std::move(pixels);
    original.deep.clear();
    return original;
}

} // namespace perdure::inpaint
