// SPDX-License-Identifier: Apache-2.0
// PNG through libpng, but for the pixels that are written (png_rows.cpp). libpng reports errors by
// longjmp, which must not skip destructors: every function that calls setjmp holds only plain
// values, its buffers belong to the caller's object.
#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <optional>
#include <vector>

#include <png.h>

#include "codecs.hpp"
#include "perdure/inpaint/error.hpp"
#include "png_rows.hpp"

namespace perdure::inpaint {

namespace {

void remember_error(png_structp png, png_const_charp message) {
    static_cast<std::string*>(png_get_error_ptr(png))->assign(message);
    png_longjmp(png, 1);
}

void ignore_warning(png_structp, png_const_charp) {}

class png_reader {
  public:
    explicit png_reader(std::string_view bytes) : left_(bytes) {
        png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &message_, remember_error,
                                      ignore_warning);
        info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    }
    ~png_reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
    png_reader(const png_reader&) = delete;
    png_reader& operator=(const png_reader&) = delete;

    bool read_header() {
        if (info_ == nullptr || setjmp(png_jmpbuf(png_)) != 0)
            return false;
        png_set_read_fn(png_, this, read_some);
        png_set_user_limits(png_, image_size::side_max, image_size::side_max);
        // Texts would be unpacked, at a thousand times their size, before anybody knows how large
        // the picture is. Of a profile libpng looks at the first bytes before it unpacks the rest.
        png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
        static constexpr png_byte read_too[] = "iCCP\0gAMA\0sRGB";
        png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_AS_DEFAULT, read_too, 3);
        png_read_info(png_, info_);
        return true;
    }

    png_uint_32 width() const { return png_get_image_width(png_, info_); }
    png_uint_32 height() const { return png_get_image_height(png_, info_); }

    bool is_interlaced() const { return png_get_interlace_type(png_, info_) != PNG_INTERLACE_NONE; }

    // Brings every kind of PNG to colours (or grey, if it is and that is wanted) and perhaps alpha
    // of 8 or 16 bits, without touching gamma.
    bool prepare(bool keeps_grey = false) {
        if (setjmp(png_jmpbuf(png_)) != 0)
            return false;
        is_grey_ = (png_get_color_type(png_, info_) & PNG_COLOR_MASK_COLOR) == 0;
        png_set_expand(png_);
        if (!keeps_grey)
            png_set_gray_to_rgb(png_);
        png_set_interlace_handling(png_);
        png_read_update_info(png_, info_);
        return true;
    }

    std::size_t channels() const { return png_get_channels(png_, info_); }
    bool is_deep() const { return png_get_bit_depth(png_, info_) == 16; }

    bool read_rows(png_bytepp rows) {
        if (setjmp(png_jmpbuf(png_)) != 0)
            return false;
        png_read_image(png_, rows);
        png_read_end(png_, nullptr);
        return true;
    }

    bool read_row(png_bytep row) {
        if (setjmp(png_jmpbuf(png_)) != 0)
            return false;
        png_read_row(png_, row, nullptr);
        return true;
    }

    bool read_end() {
        if (setjmp(png_jmpbuf(png_)) != 0)
            return false;
        png_read_end(png_, nullptr);
        return true;
    }

    picture_details details() const {
        picture_details found;
        found.is_grey = is_grey_;
        png_charp name = nullptr;
        png_bytep bytes = nullptr;
        png_uint_32 size = 0;
        int compression = 0;
        if (png_get_iCCP(png_, info_, &name, &compression, &bytes, &size) != 0)
            found.icc_profile.assign(reinterpret_cast<const char*>(bytes), size);
        png_fixed_point gamma = 0;
        if (png_get_gAMA_fixed(png_, info_, &gamma) != 0 && gamma > 0)
            found.gamma = static_cast<std::uint32_t>(gamma);
        png_get_sRGB(png_, info_, &found.srgb_intent);
        return found;
    }

    const std::string& message() const { return message_; }

  private:
    static void read_some(png_structp png, png_bytep out, std::size_t size) {
        auto& self = *static_cast<png_reader*>(png_get_io_ptr(png));
        if (size > self.left_.size())
            png_error(png, "it ends too early");
        std::memcpy(out, self.left_.data(), size);
        self.left_.remove_prefix(size);
    }

    std::string_view left_;
    std::string message_;
    bool is_grey_ = false;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
};

