// SPDX-License-Identifier: Apache-2.0
// What was asked and what was answered, kept outside the database.
//
// A file that parent and child map into memory: it survives the child's SIGKILL to the last store
// instruction. The child writes "sent" before it asks and "acknowledged" after it was answered, so
// that the next child can say what must be there, what may be there, and what can't.
#pragma once

#include <perdure/status.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace perdure::crash {

/// Lives of one directory; the next ones get a new directory, so that checking all stays quick.
inline constexpr std::uint32_t lives_max = 500;
inline constexpr std::uint32_t requests_per_life_max = 128;
inline constexpr std::uint32_t requests_max = lives_max * requests_per_life_max;
/// Activity calls of one request, numbered.
inline constexpr std::uint32_t steps_max = 16;

/// A lane is one client thread's signals to one ledger at a time: they are applied in order.
inline constexpr std::uint32_t lane_count = 4;
inline constexpr std::uint32_t signals_per_life_max = 256;
inline constexpr std::uint32_t signals_max = lives_max * signals_per_life_max;

/// Start of instance r<number>.
struct request_record {
    std::atomic<bool> is_sent;
    std::atomic<bool> is_acknowledged;
    std::atomic<std::uint8_t> told; ///< 1 + the runtime_status that a client was told, or 0.
    std::atomic<std::uint16_t> life; ///< In which it was sent first.
    std::atomic<std::uint32_t> notes_sent; ///< Events of a listener: a bit for each.
    std::atomic<std::uint32_t> notes_acknowledged;
    std::atomic<std::uint64_t> output; ///< Hash of what was told with the status.
    /// How often each activity call was run, to at most 255.
    std::array<std::atomic<std::uint8_t>, steps_max> runs;
};

struct signal_record {
    std::atomic<std::uint16_t> life; ///< In which it was sent, or 0.
    std::atomic<bool> is_acknowledged;
};

/// Where a child may be told to kill itself.
enum class site : std::uint8_t {
    none,
    activity_begins,
    activity_ends,
    orchestration_runs,
    operation_runs,
    start_acknowledged,
    signal_acknowledged,
    end_told,
    count
};

enum class finding : std::uint8_t {
    lost, ///< Acknowledged, and not there.
    duplicated, ///< There twice.
    wrong, ///< Anything else that must not be.
};

struct anomaly {
    finding kind;
    std::string text;
};

/// All zero at first. Everything in it is atomic, because threads of two processes use it.
class oracle {
  public:
    static constexpr std::size_t anomalies_max = 32;

    std::atomic<std::uint16_t> life; ///< Counts from 1.
    std::atomic<bool> is_open; ///< Set by the child when its hub is open.
    std::atomic<bool> must_close; ///< Set by the parent.
    std::atomic<bool> may_run_ahead; ///< Activities, of what is on disk: durability::speculative.
    std::atomic<site> deadly; ///< Where this life ends by its own hand...
    std::atomic<std::int32_t> passes_left; ///< ...at which visit.

    std::atomic<std::uint32_t> next_request;
    std::array<std::atomic<std::uint32_t>, lane_count> next_signal;
    std::array<request_record, requests_max> requests;
    std::array<std::array<signal_record, signals_max>, lane_count> signals;

    void report(finding kind, std::string_view text);
    std::vector<anomaly> anomalies() const;

  private:
    struct written_anomaly {
        std::atomic<bool> is_complete;
        finding kind;
        std::array<char, 256> text; ///< Ends with 0.
    };
    std::atomic<std::uint32_t> anomaly_count_;
    std::array<written_anomaly, anomalies_max> anomalies_;
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

struct unmap {
    void operator()(oracle* mapped) const noexcept;
};
using mapped_oracle = std::unique_ptr<oracle, unmap>;

/// Maps the file, after making it if there is none. Throws std::system_error.
mapped_oracle map_oracle(const std::filesystem::path& file);

} // namespace perdure::crash
