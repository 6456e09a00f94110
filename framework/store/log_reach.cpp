// SPDX-License-Identifier: Apache-2.0
#include "store/log_reach.hpp"

#include "store/log_records.hpp"
#include "store/rocks_error.hpp"

#include <rocksdb/env.h>

#include <charconv>
#include <memory>
#include <vector>

namespace perdure::store {
namespace {

constexpr std::size_t batch_header_size = 12;

/// The number in the name of a log.
std::optional<std::uint64_t> log_number(std::string_view name) {
    constexpr std::string_view suffix = ".log";
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
    const std::string_view rest(end, static_cast<std::size_t>(name.data() + name.size() - end));
    return failed == std::errc() && rest == suffix ? std::optional(number) : std::nullopt;
}

void read_log(rocksdb::Env& env, std::uint64_t number, const std::string& path,
              log_reading& reading) {
    std::unique_ptr<rocksdb::SequentialFile> file;
    const auto require_done = [&path](const rocksdb::Status& status) {
        if (!status.ok())
            refuse("reading " + path, status);
    };
    require_done(env.NewSequentialFile(path, &file, rocksdb::EnvOptions()));
    std::string buffer(log_block_size, '\0');
    rocksdb::Slice block;
    reading.begin_log(number);
    do
        require_done(file->Read(buffer.size(), &block, buffer.data()));
    while (block.size() > 0 && reading.read_block({block.data(), block.size()}));
    reading.end_log();
}

} // namespace

void log_reading::begin_log(std::uint64_t number) noexcept {
    number_ = number;
    is_inside_ = false;
    is_cut_here_ = false;
}

bool log_reading::cut() noexcept {
    is_cut_here_ = true;
    if (!reach_.cut_in)
        reach_.cut_in = number_;
    return false;
}

bool log_reading::read_block(std::string_view block) {
    for (std::size_t at = 0; at < block.size(); at = next_record(at)) {
        const auto found = record_at(block, at);
        if (!found || found->begins() == is_inside_)
            return cut();
        if (found->begins())
            head_.clear();
        head_ += found->content.substr(0, batch_header_size - head_.size());
        is_inside_ = !found->ends();
        if (!is_inside_ && !take_batch())
            return cut();
        at += found->size;
    }
    return true;
}

bool log_reading::take_batch() {
    if (head_.size() < batch_header_size)
        return false;
    const std::string_view head(head_);
    const std::uint64_t first = little_endian(head.substr(0, 8));
    const bool is_first = reach_.last == 0 && !reach_.cut_in;
    if (!is_first && first != reach_.last + 1)
        return false;
    reach_.last = first + little_endian(head.substr(8)) - 1;
    reach_.cut_in.reset();
    return true;
}

void log_reading::end_log() noexcept {
    if (is_inside_ && !is_cut_here_)
        cut();
}

std::map<std::uint64_t, std::string> log_files(rocksdb::Env& env, const std::string& directory) {
    std::vector<std::string> names;
    const auto listed = env.GetChildren(directory, &names);
    if (!listed.ok() && !listed.IsNotFound() && !listed.IsPathNotFound())
        refuse("listing " + directory, listed);
    std::map<std::uint64_t, std::string> logs;
    for (const std::string& name : names)
        if (const auto number = log_number(name))
            logs.emplace(*number, directory + "/" + name);
    return logs;
}

log_reach read_logs(rocksdb::Env& env, const std::string& directory, std::uint64_t first) {
    log_reading reading;
    for (const auto& [number, path] : log_files(env, directory))
        if (number >= first)
            read_log(env, number, path, reading);
    return reading.reach();
}

} // namespace perdure::store
