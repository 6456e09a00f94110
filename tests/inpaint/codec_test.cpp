// SPDX-License-Identifier: Apache-2.0
// Every value that travels as bytes comes back equal, and nothing else is accepted as such a value.
#include "catch.hpp"
#include "perdure/inpaint/steps.hpp"
#include "pictures.hpp"

using namespace perdure::inpaint;

namespace {

struct example {
    image picture = pictures::pattern(48, 40);
    mask markup = pictures::rectangle(picture.size, 18, 14, 28, 24);
    mask donor = pictures::rectangle(picture.size, 22, 14, 40, 30);
    settings chosen;
    level_plan planned = plan(markup, chosen);
    level where = build_level(picture, markup, std::span(&donor, 1), planned, 0, chosen);
    start_result solved = solve_start(where, chosen, 0);
    vote_result voted =
        vote(where, solved.matches, {}, whole(where), first_pass(0, 0, chosen), chosen);
    search_result found = search(where, solved.matches, voted.samples, whole(where),
                                 first_pass(0, 0, chosen), chosen);
};

template <typename Value>
std::size_t accepted_truncations(const std::string& bytes) {
    std::size_t accepted = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size)
        accepted +=
            pictures::error_of([&] { Value::decode(bytes.substr(0, size)); }).empty() ? 1U : 0U;
    return accepted;
}

// A changed byte may still be a valid value; it must not crash or throw anything else.
template <typename Value>
void decode_with_every_byte_changed(std::string bytes) {
    for (std::size_t i = 0; i < std::min<std::size_t>(bytes.size(), 600); ++i) {
        const char kept = bytes[i];
        for (const int change : {0x01, 0x80, 0xff}) {
            bytes[i] = static_cast<char>(kept ^ change);
            pictures::error_of([&] { Value::decode(bytes); });
        }
        bytes[i] = kept;
    }
}

template <typename Value>
void check_codec(const Value& value) {
    const std::string bytes = value.encode();
    CHECK(Value::decode(bytes).encode() == bytes);
    CHECK(accepted_truncations<Value>(bytes) == 0);
    CHECK_THROWS_AS(Value::decode(bytes + "x"), image_error);
    decode_with_every_byte_changed<Value>(bytes);
}

} // namespace

TEST_CASE("every value survives encoding, and no truncated or longer bytes are accepted") {
    const example made;
    image with_alpha = pictures::pattern(9, 8);
    with_alpha.alpha.assign(72, 5);

    SECTION("image") {
        check_codec(pictures::pattern(9, 8));
    }
    SECTION("image with alpha") {
        check_codec(with_alpha);
    }
    SECTION("mask") {
        check_codec(made.markup);
    }
    SECTION("settings") {
        check_codec(made.chosen);
    }
    SECTION("plan") {
        check_codec(made.planned);
    }
    SECTION("pass") {
        check_codec(first_pass(3, 0, made.chosen));
    }
    SECTION("field") {
        check_codec(made.solved.matches);
    }
    SECTION("colours") {
        check_codec(made.voted.samples);
    }
    SECTION("start") {
        check_codec(made.solved);
    }
    SECTION("search result") {
        check_codec(made.found);
    }
    SECTION("vote result") {
        check_codec(made.voted);
    }
    SECTION("search statistics") {
        check_codec(made.found.statistics);
    }
    SECTION("vote statistics") {
        check_codec(made.voted.statistics);
    }
}

TEST_CASE("a level survives encoding with all that is derived from it") {
    const example made;

    const level decoded = level::decode(made.where.encode());

    CHECK(decoded.encode() == made.where.encode());
    CHECK(std::ranges::equal(decoded.targets(), made.where.targets()));
    CHECK(std::ranges::equal(decoded.samples(), made.where.samples()));
    CHECK(decoded.source_sets().size() == 2);
    CHECK(decoded.source_sets()[1].count() == made.where.source_sets()[1].count());
}

