// SPDX-License-Identifier: Apache-2.0
//   event_batch = 1: time  2: recorded_event, repeated
#include "history/entity_events.hpp"

#include "history/fields.hpp"

namespace perdure::history {
std::string encode(const event_batch& value) {
    std::string out;
    protozero::pbf_writer writer(out);
    writer.add_sint64(1, value.time.time_since_epoch().count());
    for (const recorded_event& each : value.events)
        writer.add_message(2, encode_fields(each));
    return out;
}

event_batch decode_event_batch(std::string_view stored) {
    return decoding(stored, [](protozero::pbf_reader in) {
        event_batch value;
        while (in.next()) {
            switch (in.tag()) {
            case 1:
                value.time = timestamp(std::chrono::milliseconds(in.get_sint64()));
                break;
            case 2:
                value.events.push_back(decode_fields<recorded_event>(in.get_message()));
                break;
            default:
                in.skip();
            }
        }
        if (value.events.empty())
            throw_damaged("a batch holds no events");
        return value;
    });
}

std::string encode(const snapshot& value) {
    return encode_fields(value);
}

snapshot decode_snapshot(std::string_view stored) {
    return decoding(stored, [](protozero::pbf_reader in) { return decode_fields<snapshot>(in); });
}

} // namespace perdure::history
