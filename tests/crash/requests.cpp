// SPDX-License-Identifier: Apache-2.0
#include "crash/requests.hpp"

namespace perdure::crash {
namespace {

using number = std::uint64_t;

std::uint32_t draw(number request, number salt, std::uint32_t below) {
    return static_cast<std::uint32_t>(mix(request, 1000 + salt) % below);
}

} // namespace

number mix(number a, number b) {
    number z = a * 0x9E3779B97F4A7C15u + b + 0x632BE59BD9B4E019u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

number hash_of(std::string_view data) {
    number hash = 0xCBF29CE484222325u;
    for (const char each : data)
        hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001B3u;
    return hash;
}

number hash_of_end(const instance_status& ended) {
    return hash_of(ended.failed ? ended.failed->type + ": " + ended.failed->message
                                : ended.output.data);
}

script script_of(number request) {
    return static_cast<script>(mix(request, 0) % static_cast<number>(script::count));
}

std::string instance_of(number request) {
    return "r" + std::to_string(request);
}

std::optional<number> expected_result(number request) {
    number value = request;
    switch (script_of(request)) {
    case script::chain:
        for (std::uint32_t step = 0; step < width_of(request); ++step)
            value = mix(value, step);
        return value;
    case script::fan:
        value = 0;
        for (std::uint32_t step = 0; step < width_of(request); ++step)
            value += mix(request + step, step);
        return value;
    case script::tree:
        value = 0;
        for (std::uint32_t step = 0; step < step_count(request); ++step)
            value += mix(request, step);
        return value;
    case script::timers:
        return mix(request, 0);
    case script::blobs:
        return hash_of(content_of(request, 0)) + hash_of(content_of(request, 1));
    case script::failing:
        return is_doomed(request) ? std::nullopt : std::optional<number>(2);
    case script::notes:
    case script::moving:
    case script::telling:
    case script::count:
        break;
    }
    return request;
}

std::uint32_t step_count(number request) {
    switch (script_of(request)) {
    case script::chain:
    case script::fan:
        return width_of(request);
    case script::tree:
        return 1u << (depth_of(request) + 1);
    case script::timers: // whoever loses the race need not have begun
    case script::telling:
        return 1;
    case script::blobs:
        return 3;
    case script::failing:
        return 2;
    case script::notes:
    case script::moving:
    case script::count:
        break;
    }
    return 0;
}

std::uint32_t width_of(number request) {
    return 1 + draw(request, 0, 7);
}
std::uint32_t depth_of(number request) {
    return 1 + draw(request, 1, 2);
}

std::string content_of(number request, std::uint32_t step) {
    std::string data(100 + draw(request, 2 + step, 90'000), '\0');
    number state = mix(request, step);
    for (char& each : data) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        each = static_cast<char>(state >> 56);
    }
    return data;
}

bool is_doomed(number request) {
    return draw(request, 0, 2) == 0;
}

std::uint32_t note_count(number request) {
    return 1 + draw(request, 0, notes_max);
}

manner manner_of(number request) {
    return static_cast<manner>(request % static_cast<number>(manner::count));
}
std::string purse_from(number request) {
    return std::to_string(draw(request, 0, purse_count));
}
std::string purse_to(number request) {
    return std::to_string((draw(request, 0, purse_count) + 1 + draw(request, 1, purse_count - 1)) %
                          purse_count);
}
std::int64_t amount_of(number request) {
    return 1 + draw(request, 2, 1000);
}

std::string listener_of(number request) {
    return std::to_string(draw(request, 0, listener_count));
}
std::uint32_t last_told(number request) {
    return 1 + draw(request, 1, 8);
}

} // namespace perdure::crash
