// SPDX-License-Identifier: Apache-2.0
// image: "PIim" | width u32 | height u32 | has_alpha u8 | rgb | alpha.
// mask:  "PIma" | width u32 | height u32 | one bit per pixel.
#include "perdure/inpaint/image.hpp"

#include <algorithm>

#include "bytes.hpp"
#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

namespace {

image_size checked(int width, int height) {
    if (width < 1 || height < 1 || width > image_size::side_max || height > image_size::side_max)
        throw image_error("a picture of " + std::to_string(width) + " x " + std::to_string(height) +
                          " pixels cannot be used; give one whose sides are 1 to " +
                          std::to_string(image_size::side_max) + " pixels");
    return {width, height};
}

image_size get_size(byte_reader& in) {
    const int width = in.get_int(1, image_size::side_max);
    const int height = in.get_int(1, image_size::side_max);
    return {width, height};
}

} // namespace

image::image(int width, int height) : size(checked(width, height)), rgb(size.pixel_count() * 3) {}

std::string image::encode() const {
    byte_writer out("PIim", 1);
    out.reserve(9 + rgb.size() + alpha.size());
    out.put_u32(static_cast<std::uint32_t>(size.width));
    out.put_u32(static_cast<std::uint32_t>(size.height));
    out.put_u8(alpha.empty() ? 0 : 1);
    out.put_bytes(rgb.data(), rgb.size());
    out.put_bytes(alpha.data(), alpha.size());
    return out.take();
}

image image::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIim", 1, "a picture");
    image picture;
    picture.size = get_size(in);
    const std::uint8_t has_alpha = in.get_u8();
    if (has_alpha > 1)
        in.fail();
    const std::string_view rgb = in.get_bytes(picture.size.pixel_count() * 3);
    picture.rgb.assign(rgb.begin(), rgb.end());
    if (has_alpha == 1) {
        const std::string_view alpha = in.get_bytes(picture.size.pixel_count());
        picture.alpha.assign(alpha.begin(), alpha.end());
    }
    in.finish();
    return picture;
}

mask::mask(int width, int height) : size(checked(width, height)), flags(size.pixel_count()) {}

std::size_t mask::count() const {
    return flags.size() -
           static_cast<std::size_t>(std::count(flags.begin(), flags.end(), std::uint8_t{0}));
}

std::string mask::encode() const {
    byte_writer out("PIma", 1);
    out.put_u32(static_cast<std::uint32_t>(size.width));
    out.put_u32(static_cast<std::uint32_t>(size.height));
    const std::string bits = pack_bits(flags);
    out.put_bytes(bits.data(), bits.size());
    return out.take();
}

mask mask::decode(std::string_view bytes) {
    byte_reader in(bytes, "PIma", 1, "a mask");
    mask area;
    area.size = get_size(in);
    area.flags = in.get_bits(area.size.pixel_count());
    in.finish();
    return area;
}

} // namespace perdure::inpaint
