// SPDX-License-Identifier: Apache-2.0
// Runs the built program `erase` as a user would: arguments in; exit code and texts out. It can be
// killed while it runs.
#pragma once

#include <csignal>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace erase_tests {

struct ended {
    int code = 0; ///< Exit code, or minus the signal.
    std::string out;
    std::string err;
};

/// A running program whose standard output and error are read here.
class program {
  public:
    program(const std::string& path, const std::vector<std::string>& arguments) {
        int out[2];
        int err[2];
        if (::pipe(out) != 0 || ::pipe(err) != 0)
            throw std::runtime_error("no pipe");
        std::vector<char*> argv{const_cast<char*>(path.c_str())};
        for (const auto& each : arguments)
            argv.push_back(const_cast<char*>(each.c_str()));
        argv.push_back(nullptr);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(out[1], STDOUT_FILENO);
            ::dup2(err[1], STDERR_FILENO);
            for (const int each : {out[0], out[1], err[0], err[1]})
                ::close(each);
            ::execv(path.c_str(), argv.data());
            ::_exit(127);
        }
        ::close(out[1]);
        ::close(err[1]);
        out_ = ::fdopen(out[0], "r");
        err_ = ::fdopen(err[0], "r");
    }
    ~program() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        std::fclose(out_);
        std::fclose(err_);
    }
    program(const program&) = delete;
    program& operator=(const program&) = delete;

    void send(int signal) const { ::kill(pid_, signal); }

    /// The next line of standard error, without its end; nothing at the end of it.
    std::optional<std::string> read_error_line() { return read_line(err_); }

    /// Reads the rest. Standard output is short, so the program cannot block on it meanwhile.
    ended wait() {
        ended result;
        while (const auto line = read_line(err_))
            result.err += *line + "\n";
        while (const auto line = read_line(out_))
            result.out += *line + "\n";
        int status = 0;
        ::waitpid(std::exchange(pid_, -1), &status, 0);
        result.code = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
        return result;
    }

  private:
    static std::optional<std::string> read_line(std::FILE* file) {
        std::string line;
        int c = std::fgetc(file);
        if (c == EOF)
            return std::nullopt;
        for (; c != EOF && c != '\n'; c = std::fgetc(file))
            line += static_cast<char>(c);
        return line;
    }

    pid_t pid_ = -1;
    std::FILE* out_ = nullptr;
    std::FILE* err_ = nullptr;
};

inline ended run(const std::string& path, const std::vector<std::string>& arguments) {
    return program(path, arguments).wait();
}

} // namespace erase_tests
