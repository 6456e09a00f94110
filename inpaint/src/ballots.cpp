// SPDX-License-Identifier: Apache-2.0
// Most pixels deep in the hole have one party only, and most others a handful.
#include "ballots.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace perdure::inpaint {

namespace {

// Differences below this mean the same; keeps the variance of perfect matches above zero.
constexpr std::uint32_t variance_min = patch_area * 4;

// Rows that are heard at once: so many that hearing their neighbours again costs little, so few
// that what is heard of a huge level takes no memory to speak of.
constexpr int rows_at_once = level::tile_rows;

constexpr std::uint32_t no_way = 0xffffffff;

// A party of a way is kept as round << party_bits | party.
constexpr int party_bits = 6;
static_assert(patch_area < (1 << party_bits));
static_assert(2ULL * rows_at_once * image_size::side_max < (1ULL << (32 - party_bits)),
              "each pixel that is heard is counted at most twice");

} // namespace

void ballots::move_to(std::uint32_t pixel) {
    const point before = here_;
    const int left_before = left_;
    pixel_ = pixel;
    here_ = where_.hole_pixels()[pixel];
    left_ = std::max(here_.x - patch_radius, patch_radius);
    width_ = std::min(here_.x + patch_radius, where_.size().width - 1 - patch_radius) - left_ + 1;
    if (here_.y == before.y && here_.x == before.x + 1) {
        for (std::uint32_t& first : firsts_)
            first += static_cast<std::uint32_t>(left_ - left_before);
        return;
    }
    if (here_.y < heard_begin_ || here_.y >= heard_end_)
        hear(here_.y);
    top_ = std::max(here_.y - patch_radius, patch_radius);
    height_ = std::min(here_.y + patch_radius, where_.size().height - 1 - patch_radius) - top_ + 1;
    for (int row = 0; row < height_; ++row)
        firsts_[static_cast<std::size_t>(row)] = map_.at(left_, top_ + row) - first_heard_;
}

// Hears the targets that cover pixels of the rows from this one on.
void ballots::hear(int row) {
    const auto rows = where_.target_rows();
    const auto stride = static_cast<std::uint32_t>(where_.size().width);
    heard_begin_ = row;
    heard_end_ = std::min(row_end_, row + rows_at_once);
    first_heard_ = rows[static_cast<std::size_t>(std::max(0, row - patch_radius))];
    const std::uint32_t last =
        rows[static_cast<std::size_t>(std::min(where_.size().height, heard_end_ + patch_radius))];
    voters_.clear();
    voters_.reserve(last - first_heard_);
    distances_.clear();
    ways_.assign(2 * std::bit_ceil(std::size_t{last - first_heard_}), no_way);
    voter now{no_way, 0, 0, 0, 0};
    std::uint32_t distance = 0;
    for (std::uint32_t target = first_heard_; target < last; ++target) {
        const match& each = matches_.matches[target];
        const point here = where_.targets()[target];
        const std::uint32_t before = std::exchange(
            distance, (each.source.y - std::uint32_t{here.y}) * stride + each.source.x - here.x);
        if (distance != before || now.way == no_way) {
            now.way = way_of(distance);
            now.alike_count = 0;
        }
        now.cost = each.cost;
        now.depth = where_.target_depths()[target];
        now.alike_count = static_cast<std::uint8_t>(std::min(now.alike_count + 1, patch_side));
        now.settled_count = static_cast<std::uint8_t>(
            each.is_settled ? std::min(now.settled_count + 1, patch_side) : 0);
        voters_.push_back(now);
    }
    parties_of_ways_.assign(distances_.size(), 0);
    round_ = 0;
}

std::uint32_t ballots::way_of(std::uint32_t distance) {
    const std::size_t mask = ways_.size() - 1;
    constexpr std::uint32_t golden = 0x9e3779b1;
    for (std::size_t i = (distance * golden) >> 8;; ++i) {
        std::uint32_t& way = ways_[i & mask];
        if (way == no_way) {
            way = static_cast<std::uint32_t>(distances_.size());
            distances_.push_back(distance);
            return way;
        }
        if (distances_[way] == distance)
            return way;
    }
}

bool ballots::are_settled() const {
    for (int row = 0; row < height_; ++row)
        if (voters_of(row)[width_ - 1].settled_count < width_)
            return false;
    return true;
}

template <class Use>
void ballots::for_each_vote(Use use) const {
    const std::uint16_t set = where_.set_of_hole_pixel(pixel_);
    const bool only_own_set = only_own_set_;
    for (int row = 0; row < height_; ++row) {
        const voter* const first = voters_of(row);
        for (const voter* each = first; each != first + width_; ++each)
            if (!only_own_set ||
                where_.set_of_target(first_heard_ +
                                     static_cast<std::uint32_t>(each - voters_.data())) == set)
                use(*each);
    }
}

