// SPDX-License-Identifier: Apache-2.0
// Payloads, their JSON conversion and blob names.
#include <perdure/payload.hpp>

#include "base/hash.hpp"

#include <algorithm>

namespace perdure {
namespace {

constexpr const char* blob_member = "$blob";

thread_local std::vector<blob>* collecting = nullptr;

int digit_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

[[noreturn]] void throw_too_deep() {
    throw error(errc::conversion, "a value nests arrays and objects deeper than " +
                                      std::to_string(json_depth_max) +
                                      " levels; make it flatter, or use perdure::bytes");
}

/// Looks at the text, because the parser's result may already be too deep to be copied. Text that
/// is not JSON may get any answer: the parser refuses it.
bool is_text_too_deep(std::string_view text) {
    int depth = 0;
    bool is_in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_in_string) {
            is_in_string = c != '"';
            i += c == '\\' ? 1 : 0;
        } else if (c == '[' || c == '{') {
            if (++depth > json_depth_max)
                return true;
        } else if (c == ']' || c == '}') {
            --depth;
        } else {
            is_in_string = c == '"';
        }
    }
    return false;
}

bool is_too_deep(const nlohmann::json& value, int depth_left = json_depth_max) {
    if (!value.is_structured())
        return false;
    return depth_left == 0 || std::any_of(value.begin(), value.end(), [&](const auto& each) {
               return is_too_deep(each, depth_left - 1);
           });
}

/// Whether JSON writes `text` as it is: printable ASCII, and nothing to be escaped.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

} // namespace

std::string blob::hex() const {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * hash.size());
    for (const std::uint8_t byte : hash) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

blob blob::from_hex(std::string_view text) {
    blob name;
    if (text.size() != 2 * name.hash.size())
        throw error(errc::conversion, "a blob's name has 64 hexadecimal digits, not " +
                                          std::to_string(text.size()) + " characters");
    for (std::size_t i = 0; i < name.hash.size(); ++i) {
        const int high = digit_value(text[2 * i]);
        const int low = digit_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            throw error(errc::conversion,
                        "a blob's name has 64 lower-case hexadecimal digits: " + std::string(text));
        name.hash[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return name;
}

bool operator==(const payload& a, const payload& b) noexcept {
    if (a.kind != b.kind || a.blobs != b.blobs)
        return false;
    if (!a.external && !b.external)
        return a.data == b.data;
    // What is out of line here may be inline there: inline_payload_max can change between runs.
    const auto name = [](const payload& value) {
        return value.external ? *value.external : base::content_hash(value.data);
    };
    return name(a) == name(b);
}

void to_json(nlohmann::json& out, const blob& value) {
    if (collecting != nullptr)
        collecting->push_back(value);
    out = {{blob_member, value.hex()}};
}

void from_json(const nlohmann::json& in, blob& value) {
    value = blob::from_hex(in.at(blob_member).get_ref<const std::string&>());
}

namespace detail {

blob_collector::blob_collector(std::vector<blob>& into) : outer_(collecting) {
    collecting = &into;
}
blob_collector::~blob_collector() {
    collecting = outer_;
}

void throw_conversion(const char* what) {
    throw error(errc::conversion, std::string("a stored value does not fit its C++ type: ") + what);
}

nlohmann::json parse_json(const payload& value) {
    if (value.kind != content::json)
        throw_conversion("expected JSON, found raw bytes");
    if (is_text_too_deep(value.data))
        throw_too_deep();
    return nlohmann::json::parse(value.data);
}

std::string print_json(const nlohmann::json& value) {
    if (is_too_deep(value))
        throw_too_deep();
    try {
        return value.dump();
    } catch (const nlohmann::json::exception& e) {
        throw error(errc::conversion, std::string("a value can't be written as JSON; use "
                                                  "perdure::bytes for binary data: ") +
                                          e.what());
    }
}

} // namespace detail

payload codec<std::string>::encode(const std::string& value) {
    payload out;
    if (is_plain(value)) {
        out.data.assign(1, '"').append(value).append(1, '"');
    } else {
        out.data = detail::print_json(nlohmann::json(value));
    }
    return out;
}

std::string codec<std::string>::decode(const payload& in) {
    const std::string_view text = in.data;
    if (in.kind == content::json && text.size() >= 2 && text.front() == '"' && text.back() == '"') {
        const std::string_view inner = text.substr(1, text.size() - 2);
        if (is_plain(inner))
            return std::string(inner);
    }
    try {
        return detail::parse_json(in).get<std::string>();
    } catch (const nlohmann::json::exception& e) {
        detail::throw_conversion(e.what());
    }
}

} // namespace perdure
