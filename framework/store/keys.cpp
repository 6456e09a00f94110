// SPDX-License-Identifier: Apache-2.0
#include "store/keys.hpp"

namespace perdure::store {
namespace {

template <class Integer>
void append_integer(std::string& key, Integer value) {
    for (int shift = 8 * (static_cast<int>(sizeof value) - 1); shift >= 0; shift -= 8)
        key += static_cast<char>((value >> shift) & 0xff);
}

template <class Integer>
Integer take_integer(std::string_view& key) {
    if (key.size() < sizeof(Integer))
        throw error(errc::damaged, "a stored key is damaged: it is too short");
    Integer value = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i)
        value = static_cast<Integer>((value << 8) | static_cast<unsigned char>(key[i]));
    key.remove_prefix(sizeof(Integer));
    return value;
}

/// Due times may lie before 1970; flipping the sign bit keeps them in order.
std::uint64_t ordered(timestamp due) {
    return static_cast<std::uint64_t>(due.time_since_epoch().count()) ^ (std::uint64_t{1} << 63);
}

timestamp take_time(std::string_view& key) {
    const auto stored = take_integer<std::uint64_t>(key) ^ (std::uint64_t{1} << 63);
    return timestamp(std::chrono::milliseconds(static_cast<std::int64_t>(stored)));
}

} // namespace

std::string history_prefix(std::string_view instance) {
    std::string key;
    key.reserve(instance.size() + 12); // for what follows it, too
    key += instance;
    key += '\0';
    return key;
}

std::string history_key(std::string_view instance, std::uint32_t step) {
    std::string key = history_prefix(instance);
    append_integer(key, step);
    return key;
}

history_address parse_history_key(std::string_view key) {
    const auto end = key.find('\0');
    if (end == std::string_view::npos || key.size() - end - 1 != sizeof(std::uint32_t))
        throw error(errc::damaged, "a stored history key is damaged: its length is wrong");
    history_address address{std::string(key.substr(0, end)), 0};
    key.remove_prefix(end + 1);
    address.step = take_integer<std::uint32_t>(key);
    return address;
}

std::string heartbeat_key(const heartbeat_address& kept) {
    return history_key(kept.instance, kept.call);
}

heartbeat_address parse_heartbeat_key(std::string_view key) {
    auto [instance, call] = parse_history_key(key); // of the same form
    return {std::move(instance), call};
}

std::string inbox_prefix(std::string_view target) {
    std::string key;
    key.reserve(target.size() + 12);
    append_integer(key, static_cast<std::uint32_t>(target.size()));
    key += target;
    return key;
}

std::string inbox_key(std::string_view target, std::uint64_t order) {
    std::string key = inbox_prefix(target);
    append_integer(key, order);
    return key;
}

inbox_address parse_inbox_key(std::string_view key) {
    const auto size = take_integer<std::uint32_t>(key);
    if (key.size() != std::size_t{size} + sizeof(std::uint64_t))
        throw error(errc::damaged, "a stored inbox key is damaged: its length is wrong");
    inbox_address address{std::string(key.substr(0, size)), 0};
    key.remove_prefix(size);
    address.order = take_integer<std::uint64_t>(key);
    return address;
}

std::string timer_key(const timer_address& timer) {
    std::string key;
    append_integer(key, ordered(timer.due));
    key += timer.instance;
    key += '\0';
    append_integer(key, timer.task_id);
    return key;
}

timer_address parse_timer_key(std::string_view key) {
    timer_address timer;
    timer.due = take_time(key);
    const auto end = key.find('\0');
    if (end == std::string_view::npos)
        throw error(errc::damaged, "a stored timer key is damaged: it names no instance");
    timer.instance = key.substr(0, end);
    key.remove_prefix(end + 1);
    timer.task_id = take_integer<std::uint32_t>(key);
    if (!key.empty())
        throw error(errc::damaged, "a stored timer key is damaged: its length is wrong");
    return timer;
}

std::string scheduled_key(const scheduled_address& message) {
    std::string key;
    key.reserve(message.target.size() + 32);
    append_integer(key, ordered(message.due));
    append_integer(key, ordered(message.sent));
    append_integer(key, message.order);
    append_integer(key, message.opening);
    key += message.target;
    return key;
}

scheduled_address parse_scheduled_key(std::string_view key) {
    scheduled_address message;
    message.due = take_time(key);
    message.sent = take_time(key);
    message.order = take_integer<std::uint64_t>(key);
    message.opening = take_integer<std::uint64_t>(key);
    message.target = key;
    return message;
}

std::string entity_events_prefix(std::string_view entity) {
    return inbox_prefix(entity);
}

std::string entity_events_key(std::string_view entity, std::uint64_t number) {
    return inbox_key(entity, number);
}

entity_events_address parse_entity_events_key(std::string_view key) {
    inbox_address counted = parse_inbox_key(key); // the two are made alike
    return {std::move(counted.target), counted.order};
}

timestamp due_of(std::string_view key) {
    return take_time(key);
}

std::string kept_prefix(std::string_view instance) {
    return history_prefix(instance);
}

std::string kept_key(std::string_view instance, std::uint64_t number) {
    std::string key = kept_prefix(instance);
    append_integer(key, number);
    return key;
}

kept_address parse_kept_key(std::string_view key) {
    const auto end = key.find('\0');
    if (end == std::string_view::npos || key.size() - end - 1 != sizeof(std::uint64_t))
        throw error(errc::damaged, "a stored key of a kept event is damaged: its length is wrong");
    kept_address address{std::string(key.substr(0, end)), 0};
    key.remove_prefix(end + 1);
    address.number = take_integer<std::uint64_t>(key);
    return address;
}

std::string_view blob_key(const blob& name) {
    return {reinterpret_cast<const char*>(name.hash.data()), name.hash.size()};
}

} // namespace perdure::store
