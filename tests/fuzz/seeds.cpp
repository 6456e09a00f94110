// SPDX-License-Identifier: Apache-2.0
// fuzz-seeds FOLDER: writes the first inputs of every target, made by the code that writes such
// bytes in earnest. What fuzzing adds to them is found from there.
#include "base/hash.hpp"
#include "history/codec.hpp"
#include "history/entity_events.hpp"
#include "store/keys.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"

#include <perdure/inpaint/image_io.hpp>
#include <perdure/inpaint/photo.hpp>
#include <perdure/inpaint/steps.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

using namespace perdure;
namespace pixels = perdure::inpaint;

namespace {

class folder {
  public:
    explicit folder(std::filesystem::path root) : root_(std::move(root)) {}

    void add(const std::string& target, const std::string& name, const std::string& bytes) const {
        std::filesystem::create_directories(root_ / target);
        std::ofstream out(root_ / target / ("seed-" + name), std::ios::binary);
        out << bytes;
        if (!out.flush())
            throw std::runtime_error("cannot write below " + root_.string());
    }

  private:
    std::filesystem::path root_;
};

payload value(std::string json) {
    return {content::json, std::move(json), {}, {}};
}

failure nested_failure() {
    return {"outer", "wrong", std::make_shared<const failure>(failure{"inner", "why", nullptr})};
}

timestamp at(int ms) {
    return timestamp(std::chrono::milliseconds(ms));
}

history::execution_started continued_start() {
    history::execution_started begun{"greet", "exec-2", value("3"), {"parent", "exec-0", 4}};
    begun.is_continued = true;
    begun.start_at = at(77);
    begun.seen.bytes.assign(32, 'k');
    return begun;
}

std::vector<history::event> every_event() {
    using namespace history;
    payload out_of_line = value("");
    out_of_line.external = base::content_hash("big");
    payload referring = value("[1]");
    referring.blobs = {base::content_hash("a"), base::content_hash("b")};
    return {
        execution_started{"greet", "exec-1", value("[1,2]"), {"parent", "exec-0", 4}},
        execution_completed{runtime_status::completed, value("3"), {}},
        execution_completed{runtime_status::failed, {}, nested_failure()},
        task_scheduled{0, "charge", value("5")},
        task_completed{0, out_of_line},
        task_rejected{1, nested_failure()},
        child_created{2, "ship", "order-1", referring},
        child_completed{2, value("true")},
        child_rejected{3, nested_failure()},
        timer_created{4, at(-5)},
        timer_fired{4},
        timer_canceled{5},
        task_scheduled{8, "charge", value("5"), 1, 0, 30'000},
        task_canceled{8},
        child_canceled{2, "order-1"},
        task_rejected{8, {"perdure::non_retriable", "stolen", nullptr, false}},
        timer_created{9, at(7), 2, 0},
        child_created{10, "ship", "order-2", value("1"), 1, 2},
        event_raised{"approval", {content::raw, std::string("\0\1", 2), {}, {}}},
        operation_called{6, {"counter", "a@b"}, "add", value("3")},
        operation_signaled{7, {"counter", ""}, "add", value("4")},
        operation_signaled{8, {"counter", "b"}, "add", value("4"), at(99)},
        operation_completed{6, value("9")},
        operation_rejected{6, nested_failure()},
        execution_suspended{value("\"lunch\"")},
        execution_resumed{},
        execution_terminated{value("\"enough\""), true},
        lock_requested{8, {"@counter@a", "@counter@b"}},
        lock_granted{8},
        unlock_sent{8, {"@counter@a", "@counter@b"}},
        transaction_requested{9, "transfer", {"@counter@b", "@counter@a"}, value("7")},
        transaction_completed{9, value("1")},
        transaction_rejected{9, nested_failure()},
        execution_rewound{value("\"mended\""), 3, 7},
        event_raised{"approval", value("1"), "key"},
        execution_continued{"greet", value("2")},
        start_requested{8, "ship", "order-2", value("3"), at(9)},
        continued_start(),
        scope_entered{9, "month", value("[1,2]")},
        scope_completed{9, value("8"), {2, 19}},
        scope_rejected{9, nested_failure(), {1, 20}},
        scope_canceled{9, {3, 21}},
        event_taken{"approval", 10, 3, 9},
        event_returned{"approval", value("1"), 3},
        operation_called{14, {"counter", "b"}, "add", value("3"), {}, 9},
    };
}

void add_history(const folder& out) {
    history::step all;
    all.time = at(1'234'567);
    std::size_t number = 0;
    for (const history::event& each : every_event()) {
        const std::string name = std::to_string(number++) + "-" + history::label(each);
        out.add("step", name, encode(history::step{at(7), true, {each}, {}}));
        out.add("message", name, encode(history::message{"sender", "exec-1", "exec-2", each}));
        (number % 2 == 0 ? all.arrived : all.decided).push_back(each);
    }
    out.add("step", "everything", encode(all));
    out.add("step", "of-scope", encode(history::step{at(9), true, {}, all.decided, 3}));
    out.add("step", "without-code", encode(history::step{at(9), false, all.arrived, {}}));
}

void add_rows(const folder& out) {
    store::instance_row instance{"greet",
                                 "exec-1",
                                 runtime_status::failed,
                                 at(1),
                                 at(2),
                                 {"parent", "exec-0", 4},
                                 value("[1]"),
                                 value(""),
                                 value("\"on its way\""),
                                 nested_failure(),
                                 "0123456789abcdef",
                                 {"key 1", "key 2"},
                                 2,
                                 {}};
    out.add("rows", "instance", '\0' + encode(instance));
    instance.unknown_fields = "\xa2\x06\x03new";
    out.add("rows", "newer-instance", '\0' + encode(instance));
    out.add("rows", "entity", '\1' + encode(store::entity_row{value("{\"sum\":3}"), 9, at(5)}));
    store::entity_row locked{value("{}"), 1, at(5), {"i", "exec-1", 3}, at(6)};
    out.add("rows", "locked-entity", '\1' + encode(locked));
    store::entity_row sourced;
    sourced.version = 2;
    sourced.events = 5;
    sourced.snapshot = 3;
    sourced.created = at(4);
    out.add("rows", "sourced-entity", '\1' + encode(sourced));
    out.add("rows", "events",
            '\4' + encode(history::event_batch{at(5), {{"added", value("3")}, {"cleared", {}}}}));
    out.add("rows", "snapshot", '\5' + encode(history::snapshot{3, value("{\"sum\":3}")}));
    out.add("rows", "kept",
            '\6' + encode(store::kept_event{{"approval", value("1"), "key"}, at(5), 1, {}}));
    out.add("rows", "count", '\2' + store::encode_count(12345));
}

void add_keys(const folder& out) {
    const auto add = [&](store::table where, const std::string& name, std::string_view key) {
        out.add("keys", name, static_cast<char>(where) + std::string(key));
    };
    add(store::table::instances, "instance", "order-7");
    add(store::table::history, "history", store::history_key("order-7", 3));
    add(store::table::inbox, "inbox", store::inbox_key("@counter@a", 9));
    add(store::table::timers, "timer", store::timer_key({at(-9), "order-7", 2}));
    add(store::table::scheduled, "scheduled",
        store::scheduled_key({at(9), at(-9), 3, 0x1234567, "@counter@a"}));
    add(store::table::entity_events, "events", store::entity_events_key("@counter@a", 7));
    add(store::table::kept, "kept", store::kept_key("order-7", 3));
    add(store::table::blobs, "blob", store::blob_key(base::content_hash("a")));
    out.add("ids", "instance", "order-7");
    out.add("ids", "entity", "@counter@a@b");
    out.add("ids", "blob", base::content_hash("a").hex());
    out.add("checksum", "row", std::string("\1\2\5\7\0\3keyvalue", 14));
}

void add_json(const folder& out) {
    const auto add = [&](const std::string& name, const std::string& text) {
        out.add("json", name, '\0' + text);
    };
    add("null", "null");
    add("tree", "[[],[[]]]");
    add("blob", codec<blob>::encode(base::content_hash("a")).data);
    add("blobs", codec<std::vector<blob>>::encode({base::content_hash("a"), blob{}}).data);
    add("map", R"({"a":1.5e300,"":-0.0,"\u00e4\ud83d\ude00":18446744073709551615})");
    add("tuple", R"([1,"x",true])");
    add("depth-512", std::string(512, '[') + std::string(512, ']'));
    add("depth-513", std::string(513, '[') + std::string(513, ']'));
    add("depth-4000", std::string(4000, '['));
    add("brackets-in-text", "[\"" + std::string(600, '[') + "\\\"[\"]");
    out.add("json", "raw", "\1bytes");
}

pixels::image pattern(int width, int height) {
    pixels::image picture(width, height);
    for (std::size_t i = 0; i < picture.rgb.size(); ++i)
        picture.rgb[i] = static_cast<std::uint8_t>(i * i * 31 + i / 7);
    return picture;
}

/// Little-endian EXIF: a first directory of an orientation and an artist, a second one (the
/// thumbnail's) that lies at the end of it.
std::string exif(char orientation) {
    std::string tiff("II\x2a\0\x08\0\0\0\x02\0", 10);
    tiff += std::string("\x12\x01\x03\0\x01\0\0\0", 8) + orientation + std::string(3, '\0');
    tiff += std::string("\x3b\x01\x02\0\x06\0\0\0\x26\0\0\0", 12);
    tiff += std::string("\x2c\0\0\0Nobody\0\0", 12);
    return tiff;
}

/// A profile of no tags: a header and some noise.
std::string profile() {
    std::string icc(132, '\0');
    for (std::size_t i = 0; i < 120; ++i) // libpng refuses what compresses to next to nothing
        icc += static_cast<char>((i * i * 40503 >> 7) & 0xff);
    icc[3] = static_cast<char>(252);
    icc[8] = 2; // version
    icc.replace(12, 12, "mntrRGB XYZ ");
    icc.replace(36, 4, "acsp");
    return icc;
}

void add_pictures(const folder& out) {
    using pixels::image_format;
    pixels::photo picture;
    picture.pixels = pattern(9, 7);
    out.add("png", "rgb", encode_photo(picture, image_format::png));
    out.add("jpeg", "rgb", encode_photo(picture, image_format::jpeg));
    out.add("webp", "rgb", encode_photo(picture, image_format::webp));
    picture.details.exif = exif(6);
    picture.details.icc_profile = profile();
    out.add("png", "details", encode_photo(picture, image_format::png));
    out.add("jpeg", "details", encode_photo(picture, image_format::jpeg));
    out.add("webp", "details", encode_photo(picture, image_format::webp));
    for (const std::uint8_t value : picture.pixels.rgb)
        picture.deep.push_back(static_cast<std::uint16_t>(value * 257 + 1));
    out.add("png", "deep", encode_photo(picture, image_format::png));
    picture.deep.clear();
    picture.pixels.alpha.assign(picture.pixels.size.pixel_count(), 5);
    out.add("png", "rgba", encode_photo(picture, image_format::png));
    out.add("webp", "rgba", encode_photo(picture, image_format::webp));
    out.add("pixels", "image", picture.pixels.encode());
}

void add_pixels(const folder& out) {
    const pixels::image picture = pattern(20, 18);
    pixels::mask markup(20, 18);
    pixels::mask donor(20, 18);
    for (int x = 9; x < 12; ++x) {
        markup.set(x, 9);
        donor.set(x, 9);
        donor.set(x + 4, 9);
    }
    const pixels::settings chosen;
    const pixels::level_plan planned = plan(markup, chosen);
    const pixels::level where =
        build_level(picture, markup, std::span(&donor, 1), planned, 0, chosen);
    const pixels::start_result solved = solve_start(where, chosen, 0);
    const pixels::pass now = pixels::first_pass(0, 0, chosen);
    const pixels::vote_result voted = vote(where, solved.matches, {}, whole(where), now, chosen);
    const pixels::search_result found =
        search(where, solved.matches, voted.samples, whole(where), now, chosen);
    out.add("pixels", "mask", markup.encode());
    out.add("pixels", "settings", chosen.encode());
    out.add("pixels", "plan", planned.encode());
    out.add("pixels", "pass", now.encode());
    out.add("pixels", "level", where.encode());
    out.add("pixels", "field", solved.matches.encode());
    out.add("pixels", "no-field", pixels::field{}.encode());
    out.add("pixels", "colours", voted.samples.encode());
    out.add("pixels", "no-colours", pixels::colours{}.encode());
    out.add("pixels", "search-statistics", found.statistics.encode());
    out.add("pixels", "vote-statistics", voted.statistics.encode());
    out.add("pixels", "start", solved.encode());
    out.add("pixels", "search", found.encode());
    out.add("pixels", "vote", voted.encode());
}

void add_drawn(const folder& out) {
    // Two steps of a history: it starts and asks for work, which completes; then it ends.
    const std::string work("\0\1\1\0\0\5\1\2\0\7", 10);
    out.add("history", "work", work + std::string("\1\1\1\3\0\7\1\1\0\1\1\3\0", 13));
    // A program that calls, waits and sleeps; then arrivals, legal (1) or any (0).
    const std::string program("\0\14\5\7\0\5\5\11\3\0\0\1\0\5\6", 15);
    out.add("turn", "legal", program + std::string("\1\0\0\3\5\1\0\3\6\2\0\3\7", 13));
    out.add("turn", "any", program + std::string("\0\5\1\3\0\7\2\12\0\11\0\5\13\1\1", 15));
    out.add("manifest", "records", std::string("\3\0\0\3abc\0\0\0\0\2xygarbage", 19));
    out.add("manifest", "blocks", std::string("\4\3\77\0\2ab\3\60\0\2cd\3\0\0\1e\0\0\0", 21));
    std::string small(200, '\3');
    out.add("fill", "small", std::string("\23\23\1\2\3\4\0\0\0\0\7\7\3\3\11\11\2\2\0\0", 20));
    out.add("fill", "threes", small);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: fuzz-seeds FOLDER\n";
        return 2;
    }
    const folder out(argv[1]);
    add_history(out);
    add_rows(out);
    add_keys(out);
    add_json(out);
    add_pictures(out);
    add_pixels(out);
    add_drawn(out);
}