sample ballots::mean(std::optional<int> tolerance_percent) {
    if (are_unanimous())
        return where_.samples()[here_in_samples() + distances_[voters_of(0)->way]];
    survey();
    if (!tolerance_percent)
        return mean_by([](const voter&) { return std::uint64_t{1}; });
    return mean_by(weight{likeness(variance(*tolerance_percent)), depth_min_});
}

// Parties would save some additions, but to find them takes longer.
template <class Weight>
sample ballots::mean_by(Weight weight_of) const {
    const sample* const samples = where_.samples().data();
    const std::uint32_t* const distances = distances_.data();
    const std::uint32_t here = here_in_samples();
    std::uint64_t sums[4] = {};
    std::uint64_t total = 0;
    for_each_vote([&](const voter& each) {
        const sample colour = samples[here + distances[each.way]];
        const std::uint64_t by = weight_of(each);
        sums[0] += by * colour.red;
        sums[1] += by * colour.green;
        sums[2] += by * colour.blue;
        sums[3] += by * colour.texture;
        total += by;
    });
    const auto mean = [&](std::uint64_t sum) {
        return static_cast<std::uint8_t>((sum + total / 2) / total);
    };
    return {mean(sums[0]), mean(sums[1]), mean(sums[2]), mean(sums[3])};
}

std::uint32_t ballots::spread() {
    if (are_unanimous())
        return 0;
    survey();
    const std::uint32_t here = here_in_samples();
    std::uint64_t red = 0;
    std::uint64_t green = 0;
    std::uint64_t blue = 0;
    std::uint64_t squares = 0;
    for_each_vote([&](const voter& each) {
        const sample colour = where_.samples()[here + distances_[each.way]];
        red += colour.red;
        green += colour.green;
        blue += colour.blue;
        squares += std::uint64_t{colour.red} * colour.red +
                   std::uint64_t{colour.green} * colour.green +
                   std::uint64_t{colour.blue} * colour.blue;
    });
    const std::uint64_t count = vote_count_;
    return static_cast<std::uint32_t>((count * squares - red * red - green * green - blue * blue) /
                                      (count * count));
}

std::span<const ballots::party> ballots::count(int tolerance_percent) {
    const std::uint32_t here = here_in_samples();
    if (are_unanimous()) {
        parties_[0] = {here + distances_[voters_of(0)->way], 0};
        return {parties_.data(), 1};
    }
    survey();
    const weight weight_of{likeness(variance(tolerance_percent)), depth_min_};
    const std::uint32_t round = ++round_ << party_bits;
    std::uint32_t party_count = 0;
    for_each_vote([&](const voter& each) {
        std::uint32_t& joined = parties_of_ways_[each.way];
        if (joined < round) {
            parties_[party_count] = {here + distances_[each.way], 0};
            joined = round | party_count++;
        }
        parties_[joined - round].weight += weight_of(each);
    });
    return {parties_.data(), party_count};
}

// Where the hole is copied as one, as most of it is in the end, there is nothing to count.
bool ballots::are_unanimous() const {
    const std::uint32_t way = voters_of(0)->way;
    for (int row = 0; row < height_; ++row) {
        const voter& last = voters_of(row)[width_ - 1];
        if (last.way != way || last.alike_count < width_)
            return false;
    }
    return true;
}

void ballots::survey() {
    only_own_set_ = where_.source_sets().size() > 1;
    do {
        std::uint32_t count = 0;
        std::uint64_t cost_sum = 0;
        std::uint8_t depth_min = 255;
        for_each_vote([&](const voter& each) {
            ++count;
            cost_sum += each.cost;
            depth_min = std::min(depth_min, each.depth);
        });
        vote_count_ = count;
        cost_sum_ = cost_sum;
        depth_min_ = depth_min;
    } while (vote_count_ == 0 && std::exchange(only_own_set_, false));
}

std::uint32_t ballots::here_in_samples() const {
    return here_.y * static_cast<std::uint32_t>(where_.size().width) + here_.x;
}

std::uint32_t ballots::variance(int tolerance_percent) const {
    const std::uint64_t tolerated =
        cost_sum_ * static_cast<std::uint64_t>(tolerance_percent) / (100 * vote_count_);
    return static_cast<std::uint32_t>(std::max<std::uint64_t>(variance_min, tolerated));
}

sample most_supported(const level& where, std::span<const ballots::party> votes) {
    const auto winner = std::ranges::max_element(votes, {}, &ballots::party::weight);
    return where.samples()[winner->source];
}

} // namespace perdure::inpaint
