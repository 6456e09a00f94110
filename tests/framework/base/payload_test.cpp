// SPDX-License-Identifier: Apache-2.0
// Payloads, blob names, ids, failures and declared names.
#include "base/hash.hpp"
#include "base/random.hpp"
#include "catch.hpp"

#include <perdure/perdure.hpp>

#include <set>

using namespace perdure;

namespace {

struct order {
    std::string item;
    int count = 0;
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(order, item, count)
};

struct report {
    std::vector<blob> pages;
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(report, pages)
};

failure failure_of(const std::function<void()>& throwing) {
    try {
        throwing();
    } catch (...) {
        return failure::current();
    }
    return {};
}

} // namespace

TEST_CASE("a value comes back from its stored form") {
    const payload stored = codec<order>::encode({"tea", 3});
    const order back = codec<order>::decode(stored);

    CHECK(stored.data == R"({"count":3,"item":"tea"})");
    CHECK(back.item == "tea");
    CHECK(back.count == 3);
}

TEST_CASE("a text is stored as JSON writes it, whatever characters are in it") {
    const auto check = [](const std::string& text) {
        const payload stored = codec<std::string>::encode(text);
        CHECK(stored.data == nlohmann::json(text).dump());
        CHECK(codec<std::string>::decode(stored) == text);
    };
    for (char c = 0; c < 127; ++c)
        check("before" + std::string(1, c) + "after");
    check("");
    check("\x7f");
    check("caf\xc3\xa9");
}

TEST_CASE("what is not one text is refused as a text") {
    const auto decode = [](std::string data, content kind = content::json) {
        return codec<std::string>::decode({kind, std::move(data), {}, {}});
    };

    CHECK(decode(" \"a\" ") == "a");
    CHECK(decode("\"\\u0061\"") == "a");
    for (const char* text : {"", "\"", "\"a", "\"a\"b\"", "\"a\\\"", "\"a\nb\"", "5", "null"})
        CHECK_THROWS_AS(decode(text), error);
    CHECK_THROWS_AS(decode("\"a\"", content::raw), error);
}

TEST_CASE("no argument is null, one is itself, several are an array") {
    CHECK(detail::encode_arguments<>().data == "null");
    CHECK(detail::encode_arguments<int>(7).data == "7");
    CHECK(detail::encode_arguments<int, std::string>(7, "x").data == R"([7,"x"])");
}

TEST_CASE("bytes travel raw and are not taken for JSON") {
    const payload stored = codec<bytes>::encode({std::string("\0\xff", 2)});

    CHECK(stored.kind == content::raw);
    CHECK(codec<bytes>::decode(stored).data == std::string("\0\xff", 2));
    CHECK_THROWS_AS(codec<int>::decode(stored), error);
}

TEST_CASE("a stored value that does not fit its type is refused as a conversion error") {
    const payload stored{content::json, R"({"item":5})", {}, {}};

    try {
        codec<order>::decode(stored);
        FAIL("it was accepted");
    } catch (const error& refused) {
        CHECK(refused.code() == errc::conversion);
    }
}

TEST_CASE("text that is not UTF-8 is refused with the way out") {
    CHECK_THROWS_WITH(codec<std::string>::encode("\xff"),
                      Catch::Matchers::Contains("use perdure::bytes"));
}

TEST_CASE("a payload knows the blobs inside its value") {
    const blob first = base::content_hash("first");
    const blob second = base::content_hash("second");

    const payload stored = codec<report>::encode({{first, second}});

    CHECK(stored.blobs == std::vector<blob>{first, second});
    CHECK(codec<report>::decode(stored).pages == std::vector<blob>{first, second});
}