TEST_CASE("a truncated or changed level is refused or harmless") {
    const example made;
    const std::string bytes = made.where.encode();

    std::size_t accepted = 0;
    for (std::size_t size = 0; size < bytes.size(); size += 7)
        accepted +=
            pictures::error_of([&] { level::decode(bytes.substr(0, size)); }).empty() ? 1U : 0U;
    CHECK(accepted == 0);
    decode_with_every_byte_changed<level>(bytes);
}

TEST_CASE("a count far beyond the bytes is refused without reserving memory for it") {
    std::string bytes = field{}.encode();
    bytes.replace(bytes.size() - 8, 8, "\xff\xff\xff\xff\xff\xff\xff\x7f", 8);

    CHECK_THROWS_AS(field::decode(bytes), image_error);
}

TEST_CASE("flags behind the last pixel are refused") {
    std::string bytes = mask(3, 3).encode(); // nine flags in sixteen bits
    bytes.back() = 2;

    CHECK_THROWS_AS(mask::decode(bytes), image_error);
}

TEST_CASE("a field of another level is refused by every step") {
    const example made;
    field foreign = made.solved.matches;
    foreign.matches[0].source = {65535, 65535};
    const pass now = first_pass(0, 0, made.chosen);

    CHECK_THROWS_AS(
        search(made.where, foreign, made.voted.samples, whole(made.where), now, made.chosen),
        image_error);
    CHECK_THROWS_AS(vote(made.where, foreign, {}, whole(made.where), now, made.chosen),
                    image_error);
    CHECK_THROWS_AS(energy(made.where, field{}, made.voted.samples), image_error);
    CHECK_THROWS_AS(
        search(made.where, made.solved.matches, colours{}, whole(made.where), now, made.chosen),
        image_error);
    CHECK_THROWS_AS(paste(made.picture, made.markup, colours{}), image_error);
}

TEST_CASE("each quality is known by its name and is a valid choice of settings") {
    CHECK(quality_named("fast") == quality::fast);
    CHECK(quality_named("default") == quality::usual);
    CHECK(quality_named("best") == quality::best);
    CHECK_FALSE(quality_named("finest"));
    CHECK(settings_for(quality::usual) == settings{});
    CHECK_NOTHROW(validate_settings(settings_for(quality::fast)));
    CHECK_NOTHROW(validate_settings(settings_for(quality::best)));
    CHECK(settings_for(quality::fast).iterations_max < settings{}.iterations_max);
    CHECK(settings_for(quality::best).iterations_max > settings{}.iterations_max);
}

TEST_CASE("whether a match is settled survives being stored") {
    field stored;
    stored.matches.push_back({{7, 9}, match::cost_max, true});
    stored.matches.push_back({{9, 7}, 0, false});

    CHECK(field::decode(stored.encode()) == stored);
}

TEST_CASE("a match that continues the one before it is stored without its source") {
    field stored;
    for (std::uint16_t i = 0; i < 100; ++i)
        stored.matches.push_back({{static_cast<std::uint16_t>(500 + i), 9}, 31, false});
    const std::size_t source_bytes = 4;

    CHECK(stored.encode().size() == field{}.encode().size() + 100 + source_bytes);
    CHECK(field::decode(stored.encode()) == stored);
}

TEST_CASE("a field has one encoding") {
    field stored;
    stored.matches.push_back({{0, 0}, 1, false}); // where the first one is expected
    std::string bytes = stored.encode();
    SECTION("without zeros behind a number") {
        bytes.back() = static_cast<char>(bytes.back() | 0x80);
        bytes += '\0';
    }
    SECTION("without a source that is expected") {
        bytes.back() = static_cast<char>(bytes.back() | 1);
        bytes += std::string(4, '\0');
    }
    SECTION("without costs that are too large") {
        bytes.back() = '\xff';
        bytes += "\xff\xff\xff\x7f";
    }
    CHECK_THROWS_AS(field::decode(bytes), image_error);
}
