// SPDX-License-Identifier: Apache-2.0
// A picture summed up in blocks of 4 x 4 pixels. Levels from the third on are made of larger
// blocks, so the sums give the very same levels as the picture, in a fraction of the time.
#pragma once

#include <cstdint>
#include <vector>

#include "perdure/inpaint/image.hpp"

namespace perdure::inpaint {

class block_sums {
  public:
    /// The finest level that can be made of them.
    static constexpr int index = 2;

    struct block {
        std::uint16_t red = 0, green = 0, blue = 0;
        std::uint16_t gradient = 0; // markup left out
        std::uint16_t gradient_count = 0; // of pixels it was measured at
    };

    block_sums(const image_view& picture, const mask& markup, int threads = 1);

    image_size size() const { return size_; }
    /// `y` of size().
    const block* row(int y) const {
        return blocks_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
    }
    /// Of a row of the pixels of level `of_index`.
    void sum_gradients(int of_index, int y, std::vector<std::uint64_t>& gradients,
                       std::vector<std::uint32_t>& counts) const;

  private:
    void set_row(const image_view& picture, int y, std::vector<std::uint32_t>& columns);

    image_size size_;
    std::vector<block> blocks_;
};

} // namespace perdure::inpaint
