// SPDX-License-Identifier: Apache-2.0
// PNG through libpng. libpng reports errors by longjmp, which must not skip destructors: every
// function that calls setjmp holds only plain values, its buffers belong to the caller's object.
#include <algorithm>
#include <csetjmp>
#include <cstring>

#include <png.h>

#include "codecs.hpp"
#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

namespace {

// Of zlib's nine: half the time of the default for a few percent more bytes.
constexpr int compression_level = 4;

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
        // Nothing but pixels, palette and transparency: texts and profiles would be unpacked, at a
        // thousand times their size, before anybody knows how large the picture is.
        png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
        png_read_info(png_, info_);
        return true;
    }

    png_uint_32 width() const { return png_get_image_width(png_, info_); }
    png_uint_32 height() const { return png_get_image_height(png_, info_); }

    // Brings every kind of PNG to 8-bit RGB or RGBA, without touching gamma.
    bool prepare() {
        if (setjmp(png_jmpbuf(png_)) != 0)
            return false;
        png_set_expand(png_);
        png_set_scale_16(png_);
        png_set_gray_to_rgb(png_);
        png_set_interlace_handling(png_);
        png_read_update_info(png_, info_);
        return true;
    }

    std::size_t channels() const { return png_get_channels(png_, info_); }

    bool read_rows(png_bytepp rows) {
        if (setjmp(png_jmpbuf(png_)) != 0)
            return false;
        png_read_image(png_, rows);
        png_read_end(png_, nullptr);
        return true;
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

    bool write(image_size size, bool has_alpha, png_bytepp rows) {
        if (info_ == nullptr || setjmp(png_jmpbuf(png_)) != 0)
            return false;
        png_set_write_fn(png_, &out_, append, nullptr);
        png_set_IHDR(png_, info_, static_cast<png_uint_32>(size.width),
                     static_cast<png_uint_32>(size.height), 8,
                     has_alpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        png_set_compression_level(png_, compression_level);
        png_write_info(png_, info_);
        png_write_image(png_, rows);
        png_write_end(png_, nullptr);
        return true;
    }

    std::string take() { return std::move(out_); }
    const std::string& message() const { return message_; }

  private:
    static void append(png_structp png, png_bytep bytes, std::size_t size) {
        static_cast<std::string*>(png_get_io_ptr(png))
            ->append(reinterpret_cast<const char*>(bytes), size);
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

image split_alpha(image_size size, const std::vector<std::uint8_t>& rgba) {
    image picture(size.width, size.height);
    picture.alpha.resize(size.pixel_count());
    for (std::size_t i = 0; i < picture.alpha.size(); ++i) {
        std::copy_n(rgba.data() + 4 * i, 3, picture.rgb.data() + 3 * i);
        picture.alpha[i] = rgba[4 * i + 3];
    }
    return picture;
}

std::vector<std::uint8_t> join_alpha(const image& picture) {
    std::vector<std::uint8_t> rgba(picture.size.pixel_count() * 4);
    for (std::size_t i = 0; i < picture.alpha.size(); ++i) {
        std::copy_n(picture.rgb.data() + 3 * i, 3, rgba.data() + 4 * i);
        rgba[4 * i + 3] = picture.alpha[i];
    }
    return rgba;
}

} // namespace

bool is_png(std::string_view bytes) {
    return bytes.starts_with("\x89PNG\r\n\x1a\n");
}

image decode_png(std::string_view bytes, std::string_view name, const image_limits& limits) {
    png_reader reader(bytes);
    const auto require = [&](bool is_good) {
        if (!is_good)
            throw image_error(std::string(name) + " is not a whole PNG (" + reader.message() +
                              "); export it again");
    };
    require(reader.read_header());
    require_within_limits(reader.width(), reader.height(), name, limits);
    require(reader.prepare());
    const image_size size{static_cast<int>(reader.width()), static_cast<int>(reader.height())};
    const std::size_t channels = reader.channels();
    std::vector<std::uint8_t> pixels(size.pixel_count() * channels);
    std::vector<png_bytep> rows = rows_of(pixels, static_cast<std::size_t>(size.width) * channels);
    require(reader.read_rows(rows.data()));
    if (channels == 4)
        return split_alpha(size, pixels);
    image picture;
    picture.size = size;
    picture.rgb = std::move(pixels);
    return picture;
}

std::string encode_png(const image& picture) {
    const bool has_alpha = !picture.alpha.empty();
    std::vector<std::uint8_t> pixels = has_alpha ? join_alpha(picture) : picture.rgb;
    const std::size_t row_bytes =
        static_cast<std::size_t>(picture.size.width) * (has_alpha ? 4U : 3U);
    std::vector<png_bytep> rows = rows_of(pixels, row_bytes);
    png_writer writer;
    if (!writer.write(picture.size, has_alpha, rows.data()))
        throw image_error("the picture cannot be written as PNG (" + writer.message() +
                          "); try JPEG");
    return writer.take();
}

} // namespace perdure::inpaint
