// SPDX-License-Identifier: Apache-2.0
// WebP through libwebp. Read: lossy and lossless, with alpha, still pictures only. Written:
// lossless, so that what was not marked stays as it was; in the extended form when there are
// details.
#include <algorithm>
#include <memory>

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include "codecs.hpp"
#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

namespace {

// Of libwebp's ten for lossless: the time of a PNG, and smaller.
constexpr int effort = 1;

const std::uint8_t* octets(std::string_view bytes) {
    return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

WebPData data_of(std::string_view bytes) {
    return {octets(bytes), bytes.size()};
}

std::uint64_t little_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = (value << 8) | static_cast<std::uint8_t>(bytes[i]);
    return value;
}

std::string chunk_of(WebPDemuxer* file, const char* name) {
    WebPChunkIterator at{};
    std::string found;
    if (WebPDemuxGetChunk(file, name, 1, &at) != 0)
        found.assign(reinterpret_cast<const char*>(at.chunk.bytes), at.chunk.size);
    WebPDemuxReleaseChunkIterator(&at);
    return found;
}

picture_details details_of(std::string_view bytes) {
    const WebPData data = data_of(bytes);
    const std::unique_ptr<WebPDemuxer, void (*)(WebPDemuxer*)> file(WebPDemux(&data),
                                                                    WebPDemuxDelete);
    picture_details found;
    if (file == nullptr)
        return found;
    found.icc_profile = chunk_of(file.get(), "ICCP");
    found.exif = chunk_of(file.get(), "EXIF");
    // Some write it as a JPEG does.
    constexpr std::string_view mark("Exif\0\0", 6);
    if (found.exif.starts_with(mark))
        found.exif.erase(0, mark.size());
    return found;
}

image decode_pixels(std::string_view bytes, const WebPBitstreamFeatures& features, bool& is_whole) {
    image decoded(features.width, features.height);
    const std::size_t count = decoded.size.pixel_count();
    if (features.has_alpha == 0) {
        is_whole = WebPDecodeRGBInto(octets(bytes), bytes.size(), decoded.rgb.data(), 3 * count,
                                     3 * features.width) != nullptr;
        return decoded;
    }
    std::vector<std::uint8_t> rgba(4 * count);
    is_whole = WebPDecodeRGBAInto(octets(bytes), bytes.size(), rgba.data(), rgba.size(),
                                  4 * features.width) != nullptr;
    decoded.alpha.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::copy_n(rgba.data() + 4 * i, 3, decoded.rgb.data() + 3 * i);
        decoded.alpha[i] = rgba[4 * i + 3];
    }
    return decoded;
}

/// Owns what libwebp fills while it encodes.
class webp_encoder {
  public:
    webp_encoder() {
        WebPMemoryWriterInit(&out_);
        is_ready_ = WebPPictureInit(&picture_) != 0 && WebPConfigInit(&config_) != 0 &&
                    WebPConfigLosslessPreset(&config_, effort) != 0;
    }
    ~webp_encoder() {
        WebPPictureFree(&picture_);
        WebPMemoryWriterClear(&out_);
    }
    webp_encoder(const webp_encoder&) = delete;
    webp_encoder& operator=(const webp_encoder&) = delete;

    bool encode(const image_view& pixels) {
        if (!is_ready_)
            return false;
        config_.exact = 1; // colours under full transparency, too
        picture_.use_argb = 1;
        picture_.width = pixels.size.width;
        picture_.height = pixels.size.height;
        picture_.writer = WebPMemoryWrite;
        picture_.custom_ptr = &out_;
        if (WebPPictureAlloc(&picture_) == 0)
            return false;
        fill_rows(pixels);
        return WebPEncode(&config_, &picture_) != 0;
    }

    std::string_view bytes() const { return {reinterpret_cast<const char*>(out_.mem), out_.size}; }

