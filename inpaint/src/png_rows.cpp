// SPDX-License-Identifier: Apache-2.0
// One zlib stream whose parts are made apart: a band ends on a whole byte, and nothing in it refers
// to what is before it. Each band is a chunk; the stream's checksum is put together at the end.
#include "png_rows.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <zlib.h>

#include "perdure/inpaint/workers.hpp"

namespace perdure::inpaint {

namespace {

// Enough work to hand out, and a few dozen bytes more of file for each.
constexpr std::size_t band_bytes = std::size_t{1} << 18;
// So many a thread are held apart from the file.
constexpr std::size_t bands_at_once = 4;
// A photograph hardly repeats itself byte for byte. To look for runs only takes less time, and
// makes a file of nearly the size that zlib's search for repeats makes.
constexpr int compression_strategy = Z_RLE;

using row_bytes = std::vector<std::uint8_t>;

/// The samples of one row, as a PNG holds them.
class row_packer {
  public:
    explicit row_packer(const photo_view& picture)
        : picture_(picture), format_(picture),
          width_(static_cast<std::size_t>(picture.pixels.size.width)) {}

    std::size_t pixel_bytes() const {
        return format_.channels() * static_cast<std::size_t>(format_.depth) / 8;
    }
    std::size_t size() const { return width_ * pixel_bytes(); }

    /// Row y in `room`, or where it is if the picture holds it so.
    const std::uint8_t* pack(int y, row_bytes& room) const {
        const std::size_t first = static_cast<std::size_t>(y) * width_;
        if (format_.depth == 8 && format_.channels() == 3)
            return picture_.pixels.rgb.data() + 3 * first;
        std::uint8_t* out = room.data();
        for (std::size_t i = first; i < first + width_; ++i)
            for (const std::size_t channel : {0U, 1U, 2U, 3U})
                if (is_written(channel))
                    out = put(out, i, channel);
        return room.data();
    }

  private:
    bool is_written(std::size_t channel) const {
        return channel == 3 ? format_.has_alpha : channel == 0 || !picture_.is_grey;
    }

    std::uint8_t* put(std::uint8_t* out, std::size_t pixel, std::size_t channel) const {
        if (picture_.deep.empty()) {
            *out++ = channel == 3 ? picture_.pixels.alpha[pixel]
                                  : picture_.pixels.rgb[3 * pixel + channel];
            return out;
        }
        const std::uint16_t value = picture_.deep[(format_.has_alpha ? 4 : 3) * pixel + channel];
        *out++ = static_cast<std::uint8_t>(value >> 8);
        *out++ = static_cast<std::uint8_t>(value & 0xff);
        return out;
    }

    const photo_view& picture_;
    const png_format format_;
    const std::size_t width_;
};

std::uint8_t paeth(std::uint8_t left, std::uint8_t above, std::uint8_t corner) {
    const auto a = static_cast<std::int16_t>(above - corner);
    const auto b = static_cast<std::int16_t>(left - corner);
    const auto from_left = static_cast<std::int16_t>(std::abs(a));
    const auto from_above = static_cast<std::int16_t>(std::abs(b));
    const auto from_corner = static_cast<std::int16_t>(std::abs(a + b));
    const std::uint8_t other = from_above <= from_corner ? above : corner;
    return from_left <= from_above && from_left <= from_corner ? left : other;
}

/// A row as differences to what is beside and above it, of the kind that comes out smallest. The
/// kinds that PNG has besides take time, and hardly a row of a photograph is smaller for them.
class row_filter {
  public:
    row_filter(std::size_t size, std::size_t pixel_bytes)
        : size_(size), step_(pixel_bytes), blank_(size) {
        for (row_bytes& each : kinds_)
            each.resize(size + 1);
        kinds_[0][0] = 1;
        kinds_[1][0] = 2;
        kinds_[2][0] = 4;
    }

    /// Its kind, then its bytes; until the next call. Above the first row is none.
    const row_bytes& apply(const std::uint8_t* row, const std::uint8_t* above) {
        if (above == nullptr)
            above = blank_.data();
        std::uint8_t* left = kinds_[0].data() + 1;
        std::uint8_t* up = kinds_[1].data() + 1;
        std::uint8_t* both = kinds_[2].data() + 1;
        for (std::size_t i = 0; i < step_; ++i) {
            left[i] = row[i];
            up[i] = both[i] = static_cast<std::uint8_t>(row[i] - above[i]);
        }
        for (std::size_t i = step_; i < size_; ++i)
            left[i] = static_cast<std::uint8_t>(row[i] - row[i - step_]);
        for (std::size_t i = step_; i < size_; ++i)
            up[i] = static_cast<std::uint8_t>(row[i] - above[i]);
        for (std::size_t i = step_; i < size_; ++i)
            both[i] = static_cast<std::uint8_t>(row[i] -
                                                paeth(row[i - step_], above[i], above[i - step_]));
        return *std::ranges::min_element(kinds_, {}, weight);
    }

  private:
    static std::uint64_t weight(const row_bytes& filtered) {
        std::uint64_t sum = 0;
        constexpr std::size_t part = 256; // of which the sum fits 16 bits
        for (std::size_t first = 1; first < filtered.size(); first += part) {
            const std::size_t last = std::min(first + part, filtered.size());
            std::uint16_t of_part = 0;
            for (std::size_t i = first; i < last; ++i)
                of_part = static_cast<std::uint16_t>(
                    of_part +
                    std::min<std::uint8_t>(filtered[i], static_cast<std::uint8_t>(-filtered[i])));
            sum += of_part;
        }
        return sum;
    }

