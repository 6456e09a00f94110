// SPDX-License-Identifier: Apache-2.0
// C++ values to payloads and back.
#include <perdure/payload.hpp>

#include <benchmark/benchmark.h>

namespace {

using namespace perdure;

void count_bytes(benchmark::State& state, std::size_t each) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(each));
}

void encode_number(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(codec<int>::encode(42));
}
BENCHMARK(encode_number);

void decode_number(benchmark::State& state) {
    const payload stored = codec<int>::encode(42);
    for (auto _ : state)
        benchmark::DoNotOptimize(codec<int>::decode(stored));
}
BENCHMARK(decode_number);

void encode_strings(benchmark::State& state) {
    const std::vector<std::string> value(static_cast<std::size_t>(state.range(0)), "Hello Tokyo!");
    const std::size_t size = codec<std::vector<std::string>>::encode(value).data.size();
    for (auto _ : state)
        benchmark::DoNotOptimize(codec<std::vector<std::string>>::encode(value));
    count_bytes(state, size);
}
BENCHMARK(encode_strings)->Arg(3)->Arg(1000);

void decode_strings(benchmark::State& state) {
    const std::vector<std::string> value(static_cast<std::size_t>(state.range(0)), "Hello Tokyo!");
    const payload stored = codec<std::vector<std::string>>::encode(value);
    for (auto _ : state)
        benchmark::DoNotOptimize(codec<std::vector<std::string>>::decode(stored));
    count_bytes(state, stored.data.size());
}
BENCHMARK(decode_strings)->Arg(3)->Arg(1000);

void round_trip_of_bytes(benchmark::State& state) {
    const bytes value{std::string(static_cast<std::size_t>(state.range(0)), 'x')};
    for (auto _ : state)
        benchmark::DoNotOptimize(codec<bytes>::decode(codec<bytes>::encode(value)));
    count_bytes(state, value.data.size());
}
BENCHMARK(round_trip_of_bytes)->Arg(1 << 10)->Arg(1 << 20);

} // namespace
