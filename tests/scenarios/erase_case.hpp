// SPDX-License-Identifier: Apache-2.0
// A small photo and markup as files, and the program `erase` run on them.
#pragma once

#include "catch.hpp"
#include "tests/orchestrations/erase_pictures.hpp"
#include "tests/scenarios/erase_program.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace erase_tests {

namespace pixels = perdure::inpaint;
namespace pictures = perdure::inpaint::pictures;

inline const std::string erase_path = PERDURE_ERASE;

struct program_case : erasing::tests::small_case {
    std::filesystem::path out = files / "out.png";

    program_case() : small_case(hole::small) {}

    std::vector<std::string> command(const std::vector<std::string>& more = {}) const {
        std::vector<std::string> all{photo_path.string(), markup_path.string(), out.string()};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    ended run(const std::vector<std::string>& more = {}) const {
        return erase_tests::run(erase_path, command(more));
    }
    std::string written() const { return pixels::read_file(out); }
};

inline nlohmann::json report_of(const ended& done) {
    INFO(done.err);
    REQUIRE(done.code == 0);
    return nlohmann::json::parse(done.out);
}

/// One line on standard error, an exit code, and nothing new in the folder.
inline void check_refusal(const std::vector<std::string>& command, const std::string& sentence,
                          const pictures::folder& files) {
    const auto count = files.file_count();
    const ended done = run(erase_path, command);
    INFO(done.err);
    CHECK(done.code == 1);
    CHECK(done.out.empty());
    CHECK(std::count(done.err.begin(), done.err.end(), '\n') == 1);
    CHECK(done.err.find(sentence) != std::string::npos);
    CHECK(files.file_count() == count);
}

/// Pixels that differ outside of the area.
inline std::size_t changed_outside(const pixels::image& before, const pixels::image& after,
                                   const pixels::mask& area) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < area.flags.size(); ++i)
        count += area.flags[i] == 0 &&
                         !std::equal(&before.rgb[3 * i], &before.rgb[3 * i] + 3, &after.rgb[3 * i])
                     ? 1U
                     : 0U;
    return count;
}

} // namespace erase_tests