    const std::size_t size_;
    const std::size_t step_;
    const row_bytes blank_;
    std::array<row_bytes, 3> kinds_; // to the left, above, the better of these and their corner
};

class deflater {
  public:
    explicit deflater(std::size_t expected) : out_(expected + expected / 64 + 256, '\0') {
        constexpr int no_header = -MAX_WBITS;
        constexpr int usual_memory = 8;
        if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, no_header, usual_memory,
                         compression_strategy) != Z_OK)
            throw std::bad_alloc();
    }
    ~deflater() { deflateEnd(&stream_); }
    deflater(const deflater&) = delete;
    deflater& operator=(const deflater&) = delete;

    void add(const row_bytes& bytes) {
        stream_.next_in = const_cast<std::uint8_t*>(bytes.data());
        stream_.avail_in = static_cast<uInt>(bytes.size());
        run(Z_NO_FLUSH);
    }

    /// All of it; the last band ends the stream.
    std::string finish(bool is_last) {
        run(is_last ? Z_FINISH : Z_SYNC_FLUSH);
        return out_.substr(0, done_); // Without room to spare: many bands are held at once.
    }

  private:
    void run(int flush) {
        do {
            if (out_.size() - done_ < 64)
                out_.resize(2 * out_.size());
            stream_.next_out = reinterpret_cast<Bytef*>(out_.data()) + done_;
            stream_.avail_out = static_cast<uInt>(out_.size() - done_);
            deflate(&stream_, flush);
            done_ = out_.size() - stream_.avail_out;
        } while (stream_.avail_out == 0);
    }

    z_stream stream_{};
    std::string out_;
    std::size_t done_ = 0;
};

/// Rows [begin, end), compressed.
struct band {
    int begin = 0;
    int end = 0;
    std::string compressed;
    std::uint32_t checksum = 1; // Adler-32 of what was compressed
    std::uint32_t size = 0;
};

void compress(band& made, const photo_view& picture) {
    const row_packer rows(picture);
    row_filter filter(rows.size(), rows.pixel_bytes());
    row_bytes room(rows.size());
    row_bytes room_above(rows.size());
    const std::uint8_t* above = made.begin == 0 ? nullptr : rows.pack(made.begin - 1, room_above);
    made.size = static_cast<std::uint32_t>((rows.size() + 1) *
                                           static_cast<std::size_t>(made.end - made.begin));
    deflater out(made.size);
    for (int y = made.begin; y < made.end; ++y) {
        const std::uint8_t* row = rows.pack(y, room);
        const row_bytes& filtered = filter.apply(row, above);
        made.checksum = static_cast<std::uint32_t>(
            adler32(made.checksum, filtered.data(), static_cast<uInt>(filtered.size())));
        out.add(filtered);
        above = row;
        room.swap(room_above);
    }
    made.compressed = out.finish(made.end == picture.pixels.size.height);
}

void append_number(std::string& out, std::uint32_t value) {
    for (const int shift : {24, 16, 8, 0})
        out.push_back(static_cast<char>((value >> shift) & 0xff));
}

void append_chunk(std::string& out, std::string_view content) {
    append_number(out, static_cast<std::uint32_t>(content.size()));
    const std::size_t checked_from = out.size();
    out.append("IDAT").append(content);
    append_number(out, static_cast<std::uint32_t>(
                           crc32(0, reinterpret_cast<const Bytef*>(out.data()) + checked_from,
                                 static_cast<uInt>(out.size() - checked_from))));
}

std::vector<band> bands_of(const photo_view& picture) {
    const std::size_t row = row_packer(picture).size();
    const int rows = static_cast<int>(std::max<std::size_t>(1, band_bytes / row));
    const int height = picture.pixels.size.height;
    std::vector<band> bands;
    for (int y = 0; y < height; y += rows)
        bands.push_back({y, std::min(y + rows, height), {}, 1, 0});
    return bands;
}

} // namespace

png_format::png_format(const photo_view& picture)
    : has_alpha(!picture.pixels.alpha.empty()), depth(picture.deep.empty() ? 8 : 16),
      colour_type((picture.is_grey ? 0 : 2) | (has_alpha ? 4 : 0)) {}

std::size_t png_format::channels() const {
    return ((colour_type & 2) != 0 ? 3 : 1) + (has_alpha ? 1 : 0);
}

void append_image_data(std::string& out, const photo_view& picture, int threads) {
    std::vector<band> bands = bands_of(picture);
    // More than most pictures need. What is not written to costs nothing; to grow step by step
    // would, since it takes a copy.
    const std::size_t row = row_packer(picture).size() + 1;
    out.reserve(out.size() + row * static_cast<std::size_t>(picture.pixels.size.height));
    append_chunk(out, "\x78\x01"); // zlib's header
    std::uint32_t checksum = 1;
    const std::size_t at_once = bands_at_once * static_cast<std::size_t>(std::max(1, threads));
    for (std::size_t first = 0; first < bands.size(); first += at_once) {
        const auto some = std::span(bands).subspan(first, std::min(at_once, bands.size() - first));
        run_parallel(threads, static_cast<int>(some.size()),
                     [&](int index) { compress(some[static_cast<std::size_t>(index)], picture); });
        for (band& each : some) {
            append_chunk(out, each.compressed);
            each.compressed = std::string();
            checksum =
                static_cast<std::uint32_t>(adler32_combine(checksum, each.checksum, each.size));
        }
    }
    std::string end;
    append_number(end, checksum);
    append_chunk(out, end);
}

} // namespace perdure::inpaint
