// SPDX-License-Identifier: Apache-2.0
// Values of the pixel library, which travel as blobs: any bytes are such a value or are refused,
// and the value is written back to the byte.
#include "target.hpp"

#include <perdure/inpaint/error.hpp>
#include <perdure/inpaint/steps.hpp>

using namespace perdure::inpaint;

namespace {

template <class Value>
void check_value(std::string_view bytes) {
    std::optional<Value> read;
    try {
        read = Value::decode(bytes);
    } catch (const image_error&) {
        return;
    }
    fuzz::require(read->encode() == bytes, "a value is stored in one way");
}

template <class... Values>
void check_values(std::string_view bytes) {
    (check_value<Values>(bytes), ...);
}

} // namespace

void fuzz::test(std::string_view bytes) {
    check_values<image, mask, settings, level_plan, pass, level, field, colours, search_statistics,
                 vote_statistics, start_result, search_result, vote_result>(bytes);
}
