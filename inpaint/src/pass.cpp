// SPDX-License-Identifier: Apache-2.0
// The schedule of a level: blending passes until little changes, then, at the finest level only,
// passes with equal votes until little changes.
// pass: "PIpa" | level u32 | iteration u32 | mode_begin u32 | tolerance u32 | mode u8 | is_fresh u8
// | is_done u8.
#include "perdure/inpaint/pass.hpp"

#include "bytes.hpp"

namespace perdure::inpaint {

int tolerance_of(int start) {
    constexpr int wide = 70;
    constexpr int narrow = 22;
    return start % 2 == 0 ? wide : narrow;
}

pass first_pass(int level_index, int start, const settings&) {
    pass first;
    first.level_index = level_index;
    first.tolerance_percent = tolerance_of(start);
    return first;
}

pass next_pass(const pass& last, const vote_statistics& votes, const settings& chosen) {
    pass next = last;
    ++next.iteration;
    next.is_fresh = false;
    const auto limit = static_cast<std::uint64_t>(chosen.converged_permille);
    const bool is_settled = votes.changed_count * 1000 <= limit * votes.pixel_count;
    const bool is_blending = last.mode == vote_mode::blend;
    const bool is_finest = last.level_index == 0;
    const int most = !is_blending ? chosen.even_iterations_max
                     : is_finest  ? chosen.finest_iterations_max
                                  : chosen.iterations_max;
    if (!is_settled && next.iteration - next.mode_begin < most)
        return next;
    if (is_blending && is_finest && chosen.even_iterations_max > 0) {
        next.mode = vote_mode::even;
        next.mode_begin = next.iteration;
        next.is_fresh = true;
        return next;
    }
    next.is_done = true;
    return next;
}

std::string pass::encode() const {
    byte_writer out("PIpa", 2);
    out.put_u32(static_cast<std::uint32_t>(level_index));
    out.put_u32(static_cast<std::uint32_t>(iteration));
    out.put_u32(static_cast<std::uint32_t>(mode_begin));
    out.put_u32(static_cast<std::uint32_t>(tolerance_percent));
    out.put_u8(static_cast<std::uint8_t>(mode));
    out.put_u8(is_fresh ? 1 : 0);
    out.put_u8(is_done ? 1 : 0);
    return out.take();
}

pass pass::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIpa", 2, "a pass");
    pass decoded;
    decoded.level_index = in.get_int(0, 15);
    decoded.iteration = in.get_int(0, 1 << 20);
    decoded.mode_begin = in.get_int(0, decoded.iteration);
    decoded.tolerance_percent = in.get_int(1, 1000);
    const std::uint8_t mode = in.get_u8();
    const std::uint8_t is_fresh = in.get_u8();
    const std::uint8_t is_done = in.get_u8();
    if (mode > 2 || is_fresh > 1 || is_done > 1)
        in.fail();
    decoded.mode = static_cast<vote_mode>(mode);
    decoded.is_fresh = is_fresh == 1;
    decoded.is_done = is_done == 1;
    in.finish();
    return decoded;
}

} // namespace perdure::inpaint
