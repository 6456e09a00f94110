// SPDX-License-Identifier: Apache-2.0
// A disk in memory that forgets: what was written and not synced, and names whose directory was
// not synced, rest or vanish at a power cut as the test chooses. It can lose its power at any
// operation, fail any call, and flip bits. sim_files.hpp makes it a file system for RocksDB.
#pragma once

#include "testing/sim_inode.hpp"

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

namespace perdure::testing {

/// What a power cut leaves of everything that was not synced.
enum class outcome : char {
    drop_unsynced = 'a', ///< Nothing.
    keep_prefix = 'b', ///< A random prefix of each file and of the changes of names.
    zero_sectors = 'c', ///< A random subset of 512-byte sectors, the rest zero or old.
    garbage_sectors = 'd', ///< The same, the rest random bytes.
    keep_all = 'e', ///< Everything: only the process was killed, and nothing is more durable now.
    drop_names = 'f', ///< All bytes, but no change of names.
    drop_contents = 'g', ///< All changes of names, but no bytes.
    /// Renamed files are gone under their old name, while the new name has what it had before; the
    /// unsynced bytes of each other file rest or not.
    tear_renames = 'h',
};
inline constexpr std::array all_outcomes{
    outcome::drop_unsynced, outcome::keep_prefix, outcome::zero_sectors,  outcome::garbage_sectors,
    outcome::keep_all,      outcome::drop_names,  outcome::drop_contents, outcome::tear_renames};

enum class operation {
    create,
    append,
    overwrite,
    truncate,
    sync,
    sync_directory,
    rename,
    remove,
    link, // up to here they change the disk, and count as operations
    open,
    read,
    look, // at names and sizes
};
const char* name_of(operation what) noexcept;
constexpr bool is_change(operation what) noexcept {
    return what <= operation::link;
}

enum class fault {
    io_error, ///< Any call. Of a write, half lands; a failed sync forgets, see sim_inode::forget.
    no_space, ///< Calls that need room: create, append, overwrite, rename, link. Half lands.
    too_many_open, ///< Calls that open.
    done_but_denied, ///< Changes: done, and reported as an I/O error.
};
inline constexpr std::array all_faults{fault::io_error, fault::no_space, fault::too_many_open,
                                       fault::done_but_denied};
const char* name_of(fault kind) noexcept;

enum class disk_error { power_is_off, io_error, no_space, too_many_open, no_such_file };
/// Empty: it worked.
using disk_result = std::optional<disk_error>;

struct disk_operation {
    operation what;
    std::string file;
    std::uint64_t size = 0; ///< Bytes written, or the size that was synced.
};

struct disk_file {
    std::string path;
    std::uint64_t size = 0;
    std::uint64_t synced_size = 0;
    bool is_name_synced = false;
};

/// Directories are durable at once, and a file may lie in one that was never made.
/// Threads: any, one call after the other. Lifetime: files that are open keep it alive.
class sim_disk {
  public:
    sim_disk() = default;
    sim_disk(const sim_disk&) = delete;
    sim_disk& operator=(const sim_disk&) = delete;

    /// Becomes a copy of another disk, with the same things unsynced, on which nothing is open.
    void copy_from(const sim_disk& other);

    /// An open file. Dead after the next power cycle.
    struct open_file {
        std::string path;
        std::shared_ptr<sim_inode> bytes;
        std::uint64_t boot = 0;
    };

    // What a file system does.
    /// Makes an empty file, or empties the one that is there.
    disk_result create(const std::string& path, open_file& made);
    disk_result open(const std::string& path, open_file& opened);
    disk_result open_directory(const std::string& path, open_file& opened);
    disk_result append(const open_file& to, std::string_view bytes);
    disk_result overwrite(const open_file& to, std::size_t offset, std::string_view bytes);
    disk_result truncate(const open_file& which, std::size_t size);
    disk_result sync(const open_file& which);
    /// Makes all changes of names in this directory durable, in the order they were made.
    disk_result sync_directory(const open_file& which);
    /// Reads up to `size` bytes into `into`, as many as there are.
    disk_result read(const open_file& from, std::size_t offset, std::size_t size, char* into,
                     std::size_t& count);
    disk_result size_of(const std::string& path, std::uint64_t& size);
    disk_result rename(const std::string& from, const std::string& to);
    disk_result link(const std::string& from, const std::string& to);
    disk_result remove(const std::string& path);
    disk_result find(const std::string& path, bool& is_directory);
    disk_result list(const std::string& directory, std::vector<std::string>& names);
    disk_result make_directory(const std::string& path);
    disk_result remove_directory(const std::string& path);
    /// False if somebody has it. Locks are free after a power cycle.
    bool lock(const std::string& path, open_file& held);
    void unlock(const open_file& held);

    // What a test does.
    /// Changes of the disk since the last power cycle.
    std::uint64_t operation_count() const;
    /// Operation number `k`, counted from 0 as operation_count() does, and every call after it
    /// fails without an effect.
    void cut_power_at(std::uint64_t k);
    void cut_power();
    bool has_power() const;
    /// Brings the power back. Everything unsynced is as `how` says, with choices drawn from `seed`;
    /// what is left is durable (except after keep_all). Open files and locks are gone, faults too.
    void power_cycle(outcome how, std::uint64_t seed);

    /// The `nth` call from now, from 1, that this kind can hit fails; `is_sticky`: all after it as
    /// well. One fault at a time.
    void fail(fault kind, std::uint64_t nth, bool is_sticky);
    void heal();
    /// Calls since fail() that the fault could hit; it was met if there were `nth` or more.
    std::uint64_t fault_calls() const;

    void record(bool is_on);
    std::vector<disk_operation> recorded() const;

    std::vector<disk_file> files() const;
    std::optional<std::string> contents(const std::string& path) const;
    /// Flips a bit of what is on the medium; false if the file has no such bit.
    bool flip_bit(const std::string& path, std::uint64_t bit);

  private:
    using inode_ptr = std::shared_ptr<sim_inode>;
    using name_table = std::map<std::string, inode_ptr>;
    /// A change of names that waits for its directory's sync.
    struct name_change {
        std::string removed; ///< Empty: none.
        std::string added;
        inode_ptr bytes;
    };
    struct pending_fault {
        fault kind;
        std::uint64_t nth;
        bool is_sticky;
    };
    struct verdict {
        disk_result answer;
        bool is_done;
    };

    verdict admit(operation what, const std::string& file, std::uint64_t size, std::uint64_t boot);
    disk_result write(operation what, const open_file& to, std::size_t offset,
                      std::string_view bytes);
    void start_up();
    void change_names(name_change change);
    static void apply(name_table& names, const name_change& change);
    void apply_torn(const name_change& change, base::random_stream& random);

    mutable std::mutex mutex_;
    name_table live_, durable_;
    std::vector<name_change> unsynced_names_; ///< In order.
    std::set<std::string> directories_;
    std::set<std::string> locks_;

    std::uint64_t boot_ = 1;
    bool has_power_ = true;
    std::uint64_t operation_count_ = 0;
    std::optional<std::uint64_t> cut_at_;
    std::optional<pending_fault> fault_;
    std::uint64_t fault_calls_ = 0;
    bool is_recording_ = false;
    std::vector<disk_operation> recorded_;
};

} // namespace perdure::testing
