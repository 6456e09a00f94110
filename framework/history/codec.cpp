// SPDX-License-Identifier: Apache-2.0
#include "history/codec.hpp"

#include "history/fields.hpp"

#include <limits>

namespace perdure::history {
namespace {

void write_event(protozero::pbf_writer& out, std::uint32_t number, const event& value) {
    protozero::pbf_writer wrapper(out, number);
    std::visit(
        [&](const auto& body) {
            using body_type = std::remove_cvref_t<decltype(body)>;
            wrapper.add_message(body_type::kind, encode_fields(body));
        },
        value);
}

template <class... Kinds>
bool read_kind(std::type_identity<std::variant<Kinds...>>, protozero::pbf_reader& in, event& out) {
    return ((in.tag() == Kinds::kind && (out = decode_fields<Kinds>(in.get_message()), true)) ||
            ...);
}

event read_event(protozero::pbf_reader in) {
    event value;
    if (!in.next() || !read_kind(std::type_identity<event>{}, in, value))
        throw_damaged("it holds an event of a kind this version doesn't know");
    return value;
}

std::uint32_t read_number(protozero::pbf_reader& in) {
    const std::uint64_t stored = in.get_uint64();
    if (stored > std::numeric_limits<std::uint32_t>::max())
        throw_damaged("a number is out of range");
    return static_cast<std::uint32_t>(stored);
}

} // namespace

std::string encode(const step& value) {
    std::string out;
    out.reserve(2 * short_record_bytes);
    protozero::pbf_writer writer(out);
    writer.add_sint64(1, value.time.time_since_epoch().count());
    if (!value.evaluated)
        writer.add_bool(2, true);
    for (const event& each : value.arrived)
        write_event(writer, 3, each);
    for (const event& each : value.decided)
        write_event(writer, 4, each);
    if (value.scope)
        writer.add_uint32(5, *value.scope);
    return out;
}

step decode_step(std::string_view stored) {
    return decoding(stored, [](protozero::pbf_reader in) {
        step value;
        while (in.next()) {
            switch (in.tag()) {
            case 1:
                value.time = timestamp(std::chrono::milliseconds(in.get_sint64()));
                break;
            case 2:
                value.evaluated = !read_flag(in);
                break;
            case 3:
                value.arrived.push_back(read_event(in.get_message()));
                break;
            case 4:
                value.decided.push_back(read_event(in.get_message()));
                break;
            case 5:
                value.scope = read_number(in);
                break;
            default:
                in.skip();
            }
        }
        return value;
    });
}

std::string encode(const message& value) {
    std::string out;
    out.reserve(2 * short_record_bytes);
    protozero::pbf_writer writer(out);
    writer.add_string(1, value.sender);
    writer.add_string(2, value.sender_execution);
    writer.add_string(3, value.execution);
    write_event(writer, 4, value.body);
    return out;
}

message decode_message(std::string_view stored) {
    return decoding(stored, [](protozero::pbf_reader in) {
        message value;
        bool has_body = false;
        while (in.next()) {
            switch (in.tag()) {
            case 1:
                value.sender = in.get_string();
                break;
            case 2:
                value.sender_execution = in.get_string();
                break;
            case 3:
                value.execution = in.get_string();
                break;
            case 4:
                value.body = read_event(in.get_message());
                has_body = true;
                break;
            default:
                in.skip();
            }
        }
        if (!has_body)
            throw_damaged("a message has no content");
        return value;
    });
}

} // namespace perdure::history
