// SPDX-License-Identifier: Apache-2.0
#include "patch_look.hpp"

namespace perdure::inpaint {

namespace {

constexpr int scale_bits = 16;

/// One by the root of a number, rounded down.
constexpr std::int32_t inverse_root(std::int64_t square) {
    std::int32_t root = 0;
    while ((root + std::int64_t{1}) * (root + 1) * square <= std::int64_t{1} << 2 * scale_bits)
        ++root;
    return root;
}

// The squared lengths of the patterns: of light red, green and blue count once, twice and once.
constexpr std::int64_t light_square = 1 + 4 + 1;
constexpr std::int64_t side_count = patch_radius * patch_side;
constexpr std::int64_t corner_count = patch_radius * patch_radius;
constexpr std::int64_t line_square =
    2 * side_count + patch_side * (patch_side - 1) * (patch_side - 1);
constexpr std::int32_t by_all = inverse_root(light_square * patch_area);
constexpr std::int32_t by_sides = inverse_root(light_square * 2 * side_count);
constexpr std::int32_t by_corners = inverse_root(light_square * 4 * corner_count);
constexpr std::int32_t by_line = inverse_root(light_square * line_square);
constexpr std::int32_t by_warmth = inverse_root(2 * patch_area);
constexpr std::int32_t by_purple = inverse_root(3 * patch_area);

std::int16_t scaled(int sum, std::int32_t by_length) {
    return static_cast<std::int16_t>((std::int64_t{sum} * by_length) >> scale_bits);
}

} // namespace

patch_look look_of(const sample* corner, std::size_t stride) {
    // Light, by thirds: before, on and behind the middle row, and column.
    int light[3][3] = {};
    int warmth = 0;
    int purple = 0;
    for (int y = 0; y < patch_side; ++y, corner += stride) {
        int* const row = light[(y >= patch_radius) + (y > patch_radius)];
        for (int x = 0; x < patch_side; ++x) {
            const int red = corner[x].red;
            const int green = corner[x].green;
            const int blue = corner[x].blue;
            row[(x >= patch_radius) + (x > patch_radius)] += red + 2 * green + blue;
            warmth += red - blue;
            purple += red - green + blue;
        }
    }
    const int left = light[0][0] + light[1][0] + light[2][0];
    const int column = light[0][1] + light[1][1] + light[2][1];
    const int right = light[0][2] + light[1][2] + light[2][2];
    const int top = light[0][0] + light[0][1] + light[0][2];
    const int row = light[1][0] + light[1][1] + light[1][2];
    const int bottom = light[2][0] + light[2][1] + light[2][2];
    const int all = top + row + bottom;
    const int across = light[0][0] - light[0][2] - light[2][0] + light[2][2];
    return {scaled(all, by_all),
            scaled(left - right, by_sides),
            scaled(top - bottom, by_sides),
            scaled(across, by_corners),
            scaled(all - patch_side * column, by_line),
            scaled(all - patch_side * row, by_line),
            scaled(warmth, by_warmth),
            scaled(purple, by_purple)};
}

} // namespace perdure::inpaint
