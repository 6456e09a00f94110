// SPDX-License-Identifier: Apache-2.0
// Most pixels deep in the hole have one party only, and most others a handful.
#include "ballots.hpp"

#include <algorithm>

#include "vote_weight.hpp"

namespace perdure::inpaint {

namespace {

// Differences below this mean the same; keeps the variance of perfect matches above zero.
constexpr std::uint32_t variance_min = patch_area * 4;

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
    top_ = std::max(here_.y - patch_radius, patch_radius);
    height_ = std::min(here_.y + patch_radius, where_.size().height - 1 - patch_radius) - top_ + 1;
    for (int row = 0; row < height_; ++row)
        firsts_[static_cast<std::size_t>(row)] = map_.at(left_, top_ + row);
}

bool ballots::are_settled() const {
    for (int row = 0; row < height_; ++row) {
        const match* each = matches_.matches.data() + firsts_[static_cast<std::size_t>(row)];
        for (int i = 0; i < width_; ++i, ++each)
            if (!each->is_settled)
                return false;
    }
    return true;
}

std::span<const ballots::party> ballots::count(std::optional<int> tolerance_percent) {
    if (are_unanimous())
        return {parties_.data(), 1};
    collect(where_.source_sets().size() > 1);
    if (vote_count_ == 0)
        collect(false);
    if (party_count_ > 1)
        weigh(tolerance_percent);
    return {parties_.data(), party_count_};
}

void ballots::weigh(std::optional<int> tolerance_percent) {
    const std::span<const vote> votes = std::span(votes_).first(vote_count_);
    if (!tolerance_percent) {
        for (const vote& each : votes)
            ++parties_[each.party].weight;
        return;
    }
    const std::uint32_t spread = variance(*tolerance_percent);
    for (const vote& each : votes)
        parties_[each.party].weight +=
            std::uint64_t{likeness(each.cost, spread)} * trust(each.depth - depth_min_);
}

// Where the hole is copied as one, as most of it is in the end, there is nothing to count.
bool ballots::are_unanimous() {
    const point first = matches_.matches[firsts_[0]].source;
    for (int row = 0; row < height_; ++row) {
        const match* each = matches_.matches.data() + firsts_[static_cast<std::size_t>(row)];
        for (int i = 0; i < width_; ++i, ++each)
            if (each->source.x != first.x + i || each->source.y != first.y + row)
                return false;
    }
    const int source = (first.y + here_.y - top_) * where_.size().width + first.x + here_.x - left_;
    parties_[0] = {static_cast<std::uint32_t>(source), 0};
    return true;
}

void ballots::collect(bool only_own_set) {
    const std::uint16_t set = where_.set_of_hole_pixel(pixel_);
    const int stride = where_.size().width;
    const match* const matches = matches_.matches.data();
    const std::uint8_t* const depths = where_.target_depths().data();
    const int width = width_;
    party_count_ = 0;
    cost_sum_ = 0;
    depth_min_ = 255;
    vote* next = votes_.data();
    vote last{0xffffffff, 0, 0};
    std::uint32_t last_source = 0;
    for (int row = 0; row < height_; ++row) {
        const std::uint32_t first = firsts_[static_cast<std::size_t>(row)];
        const int shift = (here_.y - (top_ + row)) * stride + here_.x - left_;
        for (int i = 0; i < width; ++i) {
            const std::uint32_t target = first + static_cast<std::uint32_t>(i);
            if (only_own_set && where_.set_of_target(target) != set)
                continue;
            const match& each = matches[target];
            const auto source =
                static_cast<std::uint32_t>(each.source.y * stride + each.source.x + shift - i);
            // Neighbours mostly agree.
            if (source != last_source || last.party == 0xffffffff)
                last.party = party_of(source);
            last_source = source;
            last.cost = each.cost;
            last.depth = depths[target];
            cost_sum_ += last.cost;
            depth_min_ = std::min(depth_min_, last.depth);
            *next++ = last;
        }
    }
    vote_count_ = static_cast<std::size_t>(next - votes_.data());
}

std::uint32_t ballots::party_of(std::uint32_t source) {
    for (std::size_t i = party_count_; i-- > 0;)
        if (parties_[i].source == source)
            return static_cast<std::uint32_t>(i);
    parties_[party_count_] = {source, 0};
    return static_cast<std::uint32_t>(party_count_++);
}

std::uint32_t ballots::variance(int tolerance_percent) const {
    const std::uint64_t tolerated =
        cost_sum_ * static_cast<std::uint64_t>(tolerance_percent) / (100 * vote_count_);
    return static_cast<std::uint32_t>(std::max<std::uint64_t>(variance_min, tolerated));
}

sample blend(const level& where, std::span<const ballots::party> votes) {
    if (votes.size() == 1)
        return where.samples()[votes.front().source];
    std::uint64_t sums[4] = {};
    std::uint64_t total = 0;
    for (const ballots::party& each : votes) {
        const sample& colour = where.samples()[each.source];
        sums[0] += each.weight * colour.red;
        sums[1] += each.weight * colour.green;
        sums[2] += each.weight * colour.blue;
        sums[3] += each.weight * colour.texture;
        total += each.weight;
    }
    const auto mean = [&](std::uint64_t sum) {
        return static_cast<std::uint8_t>((sum + total / 2) / total);
    };
    return {mean(sums[0]), mean(sums[1]), mean(sums[2]), mean(sums[3])};
}

sample most_supported(const level& where, std::span<const ballots::party> votes) {
    const auto winner = std::ranges::max_element(votes, {}, &ballots::party::weight);
    return where.samples()[winner->source];
}

} // namespace perdure::inpaint
