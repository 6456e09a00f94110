// SPDX-License-Identifier: Apache-2.0
// Steps and rows to bytes and back.
#include "history/codec.hpp"
#include "store/rows.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace perdure;

/// A step as a chain of activities takes it: one result has arrived, one activity is scheduled.
history::step some_step() {
    history::step made;
    made.time = timestamp(std::chrono::milliseconds(1'700'000'000'000));
    made.arrived.push_back(history::task_completed{7, codec<std::string>::encode("Hello Tokyo!")});
    made.decided.push_back(
        history::task_scheduled{8, "say_hello", codec<std::string>::encode("Tokyo")});
    return made;
}

store::instance_row some_row() {
    store::instance_row made;
    made.name = "greet_cities";
    made.execution = "018bcfe5-6800-7000-8000-000000000000";
    made.input = codec<int>::encode(3);
    made.output = codec<std::vector<std::string>>::encode({"Hello Tokyo!", "Hello Seattle!"});
    return made;
}

void encode_step(benchmark::State& state) {
    const history::step step = some_step();
    for (auto _ : state)
        benchmark::DoNotOptimize(history::encode(step));
}
BENCHMARK(encode_step);

void decode_step(benchmark::State& state) {
    const std::string stored = history::encode(some_step());
    for (auto _ : state)
        benchmark::DoNotOptimize(history::decode_step(stored));
}
BENCHMARK(decode_step);

void encode_instance_row(benchmark::State& state) {
    const store::instance_row row = some_row();
    for (auto _ : state)
        benchmark::DoNotOptimize(store::encode(row));
}
BENCHMARK(encode_instance_row);

void decode_instance_row(benchmark::State& state) {
    const std::string stored = store::encode(some_row());
    for (auto _ : state)
        benchmark::DoNotOptimize(store::decode_instance_row(stored));
}
BENCHMARK(decode_instance_row);

} // namespace
