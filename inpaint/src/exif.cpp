// SPDX-License-Identifier: Apache-2.0
// tiff:      byte order "II" or "MM" | 42 u16 | offset of the first directory u32
// directory: count u16 | entries | offset of the next directory u32 (the thumbnail's, not followed)
// entry:     tag u16 | type u16 | count u32 | value, or its offset when it is above 4 bytes
//
// Copying is bounded by the input: values that lie over each other, so that together they are
// longer than the input, make it unreadable.
#include "exif.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace perdure::inpaint {

namespace {

enum tag_number : std::uint16_t {
    orientation = 0x0112,
    exif_directory = 0x8769,
    gps_directory = 0x8825,
    maker_note = 0x927c,
    width_in_pixels = 0xa002,
    height_in_pixels = 0xa003,
    interoperability_directory = 0xa005,
};

enum type_number : std::uint16_t { type_short = 3, type_long = 4 };

// Of types 1 (byte) to 12 (double).
constexpr std::array<std::uint8_t, 13> type_bytes{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};

// Of the first directory, which describes pixels and may hold anything in private tags: only these.
constexpr std::array<std::uint16_t, 25> described{
    0x010e, 0x010f, 0x0110, 0x0112, 0x011a, 0x011b, 0x0128, 0x012d, 0x0131,
    0x0132, 0x013b, 0x013e, 0x013f, 0x0211, 0x0213, 0x0214, 0x4746, 0x4749,
    0x8298, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f, 0x882a};
// Of the EXIF directory: the range that the standard has tags in.
constexpr std::uint16_t exif_tag_least = 0x829a;
constexpr std::uint16_t exif_tag_most = 0xa4ff;

struct entry {
    std::uint16_t tag = 0;
    std::uint16_t type = 0;
    std::uint32_t count = 0;
    std::string value; // in the file's byte order
};
using directory = std::vector<entry>;

struct unreadable {};

class byte_order {
  public:
    explicit byte_order(bool is_big) : is_big_(is_big) {}

    std::uint32_t number(std::string_view bytes) const {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            value =
                (value << 8) | static_cast<std::uint8_t>(bytes[is_big_ ? i : bytes.size() - 1 - i]);
        return value;
    }
    std::string bytes(std::uint32_t value, std::size_t size) const {
        std::string written(size, '\0');
        for (std::size_t i = 0; i < size; ++i)
            written[is_big_ ? size - 1 - i : i] = static_cast<char>((value >> (8 * i)) & 0xff);
        return written;
    }

  private:
    bool is_big_;
};

class tiff_reader {
  public:
    explicit tiff_reader(std::string_view bytes)
        : bytes_(bytes), order_(bytes.starts_with("MM")), values_left_(bytes.size()) {
        if (!bytes.starts_with("II") && !bytes.starts_with("MM"))
            throw unreadable();
        if (number(2, 2) != 42)
            throw unreadable();
    }

    const byte_order& order() const { return order_; }
    directory first() { return read(number(4, 4)); }

    /// The directory that an entry of `above` points to; empty when there is none.
    directory below(const directory& above, std::uint16_t pointer) {
        for (const entry& each : above)
            if (each.tag == pointer && each.type == type_long && each.count == 1)
                return read(order_.number(each.value));
        return {};
    }

  private:
    std::string_view at(std::size_t offset, std::size_t size) const {
        if (offset > bytes_.size() || size > bytes_.size() - offset)
            throw unreadable();
        return bytes_.substr(offset, size);
    }
    std::uint32_t number(std::size_t offset, std::size_t size) const {
        return order_.number(at(offset, size));
    }

    directory read(std::size_t offset) {
        const std::uint32_t count = number(offset, 2);
        const std::string_view entries = at(offset + 2, std::size_t{12} * count);
        directory found;
        for (std::size_t i = 0; i < count; ++i)
            if (auto each = read_entry(entries.substr(12 * i, 12)))
                found.push_back(std::move(*each));
        return found;
    }

    // Nothing for an entry that makes no sense: the others may.
    std::optional<entry> read_entry(std::string_view stored) {
        entry read;
        read.tag = static_cast<std::uint16_t>(order_.number(stored.substr(0, 2)));
        read.type = static_cast<std::uint16_t>(order_.number(stored.substr(2, 2)));
        read.count = order_.number(stored.substr(4, 4));
        if (read.type == 0 || read.type >= type_bytes.size())
            return std::nullopt;
        const std::uint64_t size = std::uint64_t{read.count} * type_bytes[read.type];
        const std::size_t offset = order_.number(stored.substr(8, 4));
        if (size > 4 && (offset > bytes_.size() || size > bytes_.size() - offset))
            return std::nullopt;
        if (size > values_left_)
            throw unreadable();
        values_left_ -= static_cast<std::size_t>(size);
        read.value = size > 4 ? bytes_.substr(offset, static_cast<std::size_t>(size))
                              : stored.substr(8, static_cast<std::size_t>(size));
        return read;
    }

