// SPDX-License-Identifier: Apache-2.0
#include "bench/process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <system_error>
#include <utility>

namespace perdure::bench {
namespace {

double seconds_of(const rusage& used) {
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// A line of /proc/self/status, in kB.
std::uint64_t status_kib(const std::string& name) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == name) {
            std::uint64_t value = 0;
            status >> value;
            return value;
        }
    return 0;
}

[[noreturn]] void become(const std::filesystem::path& program,
                         const std::vector<std::string>& arguments, int printed) {
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const auto& each : arguments)
        argv.push_back(const_cast<char*>(each.c_str()));
    argv.push_back(nullptr);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(printed, STDOUT_FILENO);
    ::execv(program.c_str(), argv.data());
    ::_exit(127);
}

} // namespace

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return seconds_of(used);
}

std::uint64_t rss_kib() {
    return status_kib("VmRSS:");
}

std::uint64_t rss_max_kib() {
    return status_kib("VmHWM:");
}

void reset_rss_max() {
    std::ofstream("/proc/self/clear_refs") << 5;
}

std::filesystem::path own_program() {
    return std::filesystem::read_symlink("/proc/self/exe");
}

child::child(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw std::system_error(errno, std::generic_category(), "making a pipe");
    pid_ = ::fork();
    if (pid_ == 0)
        become(program, arguments, ends[1]);
    const int failed = errno;
    ::close(ends[1]);
    printed_ = ends[0];
    if (pid_ < 0) {
        ::close(printed_);
        throw std::system_error(failed, std::generic_category(), "starting " + program.string());
    }
}

child::~child() {
    kill();
    wait();
    ::close(printed_);
}

std::optional<std::string> child::read_line() {
    for (;;) {
        if (const auto end = unread_.find('\n'); end != std::string::npos) {
            std::string line = unread_.substr(0, end);
            unread_.erase(0, end + 1);
            return line;
        }
        char some[4096];
        const ssize_t count = ::read(printed_, some, sizeof some);
        if (count > 0)
            unread_.append(some, static_cast<std::size_t>(count));
        else if (count == 0 || errno != EINTR)
            return std::nullopt;
    }
}

void child::kill() {
    if (!ended_)
        ::kill(pid_, SIGKILL);
}

ending child::wait() {
    if (ended_)
        return *ended_;
    int status = 0;
    rusage used{};
    while (::wait4(pid_, &status, 0, &used) < 0 && errno == EINTR) {
    }
    ended_ = ending{WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status), seconds_of(used),
                    static_cast<std::uint64_t>(used.ru_maxrss)};
    return *ended_;
}

} // namespace perdure::bench
