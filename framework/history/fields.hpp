// SPDX-License-Identifier: Apache-2.0
// Turns a struct's field list into protobuf wire format and back (through protozero).
//
//   payload = 1: content kind  2: data  3: blob hash, repeated  4: hash of out-of-line data
//   failure = 1: type  2: message  3: cause, a failure  4: whether trying again is pointless
//
// Default values are not written, except for a status, whose default differs. Unknown fields are
// skipped; a struct with a member `unknown_fields` keeps them and writes them back, so that a
// record rewritten by an older build loses nothing.
#pragma once

#include "history/protozero.hpp"

#include <perdure/error.hpp>
#include <perdure/ids.hpp>
#include <perdure/payload.hpp>
#include <perdure/status.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace perdure::history {

/// Room for most records at once: growing to it step by step takes longer than writing them.
inline constexpr std::size_t short_record_bytes = 128;

[[noreturn]] void throw_damaged(const char* what);

/// 0 or 1, and unlike protozero's get_bool() never a byte behind the input.
bool read_flag(protozero::pbf_reader& in);
void write_payload(protozero::pbf_writer& out, const payload& value);
payload read_payload(protozero::pbf_reader in);
void write_failure(protozero::pbf_writer& out, const failure& value);
failure read_failure(protozero::pbf_reader in, int depth = 0);

class field_writer;

template <class T>
concept has_fields = requires(const T& value, field_writer& writer) {
    T::fields(value, writer);
};

template <class T>
concept keeps_unknown = requires(T& value) {
    value.unknown_fields;
};

class field_writer {
  public:
    explicit field_writer(std::string& out) : out_(out) {}

    void operator()(std::uint32_t number, std::unsigned_integral auto value) {
        if (value != 0)
            out_.add_uint64(number, value);
    }
    void operator()(std::uint32_t number, runtime_status value) {
        out_.add_uint64(number, static_cast<std::uint64_t>(value));
    }
    void operator()(std::uint32_t number, const timestamp& value) {
        if (value != timestamp{})
            out_.add_sint64(number, value.time_since_epoch().count());
    }
    void operator()(std::uint32_t number, const std::string& value) {
        if (!value.empty())
            out_.add_string(number, value);
    }
    void operator()(std::uint32_t number, const std::vector<std::string>& values) {
        for (const std::string& each : values)
            out_.add_string(number, each);
    }
    void operator()(std::uint32_t number, const payload& value) {
        if (value == payload{})
            return;
        protozero::pbf_writer nested(out_, number);
        write_payload(nested, value);
    }
    void operator()(std::uint32_t number, const failure& value) {
        if (value == failure{})
            return;
        protozero::pbf_writer nested(out_, number);
        write_failure(nested, value);
    }
    template <has_fields T>
    void operator()(std::uint32_t number, const T& value) {
        if (!(value == T{}))
            out_.add_message(number, encode_fields(value));
    }

    template <class T>
    static std::string encode_fields(const T& value) {
        std::string out;
        out.reserve(short_record_bytes);
        field_writer writer(out);
        T::fields(value, writer);
        if constexpr (keeps_unknown<T>)
            out += value.unknown_fields;
        return out;
    }

  private:
    protozero::pbf_writer out_;
};

/// Reads stored bytes with `read`; what protobuf can't take is error (damaged).
template <class Read>
auto decoding(std::string_view stored, Read read) {
    try {
        return read(protozero::pbf_reader(stored.data(), stored.size()));
    } catch (const protozero::exception& e) {
        throw_damaged(e.what());
    }
}

/// Fills the one field that the reader stands on.
class field_reader {
  public:
    explicit field_reader(protozero::pbf_reader& in) : in_(&in) {}

    template <class T>
    void operator()(std::uint32_t number, T& value) {
        if (in_->tag() != number)
            return;
        is_known_ = true;
        read(value);
    }
    bool is_known() const noexcept { return is_known_; }

  private:
    void read(std::unsigned_integral auto& value) {
        const std::uint64_t stored = in_->get_uint64();
        value = static_cast<std::remove_reference_t<decltype(value)>>(stored);
        if (value != stored)
            throw_damaged("a number is out of range");
    }
    void read(bool& value) { value = read_flag(*in_); }
    void read(runtime_status& value) {
        std::uint8_t number = 0;
        read(number);
        if (number > static_cast<std::uint8_t>(runtime_status::suspended))
            throw_damaged("a status is unknown");
        value = static_cast<runtime_status>(number);
    }
    void read(timestamp& value) { value = timestamp(std::chrono::milliseconds(in_->get_sint64())); }
    void read(std::string& value) { value = in_->get_string(); }
    void read(std::vector<std::string>& values) { values.push_back(in_->get_string()); }
    void read(payload& value) { value = read_payload(in_->get_message()); }
    void read(failure& value) { value = read_failure(in_->get_message()); }
    template <has_fields T>
    void read(T& value);

    protozero::pbf_reader* in_;
    bool is_known_ = false;
};

/// Throws protozero::exception or error (storage) for bytes that are not a T.
template <class T>
T decode_fields(protozero::pbf_reader in) {
    T value;
    while (true) {
        const auto before = in.data();
        if (!in.next())
            return value;
        field_reader reader(in);
        T::fields(value, reader);
        if (reader.is_known())
            continue;
        in.skip();
        if constexpr (keeps_unknown<T>)
            value.unknown_fields.append(before.data(), before.size() - in.data().size());
    }
}

template <has_fields T>
void field_reader::read(T& value) {
    value = decode_fields<T>(in_->get_message());
}

template <class T>
std::string encode_fields(const T& value) {
    return field_writer::encode_fields(value);
}

} // namespace perdure::history
