// SPDX-License-Identifier: Apache-2.0
// A folder of pictures and markups:
//
//   NAME.png, .jpg, .jpeg or .webp            the photo
//   NAME.markup.png (or one of the others)    its markup
//   NAME.donor1.png, NAME.donor2.png, ...     its donors, if it has any
#pragma once

#include "inpaint/app/inputs.hpp"
#include "inpaint/app/options.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace erase_app {

struct batch_entry {
    std::filesystem::path photo;
    std::filesystem::path markup; ///< Empty: it has none, so there is nothing to do.
    std::vector<std::filesystem::path> donors;
    std::filesystem::path out;

    file_hashes hashes;
    std::string grown_markup; ///< As in inputs.
    std::string problem; ///< Why it cannot even be begun; usually empty.
};

/// All photos of options::batch in the order of their names, with the hashes of their files. What
/// is wrong with one of them is its problem alone. Throws refusal if there is no such folder, if
/// nothing in it has a markup, or if options::out is the same folder.
std::vector<batch_entry> read_batch(const options& chosen);

} // namespace erase_app
