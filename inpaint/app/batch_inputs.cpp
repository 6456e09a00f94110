// SPDX-License-Identifier: Apache-2.0
#include "inpaint/app/batch_inputs.hpp"

#include "inpaint/app/digest.hpp"

#include <perdure/inpaint/error.hpp>

#include <algorithm>
#include <exception>
#include <map>
#include <utility>

namespace erase_app {
namespace {

namespace fs = std::filesystem;

bool is_picture(const fs::path& file) {
    try {
        pixels::format_of(file);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

/// "markup" of NAME.markup.png; empty for a photo.
std::string role_of(const fs::path& file) {
    const std::string role = file.stem().extension().string();
    const bool is_role = role == ".markup" || role.rfind(".donor", 0) == 0;
    return is_role ? role.substr(1) : std::string();
}

struct roles {
    fs::path markup;
    std::vector<fs::path> donors;
};

std::vector<fs::path> pictures_in(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code problem;
    for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
         at.increment(problem))
        if (at->is_regular_file() && is_picture(at->path()))
            found.push_back(at->path());
    if (problem)
        throw refusal(folder.string() + " cannot be read (" + problem.message() +
                      "); name a folder of pictures");
    std::sort(found.begin(), found.end());
    return found;
}

void read_hashes(batch_entry& entry, int grow) {
    entry.hashes.photo = sha256(pixels::read_file(entry.photo));
    const std::string markup = pixels::read_file(entry.markup);
    entry.hashes.markup = sha256(markup);
    if (grow > 0) {
        const auto marked =
            pixels::decode_mask(markup, "the markup " + entry.markup.filename().string());
        entry.grown_markup = grown_file(marked, grow);
        entry.hashes.markup = sha256(entry.grown_markup);
    }
    for (const fs::path& donor : entry.donors)
        entry.hashes.donors.push_back(sha256(pixels::read_file(donor)));
}

void require_folders(const options& chosen) {
    std::error_code ignored;
    if (!fs::is_directory(chosen.batch, ignored))
        throw refusal("there is no folder " + chosen.batch.string() + "; name one of pictures");
    if (fs::exists(chosen.out, ignored) && !fs::is_directory(chosen.out, ignored))
        throw refusal(chosen.out.string() + " is a file; name a folder for the results");
    if (fs::equivalent(chosen.batch, chosen.out, ignored))
        throw refusal("the results would replace the photos in " + chosen.batch.string() +
                      "; name another folder");
}

} // namespace

std::vector<batch_entry> read_batch(const options& chosen) {
    require_folders(chosen);
    const std::vector<fs::path> files = pictures_in(chosen.batch);
    std::map<std::string, roles> roles_of;
    for (const fs::path& file : files) {
        const std::string role = role_of(file);
        roles& of = roles_of[file.stem().stem().string()];
        if (role == "markup")
            of.markup = file;
        else if (!role.empty())
            of.donors.push_back(file);
    }
    std::vector<batch_entry> entries;
    for (const fs::path& file : files) {
        if (!role_of(file).empty())
            continue;
        const roles& its = roles_of[file.stem().string()];
        entries.push_back({file, its.markup, its.donors, chosen.out / file.filename(), {}, {}, {}});
    }
    const auto has_markup = [](const batch_entry& each) { return !each.markup.empty(); };
    if (std::none_of(entries.begin(), entries.end(), has_markup))
        throw refusal(chosen.batch.string() + " holds no photo with a markup; call them NAME.jpg "
                                              "and NAME.markup.png");
    for (batch_entry& each : entries)
        try {
            if (has_markup(each))
                read_hashes(each, chosen.grow);
        } catch (const pixels::image_error& problem) {
            each.problem = problem.what();
        }
    return entries;
}

} // namespace erase_app
