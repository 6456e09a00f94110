// SPDX-License-Identifier: Apache-2.0
// What the user sees while a picture is being filled: on a terminal one line that is drawn over and
// over, elsewhere one line per level. Everything goes to standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace erase_app {

/// Where a fill is. Levels count down to 0.
struct fill_state {
    int level_index = 0;
    int level_count = 0;
    int iteration = 0;
    std::uint64_t pixel_count = 0;
    std::uint64_t changed_count = 0;
    std::uint64_t energy = 0;

    bool operator==(const fill_state&) const = default;
};

class progress_display {
  public:
    enum class style { none, lines, bar };

    /// The style that fits: none if quiet, a bar on a terminal, lines elsewhere.
    static style fitting(bool is_quiet);

    explicit progress_display(style chosen);
    /// Wipes the bar.
    ~progress_display();
    progress_display(const progress_display&) = delete;
    progress_display& operator=(const progress_display&) = delete;

    /// The run was begun by an earlier call; the levels done then are listed too.
    void go_on();
    /// A level takes about four times as long as the one above it, or as its targets say if known.
    void expect(std::vector<std::uint32_t> target_counts);
    /// The latest state; states of a level come in order, states may be left out.
    void show(const fill_state& now);
    /// The level that was shown last is over.
    void finish_level();
    /// Seams taken out and put in, of so many expected.
    void show_seams(int done, int expected);
    void finish_seams(int taken_out, bool is_horizontal);

  private:
    void draw_bar();
    void draw(double share, const std::string& what);
    double share_done() const;
    std::string time_left(double share) const;

    const style style_;
    const std::chrono::steady_clock::time_point begun_;
    double share_before_ = -1; ///< Done when first shown: of a run that goes on, not 0.
    std::vector<std::uint32_t> target_counts_;
    fill_state now_;
    bool is_level_open_ = false;
};

} // namespace erase_app