  private:
    void fill_rows(const image_view& pixels) {
        const auto width = static_cast<std::size_t>(pixels.size.width);
        for (std::size_t i = 0; i < pixels.size.pixel_count(); ++i) {
            const std::uint8_t* rgb = pixels.rgb.data() + 3 * i;
            const std::uint32_t alpha = pixels.alpha.empty() ? 255 : pixels.alpha[i];
            picture_.argb[i / width * static_cast<std::size_t>(picture_.argb_stride) + i % width] =
                (alpha << 24) | (std::uint32_t{rgb[0]} << 16) | (std::uint32_t{rgb[1]} << 8) |
                rgb[2];
        }
    }

    WebPConfig config_{};
    WebPPicture picture_{};
    WebPMemoryWriter out_{};
    bool is_ready_ = false;
};

std::string with_details(std::string_view encoded, std::string_view profile,
                         std::string_view exif) {
    const WebPData picture = data_of(encoded);
    const std::unique_ptr<WebPMux, void (*)(WebPMux*)> file(WebPMuxCreate(&picture, 0),
                                                            WebPMuxDelete);
    const WebPData profile_data = data_of(profile);
    const WebPData exif_data = data_of(exif);
    bool is_good = file != nullptr;
    if (is_good && !profile.empty())
        is_good = WebPMuxSetChunk(file.get(), "ICCP", &profile_data, 0) == WEBP_MUX_OK;
    if (is_good && !exif.empty())
        is_good = WebPMuxSetChunk(file.get(), "EXIF", &exif_data, 0) == WEBP_MUX_OK;
    WebPData assembled{};
    is_good = is_good && WebPMuxAssemble(file.get(), &assembled) == WEBP_MUX_OK;
    std::string bytes;
    if (is_good)
        bytes.assign(reinterpret_cast<const char*>(assembled.bytes), assembled.size);
    WebPDataClear(&assembled);
    if (!is_good)
        throw image_error("the picture's details cannot be written as WebP; try PNG");
    return bytes;
}

} // namespace

bool is_webp(std::string_view bytes) {
    return bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP";
}

photo decode_webp(std::string_view bytes, std::string_view name, const image_limits& limits) {
    const auto require = [&](bool is_good, const char* what) {
        if (!is_good)
            throw image_error(std::string(name) + " is not a whole WebP (" + what +
                              "); export it again");
    };
    require(little_endian(bytes.substr(4, 4)) + 8 <= bytes.size(), "it ends too early");
    WebPBitstreamFeatures features{};
    require(WebPGetFeatures(octets(bytes), bytes.size(), &features) == VP8_STATUS_OK,
            "its header is damaged");
    require_within_limits(static_cast<std::uint64_t>(features.width),
                          static_cast<std::uint64_t>(features.height), name, limits);
    if (features.has_animation != 0)
        throw image_error(std::string(name) + " is an animation; export one of its pictures");
    photo decoded;
    bool is_whole = false;
    decoded.pixels = decode_pixels(bytes, features, is_whole);
    require(is_whole, "its pixels are damaged");
    decoded.details = details_of(bytes);
    return decoded;
}

std::string encode_webp(const photo_view& picture) {
    const image_size size = picture.pixels.size;
    if (std::max(size.width, size.height) > WEBP_MAX_DIMENSION)
        throw image_error("no side of a WebP may be above " + std::to_string(WEBP_MAX_DIMENSION) +
                          " pixels; write a PNG or a JPEG");
    webp_encoder encoder;
    if (!encoder.encode(picture.pixels))
        throw image_error("the picture cannot be written as WebP; try PNG");
    // WebP pixels are always RGB, whatever the picture was.
    const std::string_view profile = picture.is_grey ? std::string_view{} : picture.profile();
    if (profile.empty() && picture.details.exif.empty())
        return std::string(encoder.bytes());
    return with_details(encoder.bytes(), profile, picture.details.exif);
}

} // namespace perdure::inpaint
