// SPDX-License-Identifier: Apache-2.0
// How fast do entities work together: mappers split documents into words, reducers count them?
#include "bench/benchmarks.hpp"
#include "bench/measure.hpp"

#include <perdure/perdure.hpp>

#include <atomic>
#include <cmath>
#include <map>
#include <random>
#include <sstream>
#include <thread>

namespace perdure::bench {
namespace {

using word_counts = std::map<std::string, std::int64_t>;

/// Words that reducers have counted in this process; says when it is worth looking at the store.
std::atomic<std::uint64_t> words_seen{0};
std::uint64_t reducer_count = 1;

struct reducer {
    word_counts counts;

    void add(std::string word, std::int64_t count) {
        counts[word] += count;
        words_seen += static_cast<std::uint64_t>(count);
    }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(reducer, counts)
};
inline constexpr entity reducers{"reducer", op("add", &reducer::add)};

word_counts count_words(const std::string& text) {
    word_counts counts;
    std::istringstream words(text);
    for (std::string word; words >> word;)
        ++counts[word];
    return counts;
}

struct mapper {
    std::int64_t documents = 0;

    void map(entity_context& ctx, std::string text) {
        ++documents;
        for (const auto& [word, count] : count_words(text)) {
            const auto key = std::hash<std::string>{}(word) % reducer_count;
            ctx.signal(reducers[std::to_string(key)], &reducer::add, word, count);
        }
    }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(mapper, documents)
};
inline constexpr entity mappers{"mapper", op("map", &mapper::map)};

struct settings {
    std::uint64_t mappers, reducers, documents, words;
};

/// Words are as frequent as in a language: the k-th one has a share of 1/k.
std::string document(std::uint64_t number, std::uint64_t words) {
    std::mt19937_64 random(number);
    std::uniform_real_distribution<double> exponent(0, std::log(2000.0));
    std::string text;
    for (std::uint64_t i = 0; i < words; ++i)
        text += "word" + std::to_string(static_cast<int>(std::exp(exponent(random)))) + " ";
    return text;
}

word_counts total(task_hub& hub, const settings& chosen) {
    word_counts all;
    for (std::uint64_t i = 0; i < chosen.reducers; ++i)
        if (const auto seen = hub.client().read(reducers[std::to_string(i)]))
            for (const auto& [word, count] : seen->counts)
                all[word] += count;
    return all;
}

std::uint64_t sum(const word_counts& counts) {
    std::uint64_t all = 0;
    for (const auto& each : counts)
        all += static_cast<std::uint64_t>(each.second);
    return all;
}

/// Until every word is counted, on disk.
word_counts await_all(task_hub& hub, const settings& chosen) {
    const std::uint64_t all = chosen.documents * chosen.words;
    const auto begin = steady::now();
    for (;;) {
        if (words_seen.load() >= all)
            if (word_counts counts = total(hub, chosen); sum(counts) == all)
                return counts;
        if (seconds_since(begin) > static_cast<double>(std::chrono::seconds(600).count()))
            throw std::runtime_error("the reducers have not counted all words in ten minutes");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

figures run(const settings& chosen, const plan& wanted) {
    registry functions;
    functions.add(mappers).add(reducers);
    scratch_hub hub(wanted, functions);
    reducer_count = chosen.reducers;
    words_seen = 0;
    std::vector<std::string> documents;
    word_counts expected;
    for (std::uint64_t i = 0; i < chosen.documents; ++i) {
        documents.push_back(document(i, chosen.words));
        for (const auto& [word, count] : count_words(documents.back()))
            expected[word] += count;
    }

    const meter spent(*hub, wanted);
    std::vector<std::future<void>> signaled;
    for (std::uint64_t i = 0; i < chosen.documents; ++i)
        signaled.push_back(hub->client().signal_async(mappers[std::to_string(i % chosen.mappers)],
                                                      &mapper::map, documents[i]));
    for (auto& each : signaled)
        each.get();
    const word_counts counted = await_all(*hub, chosen);
    figures found{{"mappers", chosen.mappers},
                  {"reducers", chosen.reducers},
                  {"documents", chosen.documents},
                  {"words_per_document", chosen.words}};
    found.update(spent.read(chosen.documents));
    found["words_per_second"] =
        static_cast<double>(chosen.documents * chosen.words) / found["seconds"].get<double>();
    require(counted == expected, "the words were not counted right");
    return found;
}

runner prepare(arguments& given) {
    settings chosen{};
    chosen.mappers = given.number("--mappers", 12, 1, 100'000);
    chosen.reducers = given.number("--reducers", 24, 1, 100'000);
    chosen.documents = given.number("--documents", 1000, 1, 10'000'000);
    chosen.words = given.number("--words", 100, 1, 100'000);
    return [chosen](const plan& wanted) { return run(chosen, wanted); };
}

} // namespace

const benchmark wordcount_benchmark{
    "wordcount",
    "[--mappers N] [--reducers N] [--documents N] [--words N]\n"
    "    A client signals 1000 documents of 100 words to 12 mapper entities, which signal how\n"
    "    often each word occurs to 24 reducer entities. Completions are documents.",
    false, prepare};

} // namespace perdure::bench
