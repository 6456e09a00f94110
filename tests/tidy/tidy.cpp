// SPDX-License-Identifier: Apache-2.0
//
// tidy ROOT: checks every source, script and Markdown file below ROOT; exits 1 on any violation.
#include "tests/tidy/tidy.hpp"

#include <algorithm>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <utility>

namespace fs = std::filesystem;

namespace tidy {

void report::add(const source_file& file, std::size_t line_index, const std::string& message) {
    ++count_;
    std::cout << file.path << ':' << line_index + 1 << ": " << message << '\n';
}

std::string_view code_of(std::string_view line) {
    return line.substr(0, line.find("//"));
}

namespace {

// Build trees and what version control keeps are not ours; the planted violations are checked by a
// run of their own, whose root is that folder.
bool is_skipped(const std::string& path) {
    return path == "build" || path == ".git" || path == "tests/tidy/bad";
}

// The first line decides for files without a telling name, such as those in scripts/.
bool is_checked(const fs::path& path, const std::string& first_line) {
    const auto name = path.filename().string();
    const auto extension = path.extension().string();
    return extension == ".cpp" || extension == ".hpp" || extension == ".md" ||
           extension == ".cmake" || extension == ".in" || name == "CMakeLists.txt" ||
           first_line.starts_with("#!");
}

std::vector<std::string> read_lines(const fs::path& path) {
    std::ifstream in(path);
    if (!in) {
        throw std::runtime_error("cannot read " + path.string());
    }
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<source_file> read_tree(const fs::path& root) {
    std::vector<source_file> files;
    for (auto at = fs::recursive_directory_iterator(root); at != fs::end(at); ++at) {
        const auto path = fs::relative(at->path(), root).generic_string();
        if (at->is_directory()) {
            if (is_skipped(path)) {
                at.disable_recursion_pending();
            }
            continue;
        }
        if (!at->is_regular_file()) {
            continue;
        }
        auto lines = read_lines(at->path());
        if (is_checked(at->path(), lines.empty() ? std::string() : lines.front())) {
            files.push_back({path, std::move(lines)});
        }
    }
    std::sort(files.begin(), files.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return files;
}

} // namespace
} // namespace tidy

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: tidy ROOT\n";
        return 2;
    }
    try {
        const fs::path root = argv[1];
        const auto files = tidy::read_tree(root);
        if (files.empty()) {
            std::cerr << "tidy: no files below " << root << '\n';
            return 2;
        }
        tidy::report out;
        for (const auto& file : files) {
            if (file.is_cpp()) {
                tidy::check_includes(file, out);
            }
            if (file.is_markdown()) {
                tidy::check_docs(root, file, out);
            }
            tidy::check_text(file, out);
        }
        std::cout << "tidy: " << files.size() << " files, " << out.count() << " violations\n";
        return out.count() == 0 ? 0 : 1;
    } catch (const std::exception& problem) {
        std::cerr << "tidy: " << problem.what() << '\n';
        return 2;
    }
}
