// SPDX-License-Identifier: Apache-2.0
#include "history/fields.hpp"

#include <cstring>

namespace perdure::history {
namespace {

protozero::data_view view(const blob& name) {
    return {reinterpret_cast<const char*>(name.hash.data()), name.hash.size()};
}

blob read_blob(protozero::data_view stored) {
    blob name;
    if (stored.size() != name.hash.size())
        throw_damaged("a content hash has the wrong length");
    std::memcpy(name.hash.data(), stored.data(), stored.size());
    return name;
}

} // namespace

void throw_damaged(const char* what) {
    throw error(errc::damaged, std::string("a stored record is damaged: ") + what);
}

bool read_flag(protozero::pbf_reader& in) {
    const std::uint64_t stored = in.get_uint64();
    if (stored > 1)
        throw_damaged("a flag is neither 0 nor 1");
    return stored == 1;
}

void write_payload(protozero::pbf_writer& out, const payload& value) {
    if (value.kind != content::json)
        out.add_uint32(1, static_cast<std::uint32_t>(value.kind));
    if (!value.external)
        out.add_string(2, value.data);
    for (const blob& name : value.blobs)
        out.add_bytes(3, view(name));
    if (value.external)
        out.add_bytes(4, view(*value.external));
}

payload read_payload(protozero::pbf_reader in) {
    payload value;
    while (in.next()) {
        switch (in.tag()) {
        case 1: {
            const std::uint64_t kind = in.get_uint64();
            if (kind > static_cast<std::uint64_t>(content::raw))
                throw_damaged("a payload has an unknown kind");
            value.kind = static_cast<content>(kind);
            break;
        }
        case 2:
            value.data = in.get_string();
            break;
        case 3:
            value.blobs.push_back(read_blob(in.get_view()));
            break;
        case 4:
            value.external = read_blob(in.get_view());
            value.data.clear();
            break;
        default:
            in.skip();
        }
    }
    return value;
}

void write_failure(protozero::pbf_writer& out, const failure& value) {
    out.add_string(1, value.type);
    out.add_string(2, value.message);
    if (value.cause) {
        protozero::pbf_writer cause(out, 3);
        write_failure(cause, *value.cause);
    }
    if (!value.retriable)
        out.add_bool(4, true);
}

failure read_failure(protozero::pbf_reader in, int depth) {
    if (depth > causes_max)
        throw_damaged("a failure has too many causes");
    failure value;
    while (in.next()) {
        switch (in.tag()) {
        case 1:
            value.type = in.get_string();
            break;
        case 2:
            value.message = in.get_string();
            break;
        case 3:
            value.cause =
                std::make_shared<const failure>(read_failure(in.get_message(), depth + 1));
            break;
        case 4:
            value.retriable = !read_flag(in);
            break;
        default:
            in.skip();
        }
    }
    return value;
}

} // namespace perdure::history
