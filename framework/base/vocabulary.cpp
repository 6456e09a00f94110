// SPDX-License-Identifier: Apache-2.0
// Out-of-line parts of the public vocabulary: ids, status names, coroutine frames.
#include "base/random.hpp"

#include <perdure/orchestration.hpp>
#include <perdure/status.hpp>

#include <atomic>
#include <new>

namespace perdure {

std::string entity_id::text() const {
    return "@" + name + "@" + key;
}

entity_id entity_id::parse(std::string_view text) {
    const auto second = text.size() > 1 ? text.find('@', 1) : std::string_view::npos;
    if (text.empty() || text[0] != '@' || second == std::string_view::npos || second == 1)
        throw error(errc::invalid_argument,
                    "an entity id looks like @name@key, not '" + std::string(text) + "'");
    return {std::string(text.substr(1, second - 1)), std::string(text.substr(second + 1))};
}

void require_instance_id(std::string_view id) {
    const auto refuse = [&](const char* rule) {
        throw error(errc::invalid_argument,
                    "instance id '" + std::string(id.substr(0, 64)) + "': " + rule);
    };
    if (id.empty() || id.size() > 256)
        refuse("it must have 1 to 256 bytes");
    if (id[0] == '@')
        refuse("it must not start with '@', which names entities");
    for (const char c : id)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            refuse("it must not hold control characters");
}

const char* to_string(runtime_status status) noexcept {
    switch (status) {
    case runtime_status::running:
        return "Running";
    case runtime_status::completed:
        return "Completed";
    case runtime_status::continued_as_new:
        return "ContinuedAsNew";
    case runtime_status::failed:
        return "Failed";
    case runtime_status::canceled:
        return "Canceled";
    case runtime_status::terminated:
        return "Terminated";
    case runtime_status::pending:
        return "Pending";
    case runtime_status::suspended:
        return "Suspended";
    }
    return "Unknown";
}

bool is_finished(runtime_status status) noexcept {
    return status == runtime_status::completed || status == runtime_status::failed ||
           status == runtime_status::canceled || status == runtime_status::terminated;
}

std::string orchestration_context::new_id() {
    const std::uint64_t high = host_->random();
    return base::uuid(high, host_->random());
}

namespace detail {
namespace {
std::atomic<std::size_t> live_frame_bytes{0};
}

void* allocate_frame(std::size_t size) {
    void* frame = ::operator new(size);
    live_frame_bytes.fetch_add(size, std::memory_order_relaxed);
    return frame;
}

void release_frame(void* frame, std::size_t size) noexcept {
    live_frame_bytes.fetch_sub(size, std::memory_order_relaxed);
    ::operator delete(frame, size);
}

std::size_t frame_bytes() noexcept {
    return live_frame_bytes.load(std::memory_order_relaxed);
}

void throw_empty_durable() {
    throw error(errc::invalid_argument, "this durable was cancelled or moved from; await the one "
                                        "that call(), sleep_for() or wait_for() returned");
}

} // namespace detail

} // namespace perdure
