// SPDX-License-Identifier: Apache-2.0
// Large values and blobs: they travel everywhere, survive restarts, and go when nothing refers to
// them.
#include "base/hash.hpp"
#include "scenarios/scene.hpp"

namespace {

constexpr std::size_t large = 200'000;

struct page {
    std::string text;
    perdure::blob picture;
    void write(std::string words) { text = std::move(words); }
    void paint(perdure::blob made) { picture = made; }
    std::string read() const { return text; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(page, text, picture)
};
inline constexpr perdure::entity pages{"page", perdure::op("write", &page::write),
                                       perdure::op("paint", &page::paint),
                                       perdure::op("read", &page::read)};

inline constexpr perdure::event<std::string> text{"text"};
inline constexpr perdure::event<bool> go{"go"};
inline constexpr perdure::activity<std::string(std::string)> turn_round{"turn_round"};
inline constexpr perdure::activity<perdure::bytes(perdure::bytes)> pass_bytes{"pass_bytes"};
inline constexpr perdure::activity<perdure::blob(std::string)> store{"store"};
inline constexpr perdure::activity<std::string(perdure::blob)> fetch{"fetch"};
inline constexpr perdure::activity<perdure::blob()> invent{"invent"};
inline constexpr perdure::orchestration<std::string(std::string)> play{"play"};
inline constexpr perdure::orchestration<perdure::blob(std::string)> keep{"keep"};

using context = perdure::orchestration_context;

perdure::task<std::string> pass_around(context& ctx, std::string words) {
    co_await ctx.call(pages["p"], &page::write, words);
    const std::string read = co_await ctx.call(pages["p"], &page::read);
    const std::string turned = co_await ctx.call(turn_round, read);
    ctx.set_status(turned);
    const std::string heard = co_await ctx.wait_for(text);
    co_await ctx.wait_for(go);
    co_return turned + heard;
}

perdure::task<std::string> pass_raw(context& ctx, std::string words) {
    perdure::bytes raw;
    raw.data = words + '\0' + "\xff";
    const perdure::bytes back = co_await ctx.call(pass_bytes, raw);
    co_return back == raw ? "same" : "different";
}

perdure::task<perdure::blob> store_it(context& ctx, std::string words) {
    const perdure::blob stored = co_await ctx.call(store, words);
    const std::string fetched = co_await ctx.call(fetch, stored);
    if (fetched != words)
        throw std::runtime_error("another blob came back");
    co_await ctx.call(pages["p"], &page::paint, stored);
    co_return stored;
}

perdure::task<std::string> refer_to_nothing(context& ctx, std::string) {
    const perdure::blob invented = co_await ctx.call(invent);
    co_return invented.hex();
}

template <class F>
perdure::registry playing(F body) {
    perdure::registry functions;
    functions.add(play, body);
    functions.add(keep, store_it);
    functions.add(pages);
    functions.add(turn_round,
                  [](std::string words) { return std::string(words.rbegin(), words.rend()); });
    functions.add(pass_bytes, [](perdure::bytes raw) { return raw; });
    functions.add(store, [](perdure::activity_context& ctx, std::string words) {
        ctx.put("nobody is told of this one");
        return ctx.put(std::move(words));
    });
    functions.add(
        fetch, [](perdure::activity_context& ctx, perdure::blob name) { return *ctx.get(name); });
    functions.add(invent, [] { return perdure::blob{}; });
    return functions;
}

/// The name under which a hub keeps a value that is too large for its place.
perdure::blob name_of(const std::string& stored) {
    return perdure::base::content_hash(stored);
}

} // namespace

TEST_CASE("values larger than 64 KiB travel everywhere and survive a restart") {
    scenes::scene hub(playing(pass_around));
    const std::string a(large, 'a');
    const auto id = hub.client().start({.instance = "i"}, play, a + "b");
    REQUIRE(hub.await_custom_status(id, "b" + a));
    hub.client().raise(id, text, std::string(large, 'c'));

    hub.reopen();
    CHECK(hub.client().status(id)->custom_status.data.size() == large + 3);
    CHECK(hub.client().read(pages["p"])->text == a + "b");
    hub.client().raise(id, go, true);

    CHECK(hub.wait(play, id) == "b" + a + std::string(large, 'c'));
    hub.reopen();
    CHECK(hub.wait(play, id) == "b" + a + std::string(large, 'c'));
    CHECK(hub.client().start({.instance = "i"}, play, a + "b") == "i");
}

TEST_CASE("bytes travel as they are, small and large") {
    const std::size_t size = GENERATE(std::size_t{0}, std::size_t{10}, large);
    scenes::scene hub(playing(pass_raw));

    CHECK(hub.run(play, std::string(size, 'x')) == "same");
}

TEST_CASE("a blob of an activity is readable by later activities and by the client") {
    scenes::scene hub(playing(pass_raw));
    const perdure::blob stored = hub.run(keep, "a picture");

    CHECK(*hub.client().get(stored) == "a picture");
    hub.reopen();
    CHECK(*hub.client().get(stored) == "a picture");
    CHECK(hub.client().read(pages["p"])->picture == stored);
}

TEST_CASE("a blob that no result refers to is forgotten") {
    scenes::scene hub(playing(pass_raw));
    hub.run(keep, "a picture");

    CHECK(scenes::errc_of([&] { hub.client().get(name_of("nobody is told of this one")); }) ==
          perdure::errc::not_found);
}

TEST_CASE("an activity that refers to a blob nobody stored fails") {
    scenes::scene hub(playing(refer_to_nothing));

    const auto failed = scenes::thrown_by<perdure::task_failed>([&] { hub.run(play, ""); });
    CHECK(scenes::has(failed.details().message, "is not in this task hub"));
}

TEST_CASE("what an entity held is gone once its state is overwritten") {
    scenes::scene hub(playing(pass_raw));
    const std::string first(large, 'f');
    hub.client().signal(pages["p"], &page::write, first);
    const auto state = perdure::codec<page>::encode(*hub.client().read(pages["p"]));
    const perdure::blob name = name_of(state.data);
    CHECK(hub.client().get(name)->size() == state.data.size());

    hub.client().signal(pages["p"], &page::write, "short");
    hub.reopen(); // what was read once may stay in the cache of an open hub

    CHECK(scenes::errc_of([&] { hub.client().get(name); }) == perdure::errc::not_found);
    CHECK(hub.client().read(pages["p"])->text == "short");
}

TEST_CASE("a blob that two refer to stays when one of them lets it go") {
    scenes::scene hub(playing(pass_raw));
    const std::string shared(large, 's');
    hub.client().signal(pages["p"], &page::write, shared);
    hub.client().signal(pages["q"], &page::write, shared);

    hub.client().signal(pages["p"], &page::write, "short");
    hub.reopen();

    CHECK(hub.client().read(pages["q"])->text == shared);
}

TEST_CASE("values are equal wherever they are kept") {
    perdure::payload inside;
    inside.data = "\"words\"";
    perdure::payload outside = inside;
    outside.external = name_of(inside.data);
    perdure::payload other = inside;
    other.data = "\"other words\"";

    CHECK(inside == outside);
    CHECK(outside == outside);
    CHECK_FALSE(other == outside);
    CHECK_FALSE(other == inside);
}

TEST_CASE("an instance goes on when the hub is opened with another inline_payload_max") {
    const std::size_t limit = GENERATE(std::size_t{10}, std::size_t{1} << 20);
    scenes::scene hub(playing(pass_around));
    const std::string a(large, 'a');
    const std::string words = a + "b";
    hub.client().start({.instance = "i"}, play, words);
    REQUIRE(hub.await_custom_status("i", "b" + a));

    hub.options.inline_payload_max = limit;
    hub.reopen();
    hub.client().raise("i", text, "c");
    hub.client().raise("i", go, true);

    CHECK(hub.wait(play, "i") == "b" + a + "c");
    CHECK(hub.client().start({.instance = "i"}, play, words) == "i");
}