class png_writer {
  public:
    png_writer() {
        png_ = png_create_write_struct(PNG_LIBPNG_VER_STRING, &message_, remember_error,
                                       ignore_warning);
        info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    }
    ~png_writer() { png_destroy_write_struct(&png_, &info_); }
    png_writer(const png_writer&) = delete;
    png_writer& operator=(const png_writer&) = delete;

    /// All that stands before the pixels.
    bool write_head(const photo_view& picture) {
        if (info_ == nullptr || setjmp(png_jmpbuf(png_)) != 0)
            return false;
        png_set_write_fn(png_, &out_, append, nullptr);
        // A profile that libpng does not like is then left out; the picture is not its fault.
        png_set_benign_errors(png_, 1);
        const image_size size = picture.pixels.size;
        const png_format format(picture);
        png_set_IHDR(png_, info_, static_cast<png_uint_32>(size.width),
                     static_cast<png_uint_32>(size.height), format.depth, format.colour_type,
                     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        set_details(picture);
        png_write_info(png_, info_);
        return true;
    }

    void write_pixels(const photo_view& picture, int threads) {
        append_image_data(out_, picture, threads);
    }

    bool write_end() {
        if (setjmp(png_jmpbuf(png_)) != 0)
            return false;
        static constexpr png_byte end[] = "IEND";
        png_write_chunk(png_, end, nullptr, 0);
        return true;
    }

    std::string take() { return std::move(out_); }
    const std::string& message() const { return message_; }

  private:
    static void append(png_structp png, png_bytep bytes, std::size_t size) {
        static_cast<std::string*>(png_get_io_ptr(png))
            ->append(reinterpret_cast<const char*>(bytes), size);
    }

    // Runs under the setjmp of write().
    void set_details(const photo_view& picture) {
        const picture_details& details = picture.details;
        const std::string_view profile = picture.profile();
        if (!profile.empty())
            png_set_iCCP(png_, info_, "ICC profile", PNG_COMPRESSION_TYPE_BASE,
                         reinterpret_cast<png_const_bytep>(profile.data()),
                         static_cast<png_uint_32>(profile.size()));
        else if (details.srgb_intent >= 0)
            png_set_sRGB(png_, info_, details.srgb_intent);
        else if (details.gamma > 0)
            png_set_gAMA_fixed(png_, info_, static_cast<png_fixed_point>(details.gamma));
        if (!details.exif.empty())
            png_set_eXIf_1(png_, info_, static_cast<png_uint_32>(details.exif.size()),
                           reinterpret_cast<png_bytep>(const_cast<char*>(details.exif.data())));
    }

    std::string out_;
    std::string message_;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
};

std::vector<png_bytep> rows_of(std::vector<std::uint8_t>& pixels, std::size_t row_bytes) {
    std::vector<png_bytep> rows;
    for (std::size_t start = 0; start < pixels.size(); start += row_bytes)
        rows.push_back(pixels.data() + start);
    return rows;
}

/// The content of the first eXIf chunk, which may stand behind the pixels. libpng would set aside
/// as much memory for it as it says to have, before it reads it.
std::string_view exif_chunk(std::string_view file) {
    constexpr std::size_t frame = 12; // size, kind and checksum
    file.remove_prefix(8);
    while (file.size() >= frame) {
        std::size_t size = 0;
        for (const char byte : file.substr(0, 4))
            size = (size << 8) | static_cast<std::uint8_t>(byte);
        if (size > file.size() - frame)
            return {};
        if (file.substr(4, 4) == "eXIf")
            return file.substr(8, size);
        file.remove_prefix(frame + size);
    }
    return {};
}

/// What is marked in a picture that comes row by row, as mask_from_image has it.
class area_reader {
  public:
    area_reader(std::size_t width, std::size_t height, std::size_t channels)
        : area_(static_cast<int>(width), static_cast<int>(height)), out_(area_.flags.begin()),
          channels_(channels), colours_(channels - (channels % 2 == 0 ? 1 : 0)) {}

    void add(const std::vector<std::uint8_t>& row) {
        // For all the compiler knows, what is written could be a member.
        const std::size_t channels = channels_;
        const std::size_t colours = colours_;
        bool has_transparency = false;
        auto out = out_;
        for (std::size_t at = 0; at < row.size(); at += channels) {
            std::uint8_t colour = 0;
            for (std::size_t i = 0; i < colours; ++i)
                colour |= row[at + i];
            const std::uint8_t alpha = row[at + channels - 1];
            const bool is_opaque = colours == channels || alpha == 255;
            has_transparency |= !is_opaque;
            *out++ = static_cast<std::uint8_t>((colour != 0 ? coloured : 0) |
                                               (is_opaque || alpha > 0 ? visible : 0));
        }
        out_ = out;
        has_transparency_ |= has_transparency;
    }