    std::string_view bytes_;
    byte_order order_;
    std::size_t values_left_;
};

/// Directories one behind the other, each followed by its values.
class tiff_writer {
  public:
    tiff_writer(byte_order order, bool is_big) : order_(order) {
        out_ = (is_big ? "MM" : "II") + order_.bytes(42, 2) + order_.bytes(8, 4);
    }

    static std::size_t size_of(const directory& written) {
        std::size_t size = 2 + 12 * written.size() + 4;
        for (const entry& each : written)
            if (each.value.size() > 4)
                size += padded(each.value.size());
        return size;
    }

    std::size_t next_offset() const { return out_.size(); }

    void add(directory written) {
        std::stable_sort(written.begin(), written.end(),
                         [](const entry& a, const entry& b) { return a.tag < b.tag; });
        std::size_t value_offset = next_offset() + 2 + 12 * written.size() + 4;
        std::string values;
        out_ += order_.bytes(static_cast<std::uint32_t>(written.size()), 2);
        for (entry& each : written) {
            out_ += order_.bytes(each.tag, 2) + order_.bytes(each.type, 2) +
                    order_.bytes(each.count, 4);
            if (each.value.size() > 4) {
                out_ += order_.bytes(static_cast<std::uint32_t>(value_offset + values.size()), 4);
                each.value.resize(padded(each.value.size()));
                values += each.value;
            } else {
                each.value.resize(4);
                out_ += each.value;
            }
        }
        out_ += order_.bytes(0, 4) + values; // no next directory
    }

    std::string take() { return std::move(out_); }

  private:
    static std::size_t padded(std::size_t size) { return size + size % 2; }

    byte_order order_;
    std::string out_;
};

entry pointer_to(std::uint16_t name, std::size_t offset, const byte_order& order) {
    return {name, type_long, 1, order.bytes(static_cast<std::uint32_t>(offset), 4)};
}

void set_number(directory& in, std::uint16_t name, std::uint16_t type, std::uint32_t value,
                const byte_order& order) {
    for (entry& each : in)
        if (each.tag == name)
            each = {name, type, 1, order.bytes(value, type_bytes[type])};
}

bool is_described(const entry& each) {
    return std::find(described.begin(), described.end(), each.tag) != described.end();
}

bool is_standard(const entry& each) {
    return each.tag >= exif_tag_least && each.tag <= exif_tag_most && each.tag != maker_note &&
           each.tag != interoperability_directory;
}

std::string written_anew(std::string_view tiff, image_size size) {
    tiff_reader in(tiff);
    const byte_order& order = in.order();
    directory main = in.first();
    directory exif = in.below(main, exif_directory);
    const directory gps = in.below(main, gps_directory);
    const directory interoperability = in.below(exif, interoperability_directory);
    std::erase_if(main, [](const entry& each) { return !is_described(each); });
    std::erase_if(exif, [](const entry& each) { return !is_standard(each); });
    set_number(main, orientation, type_short, 1, order);
    set_number(exif, width_in_pixels, type_long, static_cast<std::uint32_t>(size.width), order);
    set_number(exif, height_in_pixels, type_long, static_cast<std::uint32_t>(size.height), order);

    tiff_writer out(order, tiff.starts_with("MM"));
    // Pointers take 12 bytes each, whatever they point to.
    const std::size_t after_main = out.next_offset() + tiff_writer::size_of(main) +
                                   12 * ((exif.empty() ? 0U : 1U) + (gps.empty() ? 0U : 1U));
    const std::size_t after_exif =
        after_main + (exif.empty() ? 0U
                                   : tiff_writer::size_of(exif) +
                                         (interoperability.empty() ? 0U : std::size_t{12}));
    if (!exif.empty())
        main.push_back(pointer_to(exif_directory, after_main, order));
    if (!gps.empty())
        main.push_back(pointer_to(gps_directory, after_exif, order));
    if (!exif.empty() && !interoperability.empty())
        exif.push_back(pointer_to(interoperability_directory,
                                  after_exif + (gps.empty() ? 0U : tiff_writer::size_of(gps)),
                                  order));
    const bool has_interoperability = !exif.empty() && !interoperability.empty();
    out.add(std::move(main));
    if (!exif.empty())
        out.add(std::move(exif));
    if (!gps.empty())
        out.add(gps);
    if (has_interoperability)
        out.add(interoperability);
    return out.take();
}

} // namespace

int exif_orientation(std::string_view tiff) {
    try {
        tiff_reader in(tiff);
        for (const entry& each : in.first())
            if (each.tag == orientation && each.type == type_short && each.count == 1) {
                const std::uint32_t stored = in.order().number(each.value);
                return stored >= 1 && stored <= 8 ? static_cast<int>(stored) : 1;
            }
    } catch (const unreadable&) {
    }
    return 1;
}

std::string exif_of_upright(std::string_view tiff, image_size size) {
    try {
        return written_anew(tiff, size);
    } catch (const unreadable&) {
        return {};
    }
}

} // namespace perdure::inpaint
