// SPDX-License-Identifier: Apache-2.0
// What is kept, and the contract of whatever keeps it: tables of byte strings in key order, and
// batches that are written whole or not at all.
#pragma once

#include <perdure/error.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace perdure::store {

/// The tables of a hub; keys.hpp says what is in each. Numbers index arrays, names are on disk.
enum class table : std::uint8_t {
    meta,
    instances,
    history,
    inbox,
    timers,
    active,
    entities,
    blob_counts,
    blobs,
    heartbeats,
    scheduled,
    entity_events,
    kept,
};
constexpr std::size_t table_count = 13;

const char* name_of(table which) noexcept;

/// What a row is to hold: bytes of its own, or shared ones, which are not copied.
class row_bytes {
  public:
    row_bytes(std::string own) : own_(std::move(own)) {}
    row_bytes(const char* own) : own_(own) {}
    row_bytes(std::shared_ptr<const std::string> shared) : shared_(std::move(shared)) {}

    operator std::string_view() const { return shared_ ? *shared_ : own_; }
    std::size_t size() const { return std::string_view(*this).size(); }

  private:
    std::string own_;
    std::shared_ptr<const std::string> shared_;
};

/// One row put or deleted.
struct change {
    table where;
    std::string key;
    std::optional<row_bytes> value; ///< Empty: the row is deleted.
};

/// Thrown for a row whose bytes are not those that were written. Others can still be read.
class damaged_row final : public error {
  public:
    damaged_row(table where, std::string key, const std::string& message)
        : error(errc::damaged, message), where_(where), key_(std::move(key)) {}

    table where() const noexcept { return where_; }
    const std::string& key() const noexcept { return key_; }

  private:
    table where_;
    std::string key_;
};

/// Whatever can be read when it has been opened survives power loss: nobody acts on what might
/// still go away.
///
/// Threads: reads from any thread; write() from one at a time.
///
/// Errors: damaged_row; error (damaged) if it can't be said which rows; error (storage) with what
/// was tried and what the system said.
class store {
  public:
    virtual ~store() = default;

    virtual std::optional<std::string> get(table where, std::string_view key) = 0;

    /// Visits the rows whose key starts with `prefix`, from `from` on, in key order, until `visit`
    /// returns false. Sees the rows as they were when it was called.
    virtual void scan(table where, std::string_view prefix, std::string_view from,
                      const std::function<bool(std::string_view, std::string_view)>& visit) = 0;

    /// Applies all changes in order, atomically. If `sync`, they survive power loss when it
    /// returns. After an error the outcome is unknown.
    virtual void write(const std::vector<change>& changes, bool sync) = 0;
};

} // namespace perdure::store
