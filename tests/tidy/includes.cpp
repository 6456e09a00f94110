// SPDX-License-Identifier: Apache-2.0
//
// The arrows between rooms. The two tables below are the architecture; change them on purpose.
#include "tests/tidy/tidy.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <regex>

namespace tidy {
namespace {

struct room {
    std::string_view name;
    std::string_view folder;
    std::vector<std::string_view> may_include; // besides itself
};

// A longer folder comes before the one it lies in. Bench and tests are not here as readers: they
// may include anything. Nobody may include them.
const std::vector<room>& rooms() {
    static const std::vector<room> table = {
        {"public", "framework/include/perdure/", {}},
        {"base", "framework/base/", {"public"}},
        {"history", "framework/history/", {"public", "base"}},
        {"turn", "framework/turn/", {"public", "base", "history"}},
        {"store", "framework/store/", {"public", "base", "history"}},
        {"check", "framework/check/", {"public", "base", "history", "turn", "store"}},
        {"actors", "framework/actors/", {"public", "base", "history", "turn", "store"}},
        {"engine", "framework/engine/", {"public", "base", "history", "turn", "store", "actors"}},
        {"testing",
         "framework/testing/",
         {"public", "base", "history", "turn", "store", "actors", "engine"}},
        {"tool", "framework/tool/", {"public"}},
        {"app", "inpaint/app/", {"public", "inpaint", "entities", "activities", "orchestrations"}},
        {"inpaint", "inpaint/", {}},
        {"entities", "entities/", {"public"}},
        {"activities", "activities/", {"public", "inpaint"}},
        {"orchestrations", "orchestrations/", {"public", "entities", "activities", "inpaint"}},
    };
    return table;
}

struct third_party {
    std::string_view prefix;
    std::vector<std::string_view> rooms;
};

const std::vector<third_party>& third_parties() {
    static const std::vector<third_party> table = {
        {"rocksdb/", {"store", "testing"}},
        {"xxhash.h", {"store", "app"}},
        {"caf/", {"actors", "engine", "testing"}},
        {"protozero/", {"history", "store"}},
        {"openssl/", {"base", "store", "app"}},
        {"Eigen/", {"inpaint"}},
        {"png.h", {"inpaint"}},
        {"jpeglib.h", {"inpaint"}},
        {"webp/", {"inpaint"}},
        {"nlohmann/",
         {"public", "base", "history", "turn", "store", "actors", "engine", "tool", "app",
          "entities", "activities", "orchestrations"}},
        {"catch2/", {}},
    };
    return table;
}

bool contains(const std::vector<std::string_view>& list, std::string_view item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

std::string joined(const std::vector<std::string_view>& list) {
    std::string text;
    for (const auto item : list) {
        text += (text.empty() ? "" : ", ") + std::string(item);
    }
    return text.empty() ? "nothing else" : text;
}

const room* room_of(const source_file& file) {
    for (const auto& each : rooms()) {
        if (file.is_below(each.folder)) {
            return &each;
        }
    }
    return nullptr;
}

// The room an included path lies in; none for a system header or a neighbour in the same folder.
std::optional<std::string_view> target_room(std::string_view target, bool is_quoted) {
    if (target.starts_with("perdure/")) {
        return target.starts_with("perdure/inpaint/") ? "inpaint" : "public";
    }
    if (!is_quoted) {
        return std::nullopt;
    }
    const auto first = target.substr(0, target.find('/'));
    if (first == target) {
        return std::nullopt;
    }
    if (first == "tests" || first == "bench") {
        return first;
    }
    for (const auto& each : rooms()) {
        if (first == each.name && first != "public") {
            return each.name;
        }
    }
    return std::nullopt;
}

void check_third_party(const source_file& file, const room& from, std::size_t line,
                       std::string_view target, report& out) {
    for (const auto& party : third_parties()) {
        if (target.starts_with(party.prefix)) {
            if (!contains(party.rooms, from.name)) {
                out.add(file, line,
                        "<" + std::string(target) + "> does not belong in room '" +
                            std::string(from.name) + "'; call a room that hides it (" +
                            joined(party.rooms) + ")");
            }
            return;
        }
    }
    // A public header is read by programs that have only the standard library and JSON.
    if (from.name == "public" && target.find_first_of("./") != std::string_view::npos) {
        out.add(file, line,
                "public headers include only std, nlohmann and <perdure/...>, not <" +
                    std::string(target) + ">; move it into a source file");
    }
}

} // namespace

void check_includes(const source_file& file, report& out) {
    static const std::regex include_line(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    const auto* from = room_of(file);

    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        std::smatch found;
        if (file.lines[i].find("include") == std::string::npos ||
            !std::regex_search(file.lines[i], found, include_line)) {
            continue;
        }
        const bool is_quoted = found[1] == "\"";
        const std::string target = found[2];

        if (target.starts_with("../") || target.find("/../") != std::string::npos) {
            out.add(file, i, "include \"" + target + "\" by its path from the include root");
            continue;
        }
        if (target.starts_with("catch2/") && file.path != "tests/catch.hpp") {
            out.add(file, i, "include \"catch.hpp\", which knows both versions of Catch2");
            continue;
        }
        if (from == nullptr) {
            continue;
        }
        const auto to = target_room(target, is_quoted);
        if (!to) {
            check_third_party(file, *from, i, target, out);
        } else if (*to != from->name && !contains(from->may_include, *to)) {
            out.add(file, i,
                    "room '" + std::string(from->name) + "' must not include room '" +
                        std::string(*to) + "'; it may include " + joined(from->may_include));
        } else if (from->name == "public" && is_quoted) {
            out.add(file, i, "public headers include each other as <perdure/...>");
        }
    }
}

} // namespace tidy
