// SPDX-License-Identifier: Apache-2.0
// What the NNF entity promises: a slice counts once, whatever is retried or comes twice.
#include "catch.hpp"
#include "entities/nnf_field.hpp"

#include <stdexcept>

using erasing::nnf_field;
using erasing::nnf_slice;

namespace {

perdure::blob blob_number(std::uint8_t number) {
    perdure::blob name;
    name.hash[0] = number;
    return name;
}

nnf_slice slice(int step, int index, std::uint8_t number, std::uint64_t changed = 1) {
    nnf_slice made;
    made.step = step;
    made.index = index;
    made.data = blob_number(number);
    made.sums = {10, changed, 100};
    return made;
}

nnf_field started(int slices) {
    nnf_field field;
    field.start(slices, {blob_number(1)});
    return field;
}

} // namespace

TEST_CASE("a step is over when each of its slices has been accepted") {
    nnf_field field = started(2);
    field.accept(slice(0, 1, 11));
    CHECK(field.step == 0);
    CHECK(field.colours.empty());
    field.accept(slice(0, 0, 10));
    CHECK(field.step == 1);
    CHECK(field.colours == std::vector{blob_number(10), blob_number(11)});
    CHECK(field.voted == erasing::nnf_sums{20, 2, 200});
}

TEST_CASE("a search replaces the field and a vote the colours") {
    nnf_field field = started(1);
    field.accept(slice(0, 0, 2));
    field.accept(slice(1, 0, 3));
    CHECK(field.matches == std::vector{blob_number(3)});
    CHECK(field.colours == std::vector{blob_number(2)});
    field.accept(slice(2, 0, 4));
    CHECK(field.matches == std::vector{blob_number(3)});
    CHECK(field.colours == std::vector{blob_number(4)});
}

TEST_CASE("a slice that comes twice counts once") {
    nnf_field field = started(2);
    field.accept(slice(0, 0, 10));
    field.accept(slice(0, 0, 99));
    CHECK(field.step == 0);
    field.accept(slice(0, 1, 11));
    CHECK(field.voted.item_count == 20);
    CHECK(field.colours == std::vector{blob_number(10), blob_number(11)});
}

TEST_CASE("a slice of a step that is over changes nothing") {
    nnf_field field = started(1);
    field.accept(slice(0, 0, 2));
    field.accept(slice(1, 0, 3));
    const nnf_field before = field;
    field.accept(slice(0, 0, 99));
    field.accept(slice(1, 0, 99));
    CHECK(nlohmann::json(field) == nlohmann::json(before));
}

TEST_CASE("a field is started once, so nothing can scale it twice") {
    nnf_field field = started(2);
    field.start(5, {blob_number(99)});
    CHECK(field.slice_count == 2);
    CHECK(field.matches == std::vector{blob_number(1)});
}

TEST_CASE("a slice that nobody can have computed yet is refused") {
    nnf_field field = started(2);
    CHECK_THROWS_AS(field.accept(slice(1, 0, 2)), std::logic_error);
    CHECK_THROWS_AS(field.accept(slice(0, 2, 2)), std::logic_error);
    CHECK_THROWS_AS(field.accept(slice(0, -1, 2)), std::logic_error);
    CHECK_THROWS_AS(nnf_field().accept(slice(0, 0, 2)), std::logic_error);
}

TEST_CASE("a leap makes several steps, once") {
    nnf_field field;
    field.start(1, {});
    const erasing::nnf_leap first{0, 5, {blob_number(5)}, {blob_number(6)}, {10, 2, 30}, {9, 1, 8}};
    field.leap(first);
    CHECK(field.step == 5);
    CHECK(field.matches == std::vector{blob_number(5)});
    CHECK(field.colours == std::vector{blob_number(6)});
    CHECK(field.searched == erasing::nnf_sums{10, 2, 30});
    CHECK(field.voted == erasing::nnf_sums{9, 1, 8});

    const nnf_field before = field;
    field.leap(first);
    CHECK(nlohmann::json(field) == nlohmann::json(before));
    field.accept(slice(5, 0, 7));
    CHECK(field.step == 6);
}

TEST_CASE("a leap that nobody can have made yet is refused") {
    const erasing::nnf_leap later{2, 2, {blob_number(5)}, {blob_number(6)}, {}, {}};
    CHECK_THROWS_AS(started(1).leap(later), std::logic_error);
    CHECK_THROWS_AS(nnf_field().leap({}), std::logic_error);
    nnf_field field = started(2);
    field.accept(slice(0, 1, 11));
    CHECK_THROWS_AS(field.leap({0, 1, {blob_number(5)}, {blob_number(6)}, {}, {}}),
                    std::logic_error);
}

TEST_CASE("a field comes back from its stored form as it was") {
    nnf_field field = started(2);
    field.accept(slice(0, 1, 11));
    const auto stored = perdure::codec<nnf_field>::encode(field);
    CHECK(stored.blobs.size() == 2);
    nnf_field back = perdure::codec<nnf_field>::decode(stored);
    back.accept(slice(0, 0, 10));
    CHECK(back.colours == std::vector{blob_number(10), blob_number(11)});
}
