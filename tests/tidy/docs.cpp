// SPDX-License-Identifier: Apache-2.0
//
// Markdown that points at the tree must not outlive what it points at.
#include "tests/tidy/tidy.hpp"

#include <fstream>
#include <iterator>
#include <regex>

namespace fs = std::filesystem;

namespace tidy {
namespace {

std::string without_code_spans(const std::string& line) {
    static const std::regex span("`[^`]*`");
    return std::regex_replace(line, span, "");
}

void check_links(const fs::path& root, const source_file& file, std::size_t i, report& out) {
    static const std::regex link(R"(\[[^\]]*\]\(([^)\s]+)[^)]*\))");
    const auto text = without_code_spans(file.lines[i]);
    for (std::sregex_iterator at(text.begin(), text.end(), link), end; at != end; ++at) {
        const std::string whole = (*at)[1];
        const auto target = whole.substr(0, whole.find('#'));
        if (target.empty() || whole.find("://") != std::string::npos ||
            whole.starts_with("mailto:")) {
            continue;
        }
        if (!fs::exists((root / file.path).parent_path() / target)) {
            out.add(file, i, "this link leads nowhere: " + whole + "; name an existing file");
        }
    }
}

// Prose names files from the root, or from where its readers include them.
fs::path resolve(const fs::path& root, const std::string& named) {
    for (const auto* base : {"", "framework", "framework/include", "inpaint/include"}) {
        if (fs::exists(root / base / named)) {
            return root / base / named;
        }
    }
    return {};
}

// A path is meant when it starts in one of our folders or ends like one of our files.
bool looks_like_ours(const fs::path& root, const std::string& named) {
    static const std::regex our_file(R"(\.(cpp|hpp|cmake|md|txt|json|sh)$)");
    const auto first = named.substr(0, named.find('/'));
    if (first == named || first.empty() || first == "build" || first == "..") {
        return false;
    }
    return fs::is_directory(root / first) || fs::is_directory(root / "framework" / first) ||
           std::regex_search(named, our_file);
}

bool mentions(const fs::path& path, const std::string& word) {
    std::ifstream in(path);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    return text.find(word) != std::string::npos;
}

// `path`, or `path : function` as in the table of the walk.
void check_named_paths(const fs::path& root, const source_file& file, std::size_t i, report& out) {
    static const std::regex span(R"(`([A-Za-z0-9_.\-/]+)(\s*:\s*([A-Za-z_][\w:]*)(\(\))?)?`)");
    const auto& line = file.lines[i];
    for (std::sregex_iterator at(line.begin(), line.end(), span), end; at != end; ++at) {
        const std::string named = (*at)[1];
        if (!looks_like_ours(root, named)) {
            continue;
        }
        const auto path = resolve(root, named);
        if (path.empty()) {
            out.add(file, i, "no such file: " + named + "; name it as it is called now");
            continue;
        }
        const std::string function = (*at)[3];
        const auto short_name = function.substr(function.rfind(':') + 1);
        if (!function.empty() && !mentions(path, short_name)) {
            out.add(file, i, named + " has no " + function + "; name the function that is there");
        }
    }
}

} // namespace

void check_docs(const fs::path& root, const source_file& file, report& out) {
    const bool names_paths = file.path == "README.md" || file.path == "docs/architecture.md";
    bool is_in_fence = false;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        if (file.lines[i].starts_with("```")) {
            is_in_fence = !is_in_fence;
        }
        if (is_in_fence) {
            continue;
        }
        check_links(root, file, i, out);
        if (names_paths) {
            check_named_paths(root, file, i, out);
        }
    }
}

} // namespace tidy
