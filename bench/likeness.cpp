// SPDX-License-Identifier: Apache-2.0
#include "bench/likeness.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace perdure::bench {
namespace {

constexpr int window_radius = 5;
constexpr double window_sigma = 1.5;

using plane = std::vector<float>;

/// Half-open.
struct box {
    int left, top, right, bottom;

    int width() const { return right - left; }
    int height() const { return bottom - top; }
    std::size_t at(int x, int y) const {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width()) +
               static_cast<std::size_t>(x);
    }
};

box around(const inpaint::mask& area) {
    box found{area.size.width, area.size.height, 0, 0};
    for (int y = 0; y < area.size.height; ++y)
        for (int x = 0; x < area.size.width; ++x)
            if (area.at(x, y))
                found = {std::min(found.left, x), std::min(found.top, y),
                         std::max(found.right, x + 1), std::max(found.bottom, y + 1)};
    return {std::max(0, found.left - window_radius), std::max(0, found.top - window_radius),
            std::min(area.size.width, found.right + window_radius),
            std::min(area.size.height, found.bottom + window_radius)};
}

plane grey_of(const inpaint::image& picture, const box& part) {
    plane grey;
    for (int y = part.top; y < part.bottom; ++y)
        for (int x = part.left; x < part.right; ++x) {
            const std::uint8_t* rgb =
                &picture.rgb[3 * (static_cast<std::size_t>(y) *
                                      static_cast<std::size_t>(picture.size.width) +
                                  static_cast<std::size_t>(x))];
            grey.push_back(std::round(0.299F * static_cast<float>(rgb[0]) +
                                      0.587F * static_cast<float>(rgb[1]) +
                                      0.114F * static_cast<float>(rgb[2])));
        }
    return grey;
}

std::array<float, 2 * window_radius + 1> gaussian() {
    std::array<float, 2 * window_radius + 1> weights{};
    float sum = 0;
    for (int i = -window_radius; i <= window_radius; ++i) {
        const auto weight =
            static_cast<float>(std::exp(-i * i / (2 * window_sigma * window_sigma)));
        weights[static_cast<std::size_t>(i + window_radius)] = weight;
        sum += weight;
    }
    for (float& each : weights)
        each /= sum;
    return weights;
}

/// Beyond the edge the plane is mirrored at its outermost pixels.
int mirrored(int at, int size) {
    if (size == 1)
        return 0;
    const int period = 2 * (size - 1);
    const int within = std::abs(at) % period;
    return within < size ? within : period - within;
}

plane blurred(const plane& sharp, const box& part) {
    static const auto weights = gaussian();
    plane across(sharp.size());
    plane both(sharp.size());
    const auto sum = [&](const plane& from, int x, int y, int dx, int dy) {
        float total = 0;
        for (int i = -window_radius; i <= window_radius; ++i)
            total += weights[static_cast<std::size_t>(i + window_radius)] *
                     from[part.at(mirrored(x + dx * i, part.width()),
                                  mirrored(y + dy * i, part.height()))];
        return total;
    };
    for (int y = 0; y < part.height(); ++y)
        for (int x = 0; x < part.width(); ++x)
            across[part.at(x, y)] = sum(sharp, x, y, 1, 0);
    for (int y = 0; y < part.height(); ++y)
        for (int x = 0; x < part.width(); ++x)
            both[part.at(x, y)] = sum(across, x, y, 0, 1);
    return both;
}

plane product(const plane& a, const plane& b) {
    plane made(a.size());
    std::transform(a.begin(), a.end(), b.begin(), made.begin(),
                   [](float left, float right) { return left * right; });
    return made;
}

double ssim_in(const inpaint::mask& area, const plane& a, const plane& b, const box& part) {
    constexpr double mean_floor = 0.01 * 255 * 0.01 * 255;
    constexpr double variance_floor = 0.03 * 255 * 0.03 * 255;
    const plane mean_a = blurred(a, part);
    const plane mean_b = blurred(b, part);
    const plane square_a = blurred(product(a, a), part);
    const plane square_b = blurred(product(b, b), part);
    const plane both = blurred(product(a, b), part);
    double sum = 0;
    for (int y = 0; y < part.height(); ++y)
        for (int x = 0; x < part.width(); ++x) {
            if (!area.at(part.left + x, part.top + y))
                continue;
            const std::size_t i = part.at(x, y);
            const double ma = mean_a[i];
            const double mb = mean_b[i];
            const double variances = square_a[i] - ma * ma + square_b[i] - mb * mb;
            const double covariance = both[i] - ma * mb;
            sum += (2 * ma * mb + mean_floor) * (2 * covariance + variance_floor) /
                   ((ma * ma + mb * mb + mean_floor) * (variances + variance_floor));
        }
    return sum / static_cast<double>(area.count());
}

