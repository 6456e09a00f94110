// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <unistd.h>

namespace erase_app {
namespace {

// Passes that most levels take; the finest has copying passes besides. Only for the estimate.
constexpr double passes_of_level = 10;
constexpr double passes_of_finest = 14;
constexpr int bar_width = 24;

double seconds_since(std::chrono::steady_clock::time_point begun) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

double passes_expected(std::size_t level) {
    return level == 0 ? passes_of_finest : passes_of_level;
}

std::string minutes(double seconds) {
    const long whole = std::lround(seconds);
    char text[32];
    std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
    return text;
}

} // namespace

progress_display::style progress_display::fitting(bool is_quiet) {
    if (is_quiet)
        return style::none;
    return ::isatty(STDERR_FILENO) != 0 ? style::bar : style::lines;
}

progress_display::progress_display(style chosen)
    : style_(chosen), begun_(std::chrono::steady_clock::now()) {}

progress_display::~progress_display() {
    if (style_ == style::bar && share_before_ >= 0)
        std::fputs("\r\033[K", stderr);
}

void progress_display::expect(std::vector<std::uint32_t> target_counts) {
    target_counts_ = std::move(target_counts);
}

void progress_display::show(const fill_state& now) {
    if (is_level_open_ && now == now_)
        return;
    if (is_level_open_ && now.level_index != now_.level_index)
        finish_level();
    now_ = now;
    is_level_open_ = true;
    if (style_ == style::bar)
        draw_bar();
}

void progress_display::go_on() {
    if (style_ == style::lines)
        std::fprintf(stderr, "going on with the run that was begun before; it had done:\n");
}

void progress_display::finish_level() {
    if (!is_level_open_)
        return;
    is_level_open_ = false;
    if (style_ == style::lines)
        std::fprintf(stderr, "level %d of %d: %d iterations, %llu of %llu pixels changed\n",
                     now_.level_count - now_.level_index, now_.level_count, now_.iteration + 1,
                     static_cast<unsigned long long>(now_.changed_count),
                     static_cast<unsigned long long>(now_.pixel_count));
}

void progress_display::draw_bar() {
    const double share = share_done();
    if (share_before_ < 0)
        share_before_ = share;
    draw(share, "level " + std::to_string(now_.level_count - now_.level_index) + " of " +
                    std::to_string(now_.level_count) + ", iteration " +
                    std::to_string(now_.iteration + 1) + ", " + std::to_string(now_.changed_count) +
                    " of " + std::to_string(now_.pixel_count) + " changed");
}

void progress_display::draw(double share, const std::string& what) {
    const int filled = static_cast<int>(share * bar_width);
    const std::string bar = std::string(static_cast<std::size_t>(filled), '#') +
                            std::string(static_cast<std::size_t>(bar_width - filled), '.');
    std::fprintf(stderr, "\r[%s] %s%s\033[K", bar.c_str(), what.c_str(), time_left(share).c_str());
    std::fflush(stderr);
}

void progress_display::show_seams(int done, int expected) {
    if (style_ != style::bar)
        return;
    const double share = std::min(1.0, static_cast<double>(done) / expected);
    if (share_before_ < 0)
        share_before_ = 0;
    draw(share, "seam " + std::to_string(done) + " of " + std::to_string(expected));
}

void progress_display::finish_seams(int taken_out, bool is_horizontal) {
    if (style_ == style::lines)
        std::fprintf(stderr, "%d seams from %s taken out and put in again\n", taken_out,
                     is_horizontal ? "left to right" : "top to bottom");
}

double progress_display::share_done() const {
    double done = 0;
    double all = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(now_.level_count); ++i) {
        const double targets = i < target_counts_.size() ? static_cast<double>(target_counts_[i])
                                                         : std::pow(4.0, -static_cast<double>(i));
        const double work = targets * passes_expected(i);
        all += work;
        if (static_cast<int>(i) > now_.level_index)
            done += work;
        else if (static_cast<int>(i) == now_.level_index)
            done += work * std::min(0.95, (now_.iteration + 1) / passes_expected(i));
    }
    return all > 0 ? done / all : 0;
}

std::string progress_display::time_left(double share) const {
    const double advanced = share - share_before_;
    if (advanced < 0.02)
        return "";
    return ", " + minutes(seconds_since(begun_) * (1 - share) / advanced) + " left";
}

} // namespace erase_app
