// SPDX-License-Identifier: Apache-2.0
// JPEG through libjpeg-turbo. Errors arrive by longjmp, as in png_codec.cpp: functions that call
// setjmp hold only plain values.
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <jpeglib.h>

#include <jerror.h>

#include "codecs.hpp"
#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

namespace {

// A progressive file has about ten. Each may be a few bytes and is decoded over the whole picture.
constexpr int scans_max = 100;
// Above this, more bytes buy nothing that can be seen.
constexpr int quality = 95;

struct error_handler {
    jpeg_error_mgr base; // first, so that a pointer to it is a pointer to the whole
    std::jmp_buf target;
    char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void leave(j_common_ptr codec) {
    auto* handler = reinterpret_cast<error_handler*>(codec->err);
    codec->err->format_message(codec, handler->message);
    std::longjmp(handler->target, 1);
}

// libjpeg paints the missing rest of a cut file grey and only warns; that is an error here.
void leave_when_cut(j_common_ptr codec, int message_level) {
    const int code = codec->err->msg_code;
    const bool is_cut = code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER;
    if (message_level < 0 && (is_cut || code == JWRN_HUFF_BAD_CODE))
        leave(codec);
}

void leave_when_endless(j_common_ptr codec) {
    if (reinterpret_cast<j_decompress_ptr>(codec)->input_scan_number <= scans_max)
        return;
    auto* handler = reinterpret_cast<error_handler*>(codec->err);
    std::strcpy(handler->message, "it has too many scans");
    std::longjmp(handler->target, 1);
}

void install(error_handler& handler) {
    jpeg_std_error(&handler.base);
    handler.base.error_exit = leave;
    handler.base.emit_message = leave_when_cut;
    handler.message[0] = '\0';
}

class jpeg_reader {
  public:
    explicit jpeg_reader(std::string_view bytes) : bytes_(bytes) {
        install(handler_);
        codec_.err = &handler_.base;
    }
    ~jpeg_reader() { jpeg_destroy_decompress(&codec_); }
    jpeg_reader(const jpeg_reader&) = delete;
    jpeg_reader& operator=(const jpeg_reader&) = delete;

    bool read_header() {
        if (setjmp(handler_.target) != 0)
            return false;
        jpeg_create_decompress(&codec_);
        progress_.progress_monitor = leave_when_endless;
        codec_.progress = &progress_;
        jpeg_mem_src(&codec_, reinterpret_cast<const unsigned char*>(bytes_.data()),
                     static_cast<unsigned long>(bytes_.size()));
        jpeg_read_header(&codec_, TRUE);
        return true;
    }

    bool read_pixels(std::uint8_t* out) {
        if (setjmp(handler_.target) != 0)
            return false;
        codec_.out_color_space = JCS_RGB;
        codec_.dct_method = JDCT_ISLOW;
        jpeg_start_decompress(&codec_);
        const std::size_t row_bytes = std::size_t{codec_.output_width} * 3;
        while (codec_.output_scanline < codec_.output_height) {
            JSAMPROW row = out + std::size_t{codec_.output_scanline} * row_bytes;
            jpeg_read_scanlines(&codec_, &row, 1);
        }
        jpeg_finish_decompress(&codec_);
        return true;
    }

    unsigned width() const { return codec_.image_width; }
    unsigned height() const { return codec_.image_height; }
    const char* message() const { return handler_.message; }

  private:
    std::string_view bytes_;
    error_handler handler_{};
    jpeg_progress_mgr progress_{};
    jpeg_decompress_struct codec_{};
};

class jpeg_writer {
  public:
    jpeg_writer() {
        install(handler_);
        codec_.err = &handler_.base;
    }
    ~jpeg_writer() {
        jpeg_destroy_compress(&codec_);
        std::free(out_);
    }
    jpeg_writer(const jpeg_writer&) = delete;
    jpeg_writer& operator=(const jpeg_writer&) = delete;

    bool write(image_size size, const std::uint8_t* rgb) {
        if (setjmp(handler_.target) != 0)
            return false;
        jpeg_create_compress(&codec_);
        jpeg_mem_dest(&codec_, &out_, &out_size_);
        codec_.image_width = static_cast<JDIMENSION>(size.width);
        codec_.image_height = static_cast<JDIMENSION>(size.height);
        codec_.input_components = 3;
        codec_.in_color_space = JCS_RGB;
        jpeg_set_defaults(&codec_);
        jpeg_set_quality(&codec_, quality, TRUE);
        codec_.comp_info[0].h_samp_factor = 1; // no chroma subsampling
        codec_.comp_info[0].v_samp_factor = 1;
        codec_.dct_method = JDCT_ISLOW;
        jpeg_start_compress(&codec_, TRUE);
        const std::size_t row_bytes = static_cast<std::size_t>(size.width) * 3;
        while (codec_.next_scanline < codec_.image_height) {
            auto* row = const_cast<JSAMPROW>(rgb + codec_.next_scanline * row_bytes);
            jpeg_write_scanlines(&codec_, &row, 1);
        }
        jpeg_finish_compress(&codec_);
        return true;
    }

    std::string_view bytes() const { return {reinterpret_cast<const char*>(out_), out_size_}; }
    const char* message() const { return handler_.message; }

  private:
    error_handler handler_{};
    jpeg_compress_struct codec_{};
    unsigned char* out_ = nullptr;
    unsigned long out_size_ = 0;
};

} // namespace

bool is_jpeg(std::string_view bytes) {
    return bytes.starts_with("\xff\xd8\xff");
}

image decode_jpeg(std::string_view bytes, std::string_view name, const image_limits& limits) {
    jpeg_reader reader(bytes);
    const auto require = [&](bool is_good) {
        if (!is_good)
            throw image_error(std::string(name) + " is not a whole RGB or grey JPEG (" +
                              reader.message() + "); export it again");
    };
    require(reader.read_header());
    require_within_limits(reader.width(), reader.height(), name, limits);
    image picture(static_cast<int>(reader.width()), static_cast<int>(reader.height()));
    require(reader.read_pixels(picture.rgb.data()));
    return picture;
}

std::string encode_jpeg(const image& picture) {
    jpeg_writer writer;
    if (!writer.write(picture.size, picture.rgb.data()))
        throw image_error(std::string("the picture cannot be written as JPEG (") +
                          writer.message() + "); try PNG");
    return std::string(writer.bytes());
}

} // namespace perdure::inpaint
