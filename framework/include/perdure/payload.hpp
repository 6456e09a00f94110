// SPDX-License-Identifier: Apache-2.0
// A payload is a value in its stored form: JSON text or raw bytes, plus the blobs it refers to.
// codec<T> converts between C++ values and payloads; specialise it for a binary form of your own.
#pragma once

#include <perdure/detail/number_range.hpp>
#include <perdure/error.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace perdure {

/// Names an immutable blob of a task hub by its content (SHA-256). Converts to JSON, so it can be
/// part of any input, output or entity state; the hub counts those references and keeps the blob
/// while there is one. Made by activity_context::put().
struct blob {
    std::array<std::uint8_t, 32> hash{};

    /// 64 lower-case hexadecimal digits.
    std::string hex() const;
    /// Throws error (conversion) unless `text` is 64 hexadecimal digits.
    static blob from_hex(std::string_view text);

    friend auto operator<=>(const blob&, const blob&) = default;
};

/// How the bytes of a payload are to be read. Numbers are stored.
enum class content : std::uint8_t { json = 0, raw = 1 };

/// A value in its stored form.
struct payload {
    content kind = content::json;
    std::string data = "null";
    std::vector<blob> blobs; ///< Blobs the value refers to, in order of appearance.
    std::optional<blob> external; ///< Set when the hub keeps `data` out of line, under this name.
};

/// Equal values, wherever they are kept; compares by content hash where one is out of line.
bool operator==(const payload& a, const payload& b) noexcept;

/// Bytes that travel raw instead of through JSON.
struct bytes {
    std::string data;

    friend bool operator==(const bytes&, const bytes&) = default;
};

/// How deep arrays and objects may lie within each other in a JSON value. Deeper ones are refused
/// when they are made and when they are read, because each level of one takes stack.
inline constexpr int json_depth_max = 512;

namespace detail {
/// Collects the blobs that to_json(blob) meets while one value is being encoded on this thread.
class blob_collector {
  public:
    explicit blob_collector(std::vector<blob>& into);
    ~blob_collector();
    blob_collector(const blob_collector&) = delete;
    blob_collector& operator=(const blob_collector&) = delete;

  private:
    std::vector<blob>* outer_;
};
[[noreturn]] void throw_conversion(const char* what);
nlohmann::json parse_json(const payload& value);
std::string print_json(const nlohmann::json& value);
} // namespace detail

void to_json(nlohmann::json& out, const blob& value);
void from_json(const nlohmann::json& in, blob& value);

/// Converts T to and from its stored form. The default goes through nlohmann::json.
/// decode() throws error (conversion) for bytes that are not a T, also for a number that does not
/// fit (in structs of yours, your from_json decides), and both do for a value that is nested deeper
/// than json_depth_max.
template <class T>
struct codec {
    static payload encode(const T& value) {
        payload out;
        detail::blob_collector collect(out.blobs);
        if constexpr (std::is_same_v<T, nlohmann::json>)
            out.data = detail::print_json(value); // a copy would take stack before it is checked
        else
            out.data = detail::print_json(nlohmann::json(value));
        return out;
    }
    static T decode(const payload& in) {
        try {
            const nlohmann::json value = detail::parse_json(in);
            detail::require_fitting_numbers<T>(value);
            return value.template get<T>();
        } catch (const nlohmann::json::exception& e) {
            detail::throw_conversion(e.what());
        }
    }
};

/// The same form as by the default. Most texts are plain: the characters between the quotes are the
/// text. Those need no parser.
template <>
struct codec<std::string> {
    static payload encode(const std::string& value);
    static std::string decode(const payload& in);
};

template <>
struct codec<bytes> {
    static payload encode(bytes value) { return {content::raw, std::move(value.data), {}, {}}; }
    static bytes decode(const payload& in) {
        if (in.kind != content::raw)
            detail::throw_conversion("expected raw bytes, found JSON");
        return {in.data};
    }
};

template <>
struct codec<payload> {
    static payload encode(payload value) { return value; }
    static payload decode(const payload& in) { return in; }
};

namespace detail {

/// The stored form of an argument list: nothing is `null`, one value is itself (as in Durable
/// Functions), several are a JSON array.
template <class... Args>
payload encode_arguments(const Args&... args) {
    if constexpr (sizeof...(Args) == 0)
        return {};
    else if constexpr (sizeof...(Args) == 1)
        return codec<Args...>::encode(args...);
    else
        return codec<std::tuple<Args...>>::encode(std::tuple<Args...>(args...));
}

template <class... Args>
std::tuple<Args...> decode_arguments(const payload& in) {
    if constexpr (sizeof...(Args) == 0)
        return {};
    else if constexpr (sizeof...(Args) == 1)
        return std::tuple<Args...>(codec<Args...>::decode(in));
    else
        return codec<std::tuple<Args...>>::decode(in);
}

/// Calls `f` and encodes what it returns; void is `null`.
template <class F>
payload encode_result_of(F&& f) {
    using result = std::invoke_result_t<F>;
    if constexpr (std::is_void_v<result>) {
        std::forward<F>(f)();
        return {};
    } else {
        return codec<std::remove_cvref_t<result>>::encode(std::forward<F>(f)());
    }
}

template <class T>
T decode_result(const payload& in) {
    if constexpr (!std::is_void_v<T>)
        return codec<T>::decode(in);
}

} // namespace detail
} // namespace perdure
