// SPDX-License-Identifier: Apache-2.0
#include "sim/script.hpp"

namespace perdure::sim {
namespace {

using std::chrono::minutes;

void play_chain(player& client, const std::string& round) {
    client.start(round + "a", chain, "a");
    client.start(round + "b", chain, "b");
    client.wait(round + "a", chain);
    client.start(round + "c", chain, "c");
    client.wait(round + "b", chain);
    client.wait(round + "c", chain);
}

void play_fan(player& client, const std::string& round) {
    client.start(round + "wide", fan, 8);
    client.start(round + "narrow", fan, 1);
    client.wait(round + "wide", fan);
    client.wait(round + "narrow", fan);
}

void play_tree(player& client, const std::string& round) {
    client.start(round + "root", tree, 2);
    client.run();
    client.start(round + "stump", tree, 0);
    client.wait(round + "root", tree);
    client.wait(round + "stump", tree);
}

void play_timers(player& client, const std::string& round) {
    client.start(round + "early", naps, 3);
    client.run();
    client.pass(minutes(10));
    client.start(round + "late", naps, 2);
    client.pass(minutes(25));
    client.wait(round + "early", naps);
    client.wait(round + "late", naps);
}

void play_events(player& client, const std::string& round) {
    client.start(round + "talk", conversation, 3);
    client.start(round + "short", conversation, 0);
    client.raise(round + "talk", aside, "last, ");
    client.raise(round + "talk", word, "one, ");
    client.raise(round + "short", word, "unheard, ");
    client.pass(minutes(3)); // idle ones go dormant
    client.raise(round + "talk", word, "two, ");
    client.raise(round + "short", aside, "only, ");
    client.raise(round + "talk", word, "three, ");
    client.wait(round + "talk", conversation);
    client.wait(round + "short", conversation);
}

void play_entities(player& client, const std::string& round) {
    for (const char* item : {"u", "v", "w"})
        client.start(round + "book-" + item, bookkeeping, round + item);
    for (const char* item : {"1", "2", "3"})
        client.add("called", round + item);
    client.run();
    client.add("signalled", round + "4");
    client.add("own-u", round + "5");
    client.run();
    client.pass(minutes(3));
    client.add("signalled", round + "6");
    for (const char* item : {"u", "v", "w"})
        client.wait(round + "book-" + item, bookkeeping);
}

void play_race(player& client, const std::string& round) {
    client.start(round + "told", contest, true);
    client.start(round + "waiting", contest, false);
    client.raise(round + "told", word, "now");
    client.pass(minutes(15));
    client.wait(round + "told", contest);
    client.wait(round + "waiting", contest);
}

void play_failures(player& client, const std::string& round) {
    client.start(round + "worst", trouble, 1);
    client.start(round + "bad", trouble, 0);
    client.wait(round + "worst", trouble);
    client.wait(round + "bad", trouble);
}

void play_blobs(player& client, const std::string& round) {
    client.start(round + "first", luggage, "ab");
    client.start(round + "same", luggage, "ab");
    client.start(round + "input", chain, std::string(3000, 'i'));
    client.add("luggage", round + std::string(2000, 'L'));
    client.run();
    client.start(round + "other", luggage, round + "xyz");
    for (const char* each : {"first", "same", "other"})
        client.wait(round + each, luggage);
    client.wait(round + "input", chain);
}

void play_status(player& client, const std::string& round) {
    client.start(round + "steps", progress, 3);
    client.start(round + "more", progress, 2);
    client.pass(minutes(1));
    client.wait(round + "more", progress);
    client.wait(round + "steps", progress);
}

void play_pads(player& client, const std::string& round) {
    client.start(round + "u", jotting, round + "u");
    client.run();
    client.start(round + "v", jotting, round + "v");
    client.pass(minutes(6));
    client.wait(round + "u", jotting);
    client.wait(round + "v", jotting);
}

void play_scopes(player& client, const std::string& round) {
    client.start(round + "thin", book, 1);
    client.start(round + "thick", book, 2);
    for (const char* each : {"one", "two", "six", "ten"})
        client.raise(round + "thick", word, each);
    client.raise(round + "thin", aside, "the end");
    client.pass(minutes(2));
    client.raise(round + "thin", word, "one");
    client.raise(round + "thin", word, "two");
    client.pass(minutes(2)); // idle ones go dormant
    client.raise(round + "thick", aside, "the end");
    client.wait(round + "thin", book);
    client.wait(round + "thick", book);
}

void play_many(player& client, const std::string& round) {
    for (int wave = 0; wave < 2; ++wave) {
        const std::string named = round + std::to_string(wave);
        for (int i = 0; i < 10; ++i)
            client.start(named + "-" + std::to_string(i), single, i);
        for (int i = 0; i < 4; ++i)
            client.add("count", named + "/" + std::to_string(i));
        client.run();
    }
    for (int wave = 0; wave < 2; ++wave)
        for (int i = 0; i < 10; ++i)
            client.wait(round + std::to_string(wave) + "-" + std::to_string(i), single);
}

void play_flushes(player& client, const std::string& round) {
    client.start(round + "p", bulk, 3);
    client.start(round + "q", bulk, 3);
    client.run();
    client.start(round + "r", bulk, 3);
    for (const char* each : {"p", "q", "r"})
        client.wait(round + each, bulk);
}

} // namespace

const std::vector<script>& all_scripts() {
    static const std::vector<script> table = {
        {"chain", play_chain},
        {"fan", play_fan},
        {"tree", play_tree},
        {"timers", play_timers},
        {"events", play_events},
        {"entities", play_entities},
        {"race", play_race},
        {"failures", play_failures},
        {"blobs", play_blobs, 1024, 0},
        {"status", play_status},
        {"pads", play_pads, 1024},
        {"scopes", play_scopes, 1024},
        {"many", play_many},
        {"flushes", play_flushes, 64 * 1024, 256 * 1024 * 1024, 64 * 1024},
    };
    return table;
}

std::unique_ptr<testing::computer> make_machine(const script& played, std::uint64_t seed) {
    testing::machine_options options;
    options.seed = seed;
    options.disk = testing::storage::files;
    options.hub.inline_payload_max = played.inline_payload_max;
    options.hub.blob_cache = played.blob_cache;
    auto made = std::make_unique<testing::computer>(script_functions(), options);
    made->write_buffer_bytes = played.write_buffer_bytes;
    return made;
}

} // namespace perdure::sim
