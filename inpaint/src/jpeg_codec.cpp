// SPDX-License-Identifier: Apache-2.0
// JPEG through libjpeg-turbo. Errors arrive by longjmp, as in png_codec.cpp: functions that call
// setjmp hold only plain values.
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include <jpeglib.h>

#include <jerror.h>

#include "codecs.hpp"
#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

namespace {

// A progressive file has about ten. Each may be a few bytes and is decoded over the whole picture.
constexpr int scans_max = 100;
constexpr std::string_view exif_mark("Exif\0\0", 6);
constexpr std::size_t marker_bytes_max = 65533;

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
    ~jpeg_reader() {
        jpeg_destroy_decompress(&codec_);
        std::free(profile_);
    }
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
        jpeg_save_markers(&codec_, JPEG_APP0 + 1, 0xffff); // EXIF
        jpeg_save_markers(&codec_, JPEG_APP0 + 2, 0xffff); // profile
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

    // Before the pixels are read. False leaves what was found until then.
    bool read_details(picture_details& found) {
        found.is_grey = codec_.jpeg_color_space == JCS_GRAYSCALE;
        for (const jpeg_marker_struct* each = codec_.marker_list; each != nullptr;
             each = each->next) {
            const std::string_view data(reinterpret_cast<const char*>(each->data),
                                        each->data_length);
            if (each->marker == JPEG_APP0 + 1 && data.starts_with(exif_mark) && found.exif.empty())
                found.exif = data.substr(exif_mark.size());
        }
        if (!join_profile())
            return false;
        if (profile_ != nullptr)
            found.icc_profile.assign(reinterpret_cast<const char*>(profile_), profile_size_);
        return true;
    }

    unsigned width() const { return codec_.image_width; }
    unsigned height() const { return codec_.image_height; }
    const char* message() const { return handler_.message; }

  private:
    // A profile comes in numbered parts.
    bool join_profile() {
        if (setjmp(handler_.target) != 0)
            return false;
        jpeg_read_icc_profile(&codec_, &profile_, &profile_size_);
        return true;
    }

    std::string_view bytes_;
    error_handler handler_{};
    jpeg_progress_mgr progress_{};
    jpeg_decompress_struct codec_{};
    JOCTET* profile_ = nullptr;
    unsigned profile_size_ = 0;
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

    bool write(const photo_view& picture, int quality, std::uint8_t* grey_row) {
        if (setjmp(handler_.target) != 0)
            return false;
        const image_view& pixels = picture.pixels;
        jpeg_create_compress(&codec_);
        jpeg_mem_dest(&codec_, &out_, &out_size_);
        codec_.image_width = static_cast<JDIMENSION>(pixels.size.width);
        codec_.image_height = static_cast<JDIMENSION>(pixels.size.height);
        codec_.input_components = picture.is_grey ? 1 : 3;
        codec_.in_color_space = picture.is_grey ? JCS_GRAYSCALE : JCS_RGB;
        jpeg_set_defaults(&codec_);
        jpeg_set_quality(&codec_, quality, TRUE);
        codec_.comp_info[0].h_samp_factor = 1; // no chroma subsampling
        codec_.comp_info[0].v_samp_factor = 1;
        codec_.dct_method = JDCT_ISLOW;
        jpeg_start_compress(&codec_, TRUE);
        write_details(picture);
        const auto width = static_cast<std::size_t>(pixels.size.width);
        while (codec_.next_scanline < codec_.image_height) {
            const std::uint8_t* rgb = pixels.rgb.data() + codec_.next_scanline * width * 3;
            for (std::size_t x = 0; picture.is_grey && x < width; ++x)
                grey_row[x] = rgb[3 * x];
            auto* row = picture.is_grey ? grey_row : const_cast<JSAMPROW>(rgb);
            jpeg_write_scanlines(&codec_, &row, 1);
        }
        jpeg_finish_compress(&codec_);
        return true;
    }

    std::string_view bytes() const { return {reinterpret_cast<const char*>(out_), out_size_}; }
    const char* message() const { return handler_.message; }

  private:
    // Runs under the setjmp of write().
    void write_details(const photo_view& picture) {
        const std::string_view exif = picture.details.exif;
        if (!exif.empty() && exif.size() + exif_mark.size() <= marker_bytes_max) {
            const auto size = static_cast<unsigned>(exif.size() + exif_mark.size());
            jpeg_write_m_header(&codec_, JPEG_APP0 + 1, size);
            for (const std::string_view part : {exif_mark, exif})
                for (const char byte : part)
                    jpeg_write_m_byte(&codec_, static_cast<unsigned char>(byte));
        }
        const std::string_view profile = picture.profile();
        // One byte counts the parts.
        if (!profile.empty() && profile.size() < 255 * (marker_bytes_max - 14))
            jpeg_write_icc_profile(&codec_, reinterpret_cast<const JOCTET*>(profile.data()),
                                   static_cast<unsigned>(profile.size()));
    }

    error_handler handler_{};
    jpeg_compress_struct codec_{};
    unsigned char* out_ = nullptr;
    unsigned long out_size_ = 0;
};

} // namespace

bool is_jpeg(std::string_view bytes) {
    return bytes.starts_with("\xff\xd8\xff");
}

photo decode_jpeg(std::string_view bytes, std::string_view name, const image_limits& limits) {
    jpeg_reader reader(bytes);
    const auto require = [&](bool is_good) {
        if (!is_good)
            throw image_error(std::string(name) + " is not a whole RGB or grey JPEG (" +
                              reader.message() + "); export it again");
    };
    require(reader.read_header());
    require_within_limits(reader.width(), reader.height(), name, limits);
    photo decoded;
    decoded.pixels = image(static_cast<int>(reader.width()), static_cast<int>(reader.height()));
    require(reader.read_details(decoded.details));
    require(reader.read_pixels(decoded.pixels.rgb.data()));
    return decoded;
}

std::string encode_jpeg(const photo_view& picture, int quality) {
    std::vector<std::uint8_t> grey_row(static_cast<std::size_t>(picture.pixels.size.width));
    jpeg_writer writer;
    if (!writer.write(picture, quality, grey_row.data()))
        throw image_error(std::string("the picture cannot be written as JPEG (") +
                          writer.message() + "); try PNG");
    return std::string(writer.bytes());
}

} // namespace perdure::inpaint
