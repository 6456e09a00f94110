// SPDX-License-Identifier: Apache-2.0
// Distances of patches: every kernel gives the sum that the definition gives.
#include <algorithm>
#include <vector>

#include "catch.hpp"
#include "inpaint/src/patch_distance.hpp"
#include "inpaint/src/random.hpp"

using namespace perdure::inpaint;

namespace {

constexpr std::size_t stride = 19;
constexpr std::uint32_t no_limit = 0xffffffff;

std::vector<sample> drawn_samples(std::uint64_t seed, std::size_t rows = patch_side) {
    random_stream random(seed);
    std::vector<sample> drawn(stride * rows + 8);
    for (sample& each : drawn) {
        const std::uint64_t bits = random.next();
        each = {static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(bits >> 8),
                static_cast<std::uint8_t>(bits >> 16), static_cast<std::uint8_t>(bits >> 24)};
    }
    return drawn;
}

// Of pixels that count, pixels of which the colours alone do, and pixels that don't.
std::vector<sample> drawn_mask(std::uint64_t seed) {
    constexpr sample lanes[]{{}, {255, 255, 255, 255}, {255, 255, 255, 0}};
    random_stream random(seed);
    std::vector<sample> drawn(stride * patch_side + 8);
    for (sample& each : drawn)
        each = lanes[random.below(std::size(lanes))];
    return drawn;
}

std::uint32_t squared(int a, int b) {
    return static_cast<std::uint32_t>((a - b) * (a - b));
}

std::uint32_t defined(const sample* a, const sample* b, const sample* mask) {
    std::uint32_t sum = 0;
    for (std::size_t y = 0; y < patch_side; ++y)
        for (std::size_t x = 0; x < patch_side; ++x) {
            const sample& p = a[y * stride + x];
            const sample& q = b[y * stride + x];
            const sample counted =
                mask == nullptr ? sample{255, 255, 255, 255} : mask[y * stride + x];
            sum += counted.red != 0 ? squared(p.red, q.red) : 0;
            sum += counted.green != 0 ? squared(p.green, q.green) : 0;
            sum += counted.blue != 0 ? squared(p.blue, q.blue) : 0;
            sum += counted.texture != 0 ? squared(p.texture, q.texture) : 0;
        }
    return sum;
}

} // namespace

TEST_CASE("every kernel gives the defined distance") {
    const auto seed = static_cast<std::uint64_t>(GENERATE(range(0, 20)));
    const std::vector<sample> a = drawn_samples(2 * seed);
    const std::vector<sample> b = drawn_samples(2 * seed + 1);
    const std::vector<sample> mask = drawn_mask(seed);
    const std::size_t at = static_cast<std::size_t>(seed) % 8;

    for (const distance_kernel& each : distance_kernels()) {
        CAPTURE(each.name);
        CHECK(each.whole(&a[at], &b[7 - at], stride, stride, no_limit) ==
              defined(&a[at], &b[7 - at], nullptr));
        CHECK(each.masked(&a[at], &b[7 - at], &mask[at], stride, stride, no_limit) ==
              defined(&a[at], &b[7 - at], &mask[at]));
    }
}

TEST_CASE("a distance of black to white is the largest and does not overflow") {
    const std::vector<sample> black(stride * patch_side + 8);
    const std::vector<sample> white(black.size(), sample{255, 255, 255, 255});

    for (const distance_kernel& each : distance_kernels()) {
        CAPTURE(each.name);
        CHECK(each.whole(black.data(), white.data(), stride, stride, no_limit) ==
              4U * 255 * 255 * patch_area);
    }
}

TEST_CASE("a kernel that stops at a limit still says not less") {
    const std::vector<sample> a = drawn_samples(1);
    const std::vector<sample> b = drawn_samples(2);
    const std::uint32_t distance = defined(a.data(), b.data(), nullptr);
    const std::uint32_t limit = GENERATE_COPY(1U, distance / 3, distance, distance + 1);

    for (const distance_kernel& each : distance_kernels()) {
        CAPTURE(each.name, limit);
        const std::uint32_t found = each.whole(a.data(), b.data(), stride, stride, limit);
        CHECK((found < limit) == (distance < limit));
        CHECK((found == distance || found >= limit));
    }
}

TEST_CASE("every kernel finds the first patch below a limit") {
    const auto seed = static_cast<std::uint64_t>(GENERATE(range(0, 20)));
    const bool is_masked = GENERATE(false, true);
    const std::vector<sample> a = drawn_samples(2 * seed);
    const std::vector<sample> b = drawn_samples(2 * seed + 1);
    const std::vector<sample> mask = drawn_mask(seed);
    const std::vector<std::uint32_t> corners{5, 2, 7, 0, 1, 6, 3};
    const sample* shown = is_masked ? mask.data() : nullptr;
    std::vector<std::uint32_t> distances;
    for (const std::uint32_t each : corners)
        distances.push_back(defined(a.data(), &b[each], shown));
    const std::size_t count = GENERATE(0U, 1U, 4U, 5U, 7U);
    const std::uint32_t limit = distances[GENERATE(0U, 3U, 6U)] + 1;

    const auto found = std::find_if(distances.begin(), distances.begin() + count,
                                    [&](std::uint32_t each) { return each < limit; });
    for (const distance_kernel& each : distance_kernels()) {
        CAPTURE(each.name);
        std::uint32_t reached = limit;
        const std::size_t first =
            each.first_below({a.data(), stride}, shown,
                             {b.data(), stride, std::span(corners).first(count)}, reached);
        CHECK(first == static_cast<std::size_t>(found - distances.begin()));
        CHECK(reached == (first < count ? distances[first] : limit));
    }
}

TEST_CASE("every kernel keeps the least distances of a strip that are allowed") {
    constexpr std::size_t lanes = distance_kernel::lanes;
    const std::size_t row_count = GENERATE(1U, 2U, 9U);
    const auto seed = static_cast<std::uint64_t>(GENERATE(range(0, 10)));
    const std::vector<sample> a = drawn_samples(2 * seed, row_count + patch_side - 1);
    const std::vector<sample> b = drawn_samples(2 * seed + 1, row_count + patch_side - 1);
    // About half of the distances are less.
    constexpr std::uint32_t most = 2'100'000;
    constexpr std::uint32_t way = 5;
    std::vector<std::uint32_t> is_allowed(row_count * stride);
    for (std::size_t i = 0; i < is_allowed.size(); ++i)
        is_allowed[i] = i % stride < lanes && i % 3 != 1 ? 0xffffffff : 0;

    for (const distance_kernel& each : distance_kernels()) {
        std::vector<std::uint32_t> least(is_allowed.size(), most);
        std::vector<std::uint32_t> ways(is_allowed.size());
        each.slide({stride, row_count, a.data(), b.data(), is_allowed.data(), least.data(),
                    ways.data(), way});
        for (std::size_t i = 0; i < least.size(); ++i) {
            CAPTURE(each.name, i);
            const std::uint32_t wanted =
                is_allowed[i] != 0 ? std::min(most, defined(&a[i], &b[i], nullptr)) : most;
            CHECK(least[i] == wanted);
            CHECK(ways[i] == (wanted < most ? way : 0));
        }
    }
}
