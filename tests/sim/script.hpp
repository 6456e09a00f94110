// SPDX-License-Identifier: Apache-2.0
// The stories that are interrupted at every file operation.
#pragma once

#include "sim/player.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace perdure::sim {

struct script {
    std::string_view name;
    /// Played a few times, under other instance ids each time, with restarts between.
    void (*play_round)(player& client, const std::string& round);
    /// Small limits, so that a short story meets them.
    std::size_t inline_payload_max = 64 * 1024;
    std::size_t blob_cache = 256 * 1024 * 1024;
    std::size_t write_buffer_bytes = 4 * 1024 * 1024;

    static constexpr int rounds = 3;
    void play(player& client) const {
        for (int i = 1; i <= rounds; ++i) {
            play_round(client, "r" + std::to_string(i) + '-');
            client.restart();
        }
    }
};

const std::vector<script>& all_scripts();

/// A machine that is off, for one life of the script or more. Equal seeds give equal runs.
std::unique_ptr<testing::computer> make_machine(const script& played, std::uint64_t seed);

} // namespace perdure::sim
