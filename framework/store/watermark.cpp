// SPDX-License-Identifier: Apache-2.0
#include "store/watermark.hpp"

#include "store/checksum.hpp"
#include "store/rocks_error.hpp"

#include <rocksdb/env.h>

#include <algorithm>
#include <array>

namespace perdure::store {
namespace {

constexpr std::size_t slot_distance = 4096;
constexpr std::size_t words_per_slot = 7;
constexpr std::size_t words_without_logs = 5; // of older builds
constexpr std::size_t slot_bytes = words_per_slot * 8;
constexpr std::size_t file_bytes = slot_distance + slot_bytes;

struct slot {
    std::uint64_t generation;
    mark reached;
};

void put(std::string& bytes, std::uint64_t word) {
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes += static_cast<char>(word >> shift);
}

std::uint64_t word_at(std::string_view bytes, std::size_t index) {
    std::uint64_t word = 0;
    for (const char c : bytes.substr(index * 8, 8))
        word = (word << 8) | static_cast<unsigned char>(c);
    return word;
}

std::string encode(const slot& written) {
    std::string bytes;
    put(bytes, written.generation);
    put(bytes, written.reached.sequence);
    put(bytes, written.reached.manifest);
    put(bytes, written.reached.manifest_bytes);
    put(bytes, written.reached.first_log);
    put(bytes, written.reached.log);
    put(bytes, digest(bytes));
    return bytes;
}

std::optional<slot> decode(std::string_view bytes, std::size_t number) {
    bytes.remove_prefix(std::min(bytes.size(), number * slot_distance));
    for (const std::size_t words : {words_per_slot, words_without_logs}) {
        const std::size_t checked = (words - 1) * 8;
        if (bytes.size() < words * 8 ||
            word_at(bytes, words - 1) != digest(bytes.substr(0, checked)))
            continue;
        mark reached{word_at(bytes, 1), word_at(bytes, 2), word_at(bytes, 3)};
        if (words == words_per_slot) {
            reached.first_log = word_at(bytes, 4);
            reached.log = word_at(bytes, 5);
        }
        return slot{word_at(bytes, 0), reached};
    }
    return std::nullopt;
}

/// Which slot counts; nothing if neither does.
std::optional<std::size_t> newest(std::string_view bytes) {
    const auto first = decode(bytes, 0);
    const auto second = decode(bytes, 1);
    if (!first && !second)
        return std::nullopt;
    return second && (!first || second->generation > first->generation) ? 1 : 0;
}

std::string path_in(const std::string& directory) {
    return directory + "/WATERMARK";
}

void require_of(const rocksdb::Status& status, const char* tried, const std::string& directory) {
    if (!status.ok())
        refuse(std::string(tried) + " " + path_in(directory), status);
}

[[noreturn]] void refuse_damaged(const std::string& directory) {
    throw error(errc::damaged,
                path_in(directory) +
                    ": neither of its two slots can be read, so nobody can say whether the "
                    "database is complete; restore a backup, or open the task hub once with "
                    "hub_options::accept_loss");
}

} // namespace

std::string encode_watermark(const mark& first) {
    std::string bytes = encode({1, first});
    bytes.resize(file_bytes);
    return bytes;
}

std::optional<mark> decode_watermark(std::string_view bytes) {
    const auto number = newest(bytes);
    if (!number)
        return std::nullopt;
    return decode(bytes, *number)->reached;
}

std::optional<mark> read_watermark(rocksdb::Env& env, const std::string& directory) {
    const auto exists = env.FileExists(path_in(directory));
    if (exists.IsNotFound())
        return std::nullopt;
    require_of(exists, "looking for", directory);
    std::string bytes;
    require_of(rocksdb::ReadFileToString(&env, path_in(directory), &bytes), "reading", directory);
    const auto found = decode_watermark(bytes);
    if (!found)
        refuse_damaged(directory);
    return found;
}

void replace_watermark(rocksdb::Env& env, const std::string& directory, const mark& first) {
    const std::string path = path_in(directory);
    const std::string written = path + ".new";
    require_of(rocksdb::WriteStringToFile(&env, encode_watermark(first), written, true), "writing",
               directory);
    require_of(env.RenameFile(written, path), "renaming", directory);
    std::unique_ptr<rocksdb::Directory> names;
    require_of(env.NewDirectory(directory, &names), "opening the directory of", directory);
    require_of(names->Fsync(), "syncing the directory of", directory);
}

watermark::watermark(rocksdb::Env& env, const std::string& directory) {
    require_of(env.NewRandomRWFile(path_in(directory), &file_, rocksdb::EnvOptions()), "opening",
               directory);
    std::array<char, file_bytes> buffer{};
    rocksdb::Slice bytes;
    require_of(file_->Read(0, buffer.size(), &bytes, buffer.data()), "reading", directory);
    const std::string_view text(bytes.data(), bytes.size());
    const auto number = newest(text);
    if (!number)
        refuse_damaged(directory);
    generation_ = decode(text, *number)->generation;
    free_slot_ = 1 - *number;
    // A life that was killed may have left it in the system's memory only.
    require_of(file_->Sync(), "syncing", directory);
}

watermark::~watermark() = default;

void watermark::raise(const mark& reached) {
    require(file_->Write(free_slot_ * slot_distance, encode({++generation_, reached})),
            "writing the watermark");
}

void watermark::sync() {
    require(file_->Sync(), "syncing the watermark");
    free_slot_ = 1 - free_slot_;
}

} // namespace perdure::store
