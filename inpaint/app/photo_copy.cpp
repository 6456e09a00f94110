// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/photo_copy.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace erase_app {
namespace {

namespace fs = std::filesystem;

constexpr std::array<char, 16> magic{"decoded photo 1"};

/// At the beginning of the file. What it tells the sizes of follows, in their order.
struct header {
    std::array<char, 16> kind = magic;
    std::uint64_t deep_bytes = 0;
    std::uint64_t rgb_bytes = 0;
    std::uint64_t alpha_bytes = 0;
    std::uint64_t profile_bytes = 0;
    std::uint64_t exif_bytes = 0;
    std::uint64_t is_grey = 0;
    std::int32_t width = 0;
    std::int32_t height = 0;
    std::uint32_t gamma = 0;
    std::int32_t srgb_intent = 0;
    std::uint64_t checksum = 0; ///< XXH3-64 of the file, taken with 0 here.
};
static_assert(std::has_unique_object_representations_v<header>);

template <class Value>
std::span<const std::byte> bytes_of(const Value& values) {
    return std::as_bytes(std::span(values.data(), values.size()));
}

std::span<const std::byte> bytes_of(const header& head) {
    return std::as_bytes(std::span(&head, 1));
}

std::uint64_t checksum_of(header head, std::span<const std::span<const std::byte>> parts) {
    head.checksum = 0;
    XXH3_state_t sum;
    XXH3_64bits_reset(&sum);
    XXH3_64bits_update(&sum, &head, sizeof(head));
    for (const auto& part : parts)
        XXH3_64bits_update(&sum, part.data(), part.size());
    return XXH3_64bits_digest(&sum);
}

/// Takes the parts of a file one after the other.
class part_reader {
  public:
    explicit part_reader(std::span<std::byte> left) : left_(left) {}

    template <class Value = std::byte>
    std::span<Value> take(std::uint64_t bytes) {
        is_good_ = is_good_ && bytes <= left_.size();
        if (!is_good_)
            return {};
        const std::span<std::byte> part = left_.first(bytes);
        left_ = left_.subspan(bytes);
        return {reinterpret_cast<Value*>(part.data()), bytes / sizeof(Value)};
    }

    std::string take_text(std::uint64_t bytes) {
        const std::span<char> text = take<char>(bytes);
        return {text.begin(), text.end()};
    }

    /// There was so much, and no more.
    bool is_done() const { return is_good_ && left_.empty(); }

  private:
    std::span<std::byte> left_;
    bool is_good_ = true;
};

header head_of(std::span<const std::byte> file) {
    header head;
    std::memcpy(&head, file.data(), sizeof(head));
    return head;
}

bool is_fitting(const pixels::photo_pixels& photo) {
    const std::size_t count = photo.size.pixel_count();
    const std::size_t channels = photo.alpha.empty() ? 3 : 4;
    return photo.rgb.size() == 3 * count && (photo.alpha.empty() || photo.alpha.size() == count) &&
           (photo.deep.empty() || photo.deep.size() == channels * count);
}

bool write(const fs::path& file, const pixels::photo& decoded) {
    const pixels::image& image = decoded.pixels;
    const pixels::picture_details& details = decoded.details;
    const std::array parts{bytes_of(decoded.deep), bytes_of(image.rgb), bytes_of(image.alpha),
                           bytes_of(details.icc_profile), bytes_of(details.exif)};
    header head;
    head.deep_bytes = parts[0].size();
    head.rgb_bytes = parts[1].size();
    head.alpha_bytes = parts[2].size();
    head.profile_bytes = parts[3].size();
    head.exif_bytes = parts[4].size();
    head.width = image.size.width;
    head.height = image.size.height;
    head.is_grey = details.is_grey ? 1 : 0;
    head.gamma = details.gamma;
    head.srgb_intent = details.srgb_intent;
    head.checksum = checksum_of(head, parts);

    fs::path unfinished = file;
    unfinished += ".part";
    std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
    const auto put = [&](std::span<const std::byte> part) {
        out.write(reinterpret_cast<const char*>(part.data()),
                  static_cast<std::streamsize>(part.size()));
    };
    put(bytes_of(head));
    for (const auto& part : parts)
        put(part);
    out.close();
    std::error_code problem;
    if (out)
        fs::rename(unfinished, file, problem);
    if (out && !problem)
        return true;
    fs::remove(unfinished, problem);
    return false;
}

} // namespace

std::optional<photo_copy> photo_copy::make(const fs::path& file, const pixels::photo& decoded) {
    photo_copy made;
    if (!write(file, decoded) || (made.mapped_ = map(file)) == nullptr || !made.find_parts())
        return std::nullopt;
    return made;
}

std::optional<photo_copy> photo_copy::open(const fs::path& file) {
    photo_copy found;
    if ((found.mapped_ = map(file)) == nullptr || !found.is_undamaged() || !found.find_parts())
        return std::nullopt;
    return found;
}

pixels::image_view photo_copy::view() const {
    pixels::image_view seen = pixels_;
    seen.is_mapped = true;
    return seen;
}

void photo_copy::unmap::operator()(std::byte* begin) const {
    ::munmap(begin, size);
}

photo_copy::mapping photo_copy::map(const fs::path& file) {
    const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened < 0)
        return {nullptr, unmap{0}};
    struct stat found {};
    void* begin = MAP_FAILED;
    if (::fstat(opened, &found) == 0 && found.st_size > 0)
        begin = ::mmap(nullptr, static_cast<std::size_t>(found.st_size), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE, opened, 0);
    ::close(opened);
    if (begin == MAP_FAILED)
        return {nullptr, unmap{0}};
    return {static_cast<std::byte*>(begin), unmap{static_cast<std::size_t>(found.st_size)}};
}

bool photo_copy::is_undamaged() const {
    const std::span<const std::byte> all = bytes();
    if (all.size() < sizeof(header))
        return false;
    const header head = head_of(all);
    const std::array parts{all.subspan(sizeof(head))};
    const bool is_good = checksum_of(head, parts) == head.checksum;
    ::madvise(mapped_.get(), all.size(), MADV_DONTNEED); // It has been seen, no more.
    return is_good;
}

bool photo_copy::find_parts() {
    const header head = head_of(bytes());
    part_reader parts(bytes().subspan(sizeof(head)));
    pixels_.size = {head.width, head.height};
    pixels_.deep = parts.take<std::uint16_t>(head.deep_bytes);
    pixels_.rgb = parts.take<std::uint8_t>(head.rgb_bytes);
    pixels_.alpha = parts.take<std::uint8_t>(head.alpha_bytes);
    details_.icc_profile = parts.take_text(head.profile_bytes);
    details_.exif = parts.take_text(head.exif_bytes);
    details_.is_grey = head.is_grey != 0;
    details_.gamma = head.gamma;
    details_.srgb_intent = head.srgb_intent;
    return head.kind == magic && parts.is_done() && is_fitting(pixels_);
}

} // namespace erase_app
