// SPDX-License-Identifier: Apache-2.0
// Donors split the hole one after the other: each splits every set it cuts into "without" and
// "with this donor".
#include "donor_sets.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "mask_ops.hpp"
#include "perdure/inpaint/error.hpp"

namespace perdure::inpaint {

namespace {

using donor_list = std::vector<std::size_t>;

mask outer_part(const mask& donor, const mask& markup) {
    mask outer = donor;
    for (std::size_t i = 0; i < outer.flags.size(); ++i)
        outer.flags[i] = donor.flags[i] != 0 && markup.flags[i] == 0 ? 1 : 0;
    return outer;
}

source_set::box_type box_of(const mask& area) {
    source_set::box_type box{area.size.width, area.size.height, 0, 0};
    for (int y = 0; y < area.size.height; ++y)
        for (int x = 0; x < area.size.width; ++x)
            if (area.at(x, y)) {
                box.left = std::min(box.left, x);
                box.top = std::min(box.top, y);
                box.right = std::max(box.right, x + 1);
                box.bottom = std::max(box.bottom, y + 1);
            }
    return box;
}

source_set set_of(const mask& area) {
    if (area.count() == 0)
        throw image_error("a donor lies wholly inside the markup; validate donors before use");
    const source_set::box_type box = box_of(area);
    source_set made(box);
    for (int y = box.top; y < box.bottom; ++y)
        for (int x = box.left; x < box.right; ++x)
            if (area.at(x, y))
                made.add(x, y);
    return made;
}

source_set unite(const std::vector<source_set>& outers, const donor_list& members) {
    source_set::box_type box = outers[members.front()].box();
    for (const std::size_t each : members) {
        const source_set::box_type& other = outers[each].box();
        box = {std::min(box.left, other.left), std::min(box.top, other.top),
               std::max(box.right, other.right), std::max(box.bottom, other.bottom)};
    }
    source_set all(box);
    for (const std::size_t each : members) {
        const source_set::box_type& other = outers[each].box();
        for (int y = other.top; y < other.bottom; ++y)
            for (int x = other.left; x < other.right; ++x)
                if (outers[each].contains(x, y))
                    all.add(x, y);
    }
    return all;
}

// Renumbers the sets that occur in the order of their first pixel; "no donor" stays 0.
std::vector<donor_list> renumber(std::vector<std::uint32_t>& ids,
                                 const std::vector<donor_list>& members) {
    std::vector<donor_list> kept{donor_list{}};
    std::map<std::uint32_t, std::uint32_t> number{{0, 0}};
    for (std::uint32_t& id : ids) {
        const auto [entry, is_new] = number.emplace(id, static_cast<std::uint32_t>(kept.size()));
        if (is_new)
            kept.push_back(members[id]);
        id = entry->second;
    }
    return kept;
}

} // namespace

donor_sets make_donor_sets(const mask& markup, std::span<const mask> donors, const mask& hole,
                           int index) {
    donor_sets made;
    if (donors.empty())
        return made;
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < hole.flags.size(); ++i)
        if (hole.flags[i] != 0)
            positions.push_back(i);
    std::vector<std::uint32_t> ids(positions.size());
    std::vector<donor_list> members{donor_list{}};
    std::vector<source_set> outers;
    for (std::size_t donor = 0; donor < donors.size(); ++donor) {
        const mask reduced = reduce_mask(donors[donor], index);
        std::map<std::uint32_t, std::uint32_t> split;
        for (std::size_t i = 0; i < positions.size(); ++i) {
            if (reduced.flags[positions[i]] == 0)
                continue;
            const auto [entry, is_new] =
                split.emplace(ids[i], static_cast<std::uint32_t>(members.size()));
            if (is_new) {
                members.push_back(members[ids[i]]);
                members.back().push_back(donor);
            }
            ids[i] = entry->second;
        }
        outers.push_back(set_of(reduce_mask(outer_part(donors[donor], markup), index)));
    }
    const std::vector<donor_list> kept = renumber(ids, members);
    if (kept.size() > std::numeric_limits<std::uint16_t>::max())
        throw image_error("the donors overlap in more than 65534 combinations; paint fewer donors");
    for (std::size_t set = 1; set < kept.size(); ++set)
        made.areas.push_back(unite(outers, kept[set]));
    for (const std::uint32_t id : ids)
        made.set_of_hole_pixel.push_back(static_cast<std::uint16_t>(id));
    return made;
}

} // namespace perdure::inpaint
