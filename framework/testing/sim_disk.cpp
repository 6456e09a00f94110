// SPDX-License-Identifier: Apache-2.0
#include "testing/sim_disk.hpp"

#include <algorithm>

namespace perdure::testing {
namespace {

std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

bool can_hit(fault kind, operation what) {
    switch (kind) {
    case fault::io_error:
        return true;
    case fault::no_space:
        return what == operation::create || what == operation::append ||
               what == operation::overwrite || what == operation::rename || what == operation::link;
    case fault::too_many_open:
        return what == operation::create || what == operation::open;
    case fault::done_but_denied:
        return is_change(what);
    }
    return false;
}

disk_error error_of(fault kind) {
    if (kind == fault::no_space)
        return disk_error::no_space;
    return kind == fault::too_many_open ? disk_error::too_many_open : disk_error::io_error;
}

} // namespace

const char* name_of(operation what) noexcept {
    static constexpr std::array names{"create", "append",         "overwrite", "truncate",
                                      "sync",   "sync_directory", "rename",    "remove",
                                      "link",   "open",           "read",      "look"};
    return names[static_cast<std::size_t>(what)];
}

void sim_disk::copy_from(const sim_disk& other) {
    const std::scoped_lock lock(mutex_, other.mutex_);
    std::map<const sim_inode*, inode_ptr> copies;
    const auto copied = [&](const inode_ptr& inode) {
        inode_ptr& copy = copies[inode.get()];
        if (inode != nullptr && copy == nullptr)
            copy = std::make_shared<sim_inode>(*inode);
        return copy;
    };
    live_ = other.live_;
    durable_ = other.durable_;
    unsynced_names_ = other.unsynced_names_;
    directories_ = other.directories_;
    for (name_table* names : {&live_, &durable_})
        for (auto& [path, inode] : *names)
            inode = copied(inode);
    for (name_change& each : unsynced_names_)
        each.bytes = copied(each.bytes);
    start_up();
}

const char* name_of(fault kind) noexcept {
    static constexpr std::array names{"io_error", "no_space", "too_many_open", "done_but_denied"};
    return names[static_cast<std::size_t>(kind)];
}

/// Counts a call, and decides whether it fails and whether it has its effect nevertheless.
sim_disk::verdict sim_disk::admit(operation what, const std::string& file, std::uint64_t size,
                                  std::uint64_t boot) {
    if (!has_power_ || boot != boot_)
        return {disk_error::power_is_off, false};
    if (is_change(what)) {
        if (cut_at_ && operation_count_ >= *cut_at_) {
            has_power_ = false;
            return {disk_error::power_is_off, false};
        }
        ++operation_count_;
        if (is_recording_)
            recorded_.push_back({what, file, size});
    }
    if (fault_ && can_hit(fault_->kind, what)) {
        ++fault_calls_;
        if (fault_calls_ == fault_->nth || (fault_->is_sticky && fault_calls_ > fault_->nth)) {
            return {error_of(fault_->kind), fault_->kind == fault::done_but_denied};
        }
    }
    return {std::nullopt, true};
}

disk_result sim_disk::create(const std::string& path, open_file& made) {
    const std::scoped_lock lock(mutex_);
    const verdict ruling = admit(operation::create, path, 0, boot_);
    if (ruling.is_done) {
        const auto found = live_.find(path);
        made = {path, found == live_.end() ? std::make_shared<sim_inode>() : found->second, boot_};
        if (found == live_.end())
            change_names({{}, path, made.bytes});
        else
            made.bytes->truncate(0);
    }
    return ruling.answer;
}

disk_result sim_disk::open(const std::string& path, open_file& opened) {
    const std::scoped_lock lock(mutex_);
    const verdict ruling = admit(operation::open, path, 0, boot_);
    if (ruling.answer)
        return ruling.answer;
    const auto found = live_.find(path);
    if (found == live_.end())
        return disk_error::no_such_file;
    opened = {path, found->second, boot_};
    return std::nullopt;
}

disk_result sim_disk::open_directory(const std::string& path, open_file& opened) {
    const std::scoped_lock lock(mutex_);
    const verdict ruling = admit(operation::open, path, 0, boot_);
    if (!ruling.answer)
        opened = {path, nullptr, boot_};
    return ruling.answer;
}

disk_result sim_disk::append(const open_file& to, std::string_view bytes) {
    const std::scoped_lock lock(mutex_);
    return write(operation::append, to, to.bytes->bytes().size(), bytes);
}

disk_result sim_disk::overwrite(const open_file& to, std::size_t offset, std::string_view bytes) {
    const std::scoped_lock lock(mutex_);
    return write(operation::overwrite, to, offset, bytes);
}

disk_result sim_disk::write(operation what, const open_file& to, std::size_t offset,
                            std::string_view bytes) {
    const verdict ruling = admit(what, to.path, bytes.size(), to.boot);
    if (ruling.is_done)
        to.bytes->write(offset, bytes);
    else if (ruling.answer != disk_error::power_is_off)
        to.bytes->write(offset, bytes.substr(0, bytes.size() / 2));
    return ruling.answer;
}

disk_result sim_disk::truncate(const open_file& which, std::size_t size) {
    const std::scoped_lock lock(mutex_);
    const verdict ruling = admit(operation::truncate, which.path, size, which.boot);
    if (ruling.is_done)
        which.bytes->truncate(size);
    return ruling.answer;
}

disk_result sim_disk::sync(const open_file& which) {
    const std::scoped_lock lock(mutex_);
    const verdict ruling =
        admit(operation::sync, which.path, which.bytes->bytes().size(), which.boot);
    if (ruling.is_done)
        which.bytes->sync();
    else if (ruling.answer != disk_error::power_is_off)
        which.bytes->forget();
    return ruling.answer;
}

disk_result sim_disk::sync_directory(const open_file& which) {
    const std::scoped_lock lock(mutex_);
    const verdict ruling = admit(operation::sync_directory, which.path, 0, which.boot);
    if (!ruling.is_done)
        return ruling.answer;
    std::erase_if(unsynced_names_, [&](const name_change& each) {
        if (directory_of(each.added.empty() ? each.removed : each.added) != which.path)
            return false;
        apply(durable_, each);
        return true;
    });
    return ruling.answer;
}

disk_result sim_disk::read(const open_file& from, std::size_t offset, std::size_t size, char* into,
                           std::size_t& count) {
    const std::scoped_lock lock(mutex_);
    count = 0;
    const verdict ruling = admit(operation::read, from.path, size, from.boot);
    if (ruling.answer)
        return ruling.answer;
    if (offset < from.bytes->bytes().size())
        count = from.bytes->bytes().copy(into, size, offset);
    return std::nullopt;
}

disk_result sim_disk::size_of(const std::string& path, std::uint64_t& size) {
    const std::scoped_lock lock(mutex_);
    const verdict ruling = admit(operation::look, path, 0, boot_);
    if (ruling.answer)
        return ruling.answer;
    const auto found = live_.find(path);
    if (found == live_.end())
        return disk_error::no_such_file;
    size = found->second->bytes().size();
    return std::nullopt;
}

disk_result sim_disk::rename(const std::string& from, const std::string& to) {
    const std::scoped_lock lock(mutex_);
    const auto found = live_.find(from);
    const verdict ruling = admit(operation::rename, from, 0, boot_);
    if (ruling.is_done && found == live_.end())
        return disk_error::no_such_file;
    if (ruling.is_done)
        change_names({from, to, found->second});
    return ruling.answer;
}

disk_result sim_disk::link(const std::string& from, const std::string& to) {
    const std::scoped_lock lock(mutex_);
    const auto found = live_.find(from);
    const verdict ruling = admit(operation::link, from, 0, boot_);
    if (ruling.is_done && found == live_.end())
        return disk_error::no_such_file;
    if (ruling.is_done)
        change_names({{}, to, found->second});
    return ruling.answer;
}

disk_result sim_disk::remove(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    const bool is_there = live_.contains(path);
    const verdict ruling = admit(operation::remove, path, 0, boot_);
    if (ruling.is_done && !is_there)
        return disk_error::no_such_file;
    if (ruling.is_done)
        change_names({path, {}, nullptr});
    return ruling.answer;
}

disk_result sim_disk::find(const std::string& path, bool& is_directory) {
    const std::scoped_lock lock(mutex_);
    const verdict ruling = admit(operation::look, path, 0, boot_);
    if (ruling.answer)
        return ruling.answer;
    is_directory = directories_.contains(path);
    if (!is_directory && !live_.contains(path))
        return disk_error::no_such_file;
    return std::nullopt;
}

disk_result sim_disk::list(const std::string& directory, std::vector<std::string>& names) {
    const std::scoped_lock lock(mutex_);
    const verdict ruling = admit(operation::look, directory, 0, boot_);
    if (ruling.answer)
        return ruling.answer;
    names.clear();
    const auto add = [&](const std::string& path) {
        if (directory_of(path) == directory)
            names.push_back(path.substr(directory.size() + 1));
    };
    for (const auto& [path, inode] : live_)
        add(path);
    for (const auto& path : directories_)
        add(path);
    if (names.empty() && !directories_.contains(directory))
        return disk_error::no_such_file;
    return std::nullopt;
}

disk_result sim_disk::make_directory(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    const verdict ruling = admit(operation::look, path, 0, boot_);
    if (!ruling.answer)
        directories_.insert(path);
    return ruling.answer;
}

disk_result sim_disk::remove_directory(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    const verdict ruling = admit(operation::look, path, 0, boot_);
    if (!ruling.answer)
        directories_.erase(path);
    return ruling.answer;
}

bool sim_disk::lock(const std::string& path, open_file& held) {
    const std::scoped_lock lock(mutex_);
    held = {path, nullptr, boot_};
    return locks_.insert(path).second;
}

void sim_disk::unlock(const open_file& held) {
    const std::scoped_lock lock(mutex_);
    if (held.boot == boot_)
        locks_.erase(held.path);
}

void sim_disk::change_names(name_change change) {
    apply(live_, change);
    unsynced_names_.push_back(std::move(change));
}

void sim_disk::apply(name_table& names, const name_change& change) {
    if (!change.removed.empty())
        names.erase(change.removed);
    if (!change.added.empty())
        names[change.added] = change.bytes;
}

void sim_disk::apply_torn(const name_change& change, base::random_stream& random) {
    const bool is_rename = !change.removed.empty() && !change.added.empty();
    if (!is_rename)
        return apply(durable_, change);
    durable_.erase(change.removed);
    if (durable_.contains(change.added))
        return;
    change.bytes->cut_power(sim_inode::loss::all, random);
    durable_[change.added] = change.bytes;
}

std::uint64_t sim_disk::operation_count() const {
    const std::scoped_lock lock(mutex_);
    return operation_count_;
}

void sim_disk::cut_power_at(std::uint64_t k) {
    const std::scoped_lock lock(mutex_);
    cut_at_ = k;
}

void sim_disk::cut_power() {
    const std::scoped_lock lock(mutex_);
    has_power_ = false;
}

bool sim_disk::has_power() const {
    const std::scoped_lock lock(mutex_);
    return has_power_;
}

void sim_disk::start_up() {
    ++boot_;
    has_power_ = true;
    operation_count_ = 0;
    cut_at_.reset();
    fault_.reset();
    recorded_.clear();
    locks_.clear();
}

void sim_disk::power_cycle(outcome how, std::uint64_t seed) {
    using loss = sim_inode::loss;
    const std::scoped_lock lock(mutex_);
    base::random_stream random(seed);
    start_up();
    if (how == outcome::keep_all)
        return;

    std::size_t names_kept = 0;
    if (how == outcome::drop_contents || how == outcome::tear_renames)
        names_kept = unsynced_names_.size();
    else if (how != outcome::drop_unsynced && how != outcome::drop_names)
        names_kept = random.draw() % (unsynced_names_.size() + 1);
    for (std::size_t i = 0; i < names_kept; ++i) {
        if (how == outcome::tear_renames)
            apply_torn(unsynced_names_[i], random);
        else
            apply(durable_, unsynced_names_[i]);
    }
    unsynced_names_.clear();
    live_ = durable_;

    for (const auto& [path, inode] : live_) {
        static constexpr std::array losses{
            loss::all,  loss::tail, loss::sectors_zero, loss::sectors_garbage,
            loss::none, loss::none, loss::all};
        const auto which = how == outcome::tear_renames
                               ? (random.draw() % 2 == 0 ? loss::all : loss::none)
                               : losses[static_cast<std::size_t>(how) - 'a'];
        inode->cut_power(which, random);
    }
}

void sim_disk::fail(fault kind, std::uint64_t nth, bool is_sticky) {
    const std::scoped_lock lock(mutex_);
    fault_ = pending_fault{kind, nth, is_sticky};
    fault_calls_ = 0;
}

void sim_disk::heal() {
    const std::scoped_lock lock(mutex_);
    fault_.reset();
}

std::uint64_t sim_disk::fault_calls() const {
    const std::scoped_lock lock(mutex_);
    return fault_calls_;
}

void sim_disk::record(bool is_on) {
    const std::scoped_lock lock(mutex_);
    is_recording_ = is_on;
    recorded_.clear();
}

std::vector<disk_operation> sim_disk::recorded() const {
    const std::scoped_lock lock(mutex_);
    return recorded_;
}

std::vector<disk_file> sim_disk::files() const {
    const std::scoped_lock lock(mutex_);
    std::vector<disk_file> listed;
    for (const auto& [path, inode] : live_) {
        const auto synced = durable_.find(path);
        listed.push_back({path, inode->bytes().size(), inode->synced_size(),
                          synced != durable_.end() && synced->second == inode});
    }
    return listed;
}

std::optional<std::string> sim_disk::contents(const std::string& path) const {
    const std::scoped_lock lock(mutex_);
    const auto found = live_.find(path);
    if (found == live_.end())
        return std::nullopt;
    return found->second->bytes();
}

bool sim_disk::flip_bit(const std::string& path, std::uint64_t bit) {
    const std::scoped_lock lock(mutex_);
    const auto found = live_.find(path);
    if (found == live_.end() || bit / 8 >= found->second->synced_size())
        return false;
    found->second->flip_bit(bit);
    return true;
}

} // namespace perdure::testing
