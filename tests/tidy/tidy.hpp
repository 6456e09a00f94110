// SPDX-License-Identifier: Apache-2.0
//
// Rules about the source tree that no compiler checks. Each check looks at one file and reports
// every line that breaks a rule, together with what to write instead.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

/// One file of the tree; `path` is relative to the root and uses '/'.
struct source_file {
    std::string path;
    std::vector<std::string> lines;

    [[nodiscard]] bool is_below(std::string_view folder) const { return path.starts_with(folder); }
    [[nodiscard]] bool is_cpp() const { return path.ends_with(".cpp") || path.ends_with(".hpp"); }
    [[nodiscard]] bool is_markdown() const { return path.ends_with(".md"); }
};

/// Collects what is wrong; prints each violation as "path:line: message".
class report {
  public:
    void add(const source_file& file, std::size_t line_index, const std::string& message);
    [[nodiscard]] std::size_t count() const { return count_; }

  private:
    std::size_t count_ = 0;
};

/// Which room may include which, and which third party belongs to which room.
void check_includes(const source_file& file, report& out);

/// Banned calls and words, licence line, line and file length.
void check_text(const source_file& file, report& out);

/// Markdown: links and the paths named in prose lead somewhere.
void check_docs(const std::filesystem::path& root, const source_file& file, report& out);

/// The line without its // comment.
[[nodiscard]] std::string_view code_of(std::string_view line);

} // namespace tidy
