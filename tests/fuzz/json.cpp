// SPDX-License-Identifier: Apache-2.0
// Values: any bytes are a value of the type that is asked for or are refused, never nested deeper
// than a value may be made. A value that was read is written in one way.
#include "target.hpp"

#include <perdure/payload.hpp>

#include <map>
#include <string>
#include <vector>

using namespace perdure;

namespace {

struct tree {
    std::vector<tree> branches;
};

void to_json(nlohmann::json& out, const tree& value) {
    out = nlohmann::json::array();
    for (const tree& each : value.branches)
        out.push_back(each);
}

void from_json(const nlohmann::json& in, tree& value) {
    for (const nlohmann::json& each : in.get_ref<const nlohmann::json::array_t&>())
        value.branches.push_back(each.get<tree>());
}

template <class T>
void check_type(const payload& stored) {
    const auto read = fuzz::accepted([&] { return codec<T>::decode(stored); }, errc::conversion);
    if (!read)
        return;
    const payload written = codec<T>::encode(*read);
    const payload again = codec<T>::encode(codec<T>::decode(written));
    fuzz::require(again == written, "a value is stored in one way");
    fuzz::require(again.blobs == written.blobs, "a value keeps the blobs it refers to");
}

} // namespace

void fuzz::test(std::string_view bytes) {
    source in(bytes);
    payload stored;
    stored.kind = in.byte() == 1 ? content::raw : content::json;
    stored.data = in.rest();
    check_type<nlohmann::json>(stored);
    check_type<tree>(stored);
    check_type<blob>(stored);
    check_type<std::vector<blob>>(stored);
    check_type<std::map<std::string, double>>(stored);
    check_type<std::tuple<int, std::string, bool>>(stored);
    check_type<perdure::bytes>(stored);
}
