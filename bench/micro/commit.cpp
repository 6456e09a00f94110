// SPDX-License-Identifier: Apache-2.0
// Groups of commits on the way to the disk: N steps of one history row each, written as one.
#include "store/keys.hpp"
#include "store/rocks_store.hpp"

#include <benchmark/benchmark.h>

#include <unistd.h>

#include <filesystem>

namespace {

using namespace perdure;

/// In the current directory, so that it is the disk there which is measured.
class scratch_store {
  public:
    scratch_store()
        : path_(std::filesystem::current_path() / ("perdure-micro-" + std::to_string(::getpid()))),
          rows_(store::open_rocks_store(path_)) {}
    ~scratch_store() {
        rows_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    scratch_store(const scratch_store&) = delete;
    scratch_store& operator=(const scratch_store&) = delete;

    store::store& operator*() { return *rows_; }

  private:
    std::filesystem::path path_;
    std::unique_ptr<store::store> rows_;
};

void write_steps(benchmark::State& state, bool sync) {
    const auto steps = static_cast<std::uint32_t>(state.range(0));
    scratch_store rows;
    std::uint32_t number = 0;
    for (auto _ : state) {
        std::vector<store::change> changes;
        for (std::uint32_t i = 0; i < steps; ++i)
            changes.push_back({store::table::history,
                               store::history_key("instance-" + std::to_string(i), number),
                               std::string(100, 'x')});
        ++number;
        (*rows).write(changes, sync);
    }
    state.SetItemsProcessed(state.iterations() * steps);
}

void write_group(benchmark::State& state) {
    write_steps(state, false);
}
BENCHMARK(write_group)->Arg(1)->Arg(100)->UseRealTime();

void write_and_sync_group(benchmark::State& state) {
    write_steps(state, true);
}
BENCHMARK(write_and_sync_group)->Arg(1)->Arg(100)->UseRealTime();

} // namespace