double psnr_in(const inpaint::mask& area, const inpaint::image& a, const inpaint::image& b) {
    double sum = 0;
    for (std::size_t i = 0; i < area.flags.size(); ++i)
        for (std::size_t channel = 3 * i; area.flags[i] != 0 && channel < 3 * i + 3; ++channel) {
            const int difference = int{a.rgb[channel]} - int{b.rgb[channel]};
            sum += difference * difference;
        }
    const double mean = sum / (3 * static_cast<double>(area.count()));
    return mean == 0 ? 99 : 10 * std::log10(255.0 * 255.0 / mean);
}

} // namespace

namespace {

box whole(const inpaint::mask& area) {
    return {0, 0, area.size.width, area.size.height};
}

/// Sobel's, of whole grey levels a pixel.
double gradient_at(const plane& grey, const box& part, int x, int y) {
    const auto at = [&](int dx, int dy) {
        return grey[part.at(mirrored(x + dx, part.width()), mirrored(y + dy, part.height()))];
    };
    const double across =
        at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1);
    const double down =
        at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1);
    return std::hypot(across, down) / 8;
}

double mean_gradient(const inpaint::mask& area, const inpaint::image& picture) {
    const box part = whole(area);
    const plane grey = grey_of(picture, part);
    double sum = 0;
    for (int y = 0; y < part.height(); ++y)
        for (int x = 0; x < part.width(); ++x)
            sum += area.at(x, y) ? gradient_at(grey, part, x, y) : 0;
    return sum / static_cast<double>(area.count());
}

/// Everything at most so many rows and columns away from the area, and the area itself.
inpaint::mask widened(const inpaint::mask& area, int by) {
    const auto spread = [&](const inpaint::mask& from, int dx, int dy) {
        inpaint::mask made(area.size.width, area.size.height);
        for (int y = 0; y < area.size.height; ++y)
            for (int x = 0; x < area.size.width; ++x)
                for (int i = from.at(x, y) ? -by : by + 1; i <= by; ++i)
                    if (const int to_x = x + i * dx, to_y = y + i * dy;
                        to_x >= 0 && to_y >= 0 && to_x < area.size.width && to_y < area.size.height)
                        made.set(to_x, to_y);
        return made;
    };
    return spread(spread(area, 1, 0), 0, 1);
}

inpaint::mask without(const inpaint::mask& area, const inpaint::mask& taken) {
    inpaint::mask rest = area;
    for (std::size_t i = 0; i < rest.flags.size(); ++i)
        if (taken.flags[i] != 0)
            rest.flags[i] = 0;
    return rest;
}

inpaint::mask inner(const inpaint::mask& area) {
    inpaint::mask everything = area;
    std::fill(everything.flags.begin(), everything.flags.end(), std::uint8_t{1});
    const inpaint::mask found = without(area, widened(without(everything, area), 1));
    return found.count() > 0 ? found : area;
}

} // namespace

double detail_in(const inpaint::mask& area, const inpaint::image& filled,
                 const inpaint::image& truth) {
    const inpaint::mask judged = inner(area);
    return mean_gradient(judged, filled) / mean_gradient(judged, truth);
}

double detail_in(const inpaint::mask& area, const inpaint::image& filled) {
    constexpr int nearest = 2; // of what is around, pixels away: these see the area
    constexpr int farthest = 24;
    const inpaint::mask around_it = without(widened(area, farthest), widened(area, nearest));
    return mean_gradient(inner(area), filled) / mean_gradient(around_it, filled);
}

likeness compare_in(const inpaint::mask& area, const inpaint::image& truth,
                    const inpaint::image& filled) {
    const box part = around(area);
    return {psnr_in(area, truth, filled),
            ssim_in(area, grey_of(truth, part), grey_of(filled, part), part)};
}

} // namespace perdure::bench