TEST_CASE("a blob's name survives its text form and nothing else is a name") {
    const blob name = base::content_hash("abc");

    CHECK(name.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(blob::from_hex(name.hex()) == name);
    CHECK_THROWS_AS(blob::from_hex("ba78"), error);
    CHECK_THROWS_AS(blob::from_hex(std::string(64, 'G')), error);
}

TEST_CASE("a failure carries type, message and the chain of causes") {
    const failure seen = failure_of([] {
        try {
            throw std::out_of_range("no such row");
        } catch (...) {
            std::throw_with_nested(std::runtime_error("could not load"));
        }
    });

    CHECK(seen.message == "could not load");
    REQUIRE(seen.cause);
    CHECK(seen.cause->type == "std::out_of_range");
    CHECK(seen.cause->message == "no such row");
}

TEST_CASE("a failure of something that is not an exception still has a type") {
    CHECK(failure_of([] { throw 5; }).type == "int");
}

TEST_CASE("an entity id survives its text form with any key") {
    const entity_id id{"counter", "a@b"};

    CHECK(id.text() == "@counter@a@b");
    CHECK(entity_id::parse(id.text()) == id);
    CHECK(entity_id::parse("@counter@").key.empty());
    CHECK_THROWS_AS(entity_id::parse("counter@a"), error);
    CHECK_THROWS_AS(entity_id::parse("@@a"), error);
}

TEST_CASE("an instance id with control characters, a leading @ or no bytes is refused") {
    CHECK_NOTHROW(require_instance_id("order 17"));
    CHECK_THROWS_AS(require_instance_id(""), error);
    CHECK_THROWS_AS(require_instance_id("@counter@a"), error);
    CHECK_THROWS_AS(require_instance_id(std::string("a\0b", 3)), error);
    CHECK_THROWS_AS(require_instance_id(std::string(257, 'x')), error);
}

TEST_CASE("a function's name that breaks the rules is refused") {
    CHECK_THROWS_AS(activity<void()>(""), std::invalid_argument);
    CHECK_THROWS_AS(activity<void()>("two words"), std::invalid_argument);
    CHECK_THROWS_AS(activity<void()>("@at"), std::invalid_argument);
}

TEST_CASE("equal seeds give equal random streams") {
    base::random_stream a(base::seed_of("x"));
    base::random_stream b(base::seed_of("x"));
    base::random_stream c(base::seed_of("y"));
    const std::uint64_t first = a.draw();

    CHECK(first == b.draw());
    CHECK(first != c.draw());
}

TEST_CASE("time-ordered ids sort by their time and differ within it") {
    const timestamp now(std::chrono::milliseconds(1'700'000'000'000));
    std::set<std::string> ids;
    for (std::uint64_t i = 0; i < 100; ++i)
        ids.insert(base::time_ordered_uuid(now, base::mix(i), base::mix(i + 1000)));
    const std::string later = base::time_ordered_uuid(now + std::chrono::milliseconds(1), 0, 0);

    CHECK(ids.size() == 100);
    CHECK(*ids.rbegin() < later);
    CHECK(later[14] == '7');
}

namespace {

nlohmann::json nested_arrays(int depth) {
    nlohmann::json value = nlohmann::json::array();
    for (int i = 1; i < depth; ++i) {
        nlohmann::json outer = nlohmann::json::array();
        outer.push_back(std::move(value));
        value = std::move(outer);
    }
    return value;
}

payload json_text(std::string text) {
    return {content::json, std::move(text), {}, {}};
}

bool is_refused(const std::function<void()>& converting) {
    try {
        converting();
    } catch (const error& refused) {
        return refused.code() == errc::conversion;
    }
    return false;
}

[[noreturn]] void throw_with_causes(int count) {
    if (count == 0)
        throw std::runtime_error("the first cause");
    try {
        throw_with_causes(count - 1);
    } catch (...) {
        std::throw_with_nested(std::runtime_error("because"));
    }
}

int cause_count(const failure& of) {
    int count = 0;
    for (const failure* at = of.cause.get(); at != nullptr; at = at->cause.get())
        ++count;
    return count;
}

} // namespace

TEST_CASE("a value may be nested 512 deep and comes back") {
    const nlohmann::json deepest = nested_arrays(json_depth_max);

    CHECK(codec<nlohmann::json>::decode(codec<nlohmann::json>::encode(deepest)) == deepest);
}

TEST_CASE("a value nested deeper is refused when it is made and when it is read") {
    for (const int depth : {json_depth_max + 1, 200'000}) {
        const auto size = static_cast<std::size_t>(depth);
        const payload stored = json_text(std::string(size, '[') + std::string(size, ']'));
        const nlohmann::json made = nested_arrays(depth);

        CHECK(is_refused([&] { codec<nlohmann::json>::encode(made); }));
        CHECK(is_refused([&] { codec<nlohmann::json>::decode(stored); }));
        CHECK(is_refused([&] { codec<std::vector<nlohmann::json>>::decode(stored); }));
    }
}

TEST_CASE("a number that does not fit its type is refused, wherever it is") {
    const auto refuses = [](auto wanted, const char* text) {
        return is_refused([&] { codec<decltype(wanted)>::decode(json_text(text)); });
    };
    for (const char* text : {"3e13", "2147483648", "-2147483649", "1.5", "1e400"})
        CHECK(refuses(0, text));
    CHECK(refuses(std::uint8_t{}, "256"));
    CHECK(refuses(std::uint64_t{}, "-1"));
    CHECK(refuses(std::uint64_t{}, "18446744073709551616"));
    CHECK(refuses(0.0f, "1e39"));
    CHECK(refuses(std::tuple<std::string, int>{}, R"(["a",3e13])"));
    CHECK(refuses(std::tuple<int, std::string>{}, "[3e13]"));
    CHECK(refuses(std::vector<std::int8_t>{}, "[1,128]"));
    CHECK(refuses(std::map<std::string, std::pair<int, bool>>{}, R"({"a":[3e13,true]})"));
}

TEST_CASE("a number that fits is taken, also if it is written with a point") {
    CHECK(codec<int>::decode(json_text("-2147483648")) == std::numeric_limits<int>::min());
    CHECK(codec<int>::decode(json_text("3.0")) == 3);
    CHECK(codec<std::uint64_t>::decode(json_text("18446744073709551615")) == UINT64_MAX);
    CHECK(codec<std::int64_t>::decode(json_text("-9223372036854775808")) == INT64_MIN);
    CHECK(codec<float>::decode(json_text("0.1")) == 0.1f);
    CHECK(codec<char>::decode(codec<char>::encode('x')) == 'x');
    CHECK(codec<std::vector<bool>>::decode(json_text("[true]")) == std::vector<bool>{true});
}

TEST_CASE("brackets within text do not nest") {
    const std::vector<std::string> texts{std::string(600, '['), "\"" + std::string(600, '{'), "\\"};

    CHECK(codec<std::vector<std::string>>::decode(codec<std::vector<std::string>>::encode(texts)) ==
          texts);
}

TEST_CASE("of a long chain of causes a failure keeps the outermost") {
    CHECK(cause_count(failure_of([] { throw_with_causes(causes_max); })) == causes_max);
    CHECK(cause_count(failure_of([] { throw_with_causes(causes_max + 1); })) == causes_max);

    const failure longest = failure_of([] { throw_with_causes(causes_max); });
    const failure passed_on = failure_of([&] { throw task_failed("activity 'a'", longest); });
    CHECK(cause_count(passed_on) == causes_max);
    CHECK(passed_on.cause->message == longest.message);
}