    mask take() {
        const unsigned marked = has_transparency_ ? visible : coloured;
        for (std::uint8_t& each : area_.flags)
            each = (each & marked) != 0 ? 1 : 0;
        return std::move(area_);
    }

  private:
    static constexpr unsigned coloured = 1, visible = 2;

    mask area_;
    std::vector<std::uint8_t>::iterator out_;
    std::size_t channels_;
    std::size_t colours_; // of the channels
    bool has_transparency_ = false;
};

void require_good(bool is_good, const png_reader& reader, std::string_view name) {
    if (!is_good)
        throw image_error(std::string(name) + " is not a whole PNG (" + reader.message() +
                          "); export it again");
}

/// Colours and alpha from interleaved bytes.
void split(image& picture, std::vector<std::uint8_t> samples, std::size_t channels) {
    if (channels == 3) {
        picture.rgb = std::move(samples);
        return;
    }
    const std::size_t count = picture.size.pixel_count();
    picture.rgb.resize(3 * count);
    picture.alpha.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::copy_n(samples.data() + 4 * i, 3, picture.rgb.data() + 3 * i);
        picture.alpha[i] = samples[4 * i + 3];
    }
}

std::vector<std::uint16_t> joined_bytes(const std::vector<std::uint8_t>& big_endian) {
    std::vector<std::uint16_t> joined(big_endian.size() / 2);
    for (std::size_t i = 0; i < joined.size(); ++i)
        joined[i] = static_cast<std::uint16_t>((big_endian[2 * i] << 8) | big_endian[2 * i + 1]);
    return joined;
}

std::vector<std::uint8_t> rounded_to_8_bits(const std::vector<std::uint16_t>& deep) {
    std::vector<std::uint8_t> rounded(deep.size());
    for (std::size_t i = 0; i < deep.size(); ++i)
        rounded[i] = static_cast<std::uint8_t>((deep[i] * 255U + 32895U) >> 16);
    return rounded;
}

} // namespace

bool is_png(std::string_view bytes) {
    return bytes.starts_with("\x89PNG\r\n\x1a\n");
}

photo decode_png(std::string_view bytes, std::string_view name, const image_limits& limits) {
    png_reader reader(bytes);
    const auto require = [&](bool is_good) { require_good(is_good, reader, name); };
    require(reader.read_header());
    require_within_limits(reader.width(), reader.height(), name, limits);
    require(reader.prepare());
    photo decoded;
    decoded.pixels.size = {static_cast<int>(reader.width()), static_cast<int>(reader.height())};
    const std::size_t channels = reader.channels();
    const std::size_t row_bytes = reader.width() * channels * (reader.is_deep() ? 2 : 1);
    std::vector<std::uint8_t> samples(reader.height() * row_bytes);
    std::vector<png_bytep> rows = rows_of(samples, row_bytes);
    require(reader.read_rows(rows.data()));
    decoded.details = reader.details();
    decoded.details.exif = exif_chunk(bytes);
    if (reader.is_deep()) {
        decoded.deep = joined_bytes(samples);
        samples = rounded_to_8_bits(decoded.deep);
    }
    split(decoded.pixels, std::move(samples), channels);
    return decoded;
}

std::optional<mask> decode_plain_png_mask(std::string_view bytes, std::string_view name,
                                          const image_limits& limits) {
    png_reader reader(bytes);
    require_good(reader.read_header(), reader, name);
    require_within_limits(reader.width(), reader.height(), name, limits);
    require_good(reader.prepare(true), reader, name);
    if (reader.is_interlaced() || reader.is_deep() || !exif_chunk(bytes).empty())
        return std::nullopt;
    const std::size_t width = reader.width();
    const std::size_t channels = reader.channels();
    area_reader area(width, reader.height(), channels);
    std::vector<std::uint8_t> row(width * channels);
    for (std::size_t y = 0; y < reader.height(); ++y) {
        require_good(reader.read_row(row.data()), reader, name);
        area.add(row);
    }
    require_good(reader.read_end(), reader, name);
    return area.take();
}

std::string encode_png(const photo_view& picture, int threads) {
    png_writer writer;
    const auto require = [&](bool is_good) {
        if (!is_good)
            throw image_error("the picture cannot be written as PNG (" + writer.message() +
                              "); try JPEG");
    };
    require(writer.write_head(picture));
    writer.write_pixels(picture, threads);
    require(writer.write_end());
    return writer.take();
}

} // namespace perdure::inpaint
