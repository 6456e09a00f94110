// SPDX-License-Identifier: Apache-2.0
#include "base/random.hpp"

#include <random>

namespace perdure::base {

entropy& system_entropy() {
    class machine_entropy final : public entropy {
        std::uint64_t draw() override {
            // Reseeding a stream per thread is far cheaper than a device read per id.
            thread_local random_stream stream(seed());
            return stream.draw();
        }
        static std::uint64_t seed() {
            std::random_device device;
            return (std::uint64_t{device()} << 32) ^ device();
        }
    };
    static machine_entropy machine;
    return machine;
}

std::uint64_t mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

std::uint64_t seed_of(std::string_view text) noexcept {
    std::uint64_t seed = 0xcbf29ce484222325u;
    for (char c : text)
        seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return mix(seed);
}

namespace {

std::string print_uuid(std::uint64_t high, std::uint64_t low, std::uint64_t version) {
    high = (high & ~std::uint64_t{0xf000}) | (version << 12);
    low = (low & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62);
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (int i = 0; i < 32; ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            text += '-';
        const std::uint64_t half = i < 16 ? high : low;
        text += digits[(half >> (60 - 4 * (i % 16))) & 15];
    }
    return text;
}

} // namespace

std::string uuid(std::uint64_t high, std::uint64_t low) {
    return print_uuid(high, low, 4);
}

std::string time_ordered_uuid(timestamp now, std::uint64_t high, std::uint64_t low) {
    const auto ms = static_cast<std::uint64_t>(now.time_since_epoch().count());
    return print_uuid((ms << 16) | (high & 0xffff), low, 7);
}

} // namespace perdure::base
