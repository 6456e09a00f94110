// SPDX-License-Identifier: Apache-2.0
//
// Rules that one line, or the number of lines, can break.
#include "tests/tidy/tidy.hpp"

#include <algorithm>
#include <initializer_list>
#include <regex>

namespace tidy {
namespace {

constexpr std::size_t columns_max = 100;
constexpr std::size_t lines_max = 450;

bool is_below_any(const source_file& file, std::initializer_list<std::string_view> folders) {
    return std::any_of(folders.begin(), folders.end(),
                       [&](auto folder) { return file.is_below(folder); });
}

bool found(std::string_view text, const std::regex& pattern) {
    return std::regex_search(text.begin(), text.end(), pattern);
}

// Characters, not bytes: a continuation byte of UTF-8 starts with the bits 10.
std::size_t columns(std::string_view line) {
    return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

void check_calls(const source_file& file, std::size_t i, report& out) {
    static const std::regex clock_or_random(
        R"((system|steady|high_resolution)_clock::now|random_device|\bs?rand\s*\()"
        R"(|\btime\s*\(\s*(nullptr|NULL|0|&)|\b(clock_gettime|gettimeofday|RAND_bytes)\b)");
    // A durable timer (ctx.sleep_for) waits on the hub's clock and is no sleep.
    static const std::regex sleep(R"(\b(this_thread::sleep_(for|until)|(u|nano)sleep)\b)");
    const auto code = code_of(file.lines[i]);

    if (!is_below_any(file, {"framework/base/", "inpaint/app/", "bench/", "tests/"}) &&
        found(code, clock_or_random)) {
        out.add(file, i,
                "time and random numbers come from framework/base only; take a clock, a seed or "
                "the context's now() as a parameter");
    }
    if (file.is_below("tests/") && !file.is_below("tests/crash/") && found(code, sleep)) {
        out.add(file, i, "tests do not sleep; advance the virtual clock or wait for the event");
    }
}

} // namespace

void check_text(const source_file& file, report& out) {
    // Written in two halves, so that this file keeps its own rule.
    static const std::regex unfinished("\\b(TO"
                                       "DO|FIX"
                                       "ME|XX"
                                       "X|HA"
                                       "CK)\\b");

    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const auto& line = file.lines[i];
        if (found(line, unfinished)) {
            out.add(file, i, "finish it, or name the gap under Limits in README.md");
        }
        if (file.is_markdown()) {
            continue;
        }
        if (columns(line) > columns_max) {
            out.add(file, i, "longer than 100 columns; break the line");
        }
        if (file.is_cpp()) {
            check_calls(file, i, out);
        }
    }

    if (file.is_markdown()) {
        return;
    }
    const auto head_end = file.lines.begin() + std::min<std::ptrdiff_t>(3, std::ssize(file.lines));
    if (std::none_of(file.lines.begin(), head_end, [](const auto& line) {
            return line.find("SPDX-License-Identifier: Apache-2.0") != std::string::npos;
        })) {
        out.add(file, 0, "write 'SPDX-License-Identifier: Apache-2.0' in the first three lines");
    }
    if (file.lines.size() > lines_max) {
        out.add(file, lines_max, "more than 450 lines; split it by what its parts are for");
    }
}

} // namespace tidy
