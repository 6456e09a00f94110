// SPDX-License-Identifier: Apache-2.0
#include "crash/child.hpp"

#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace perdure::crash {

child::child(const std::vector<std::string>& arguments, const std::filesystem::path& log) {
    static const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const auto& each : arguments)
        argv.push_back(const_cast<char*>(each.c_str()));
    argv.push_back(nullptr);
    const int printed = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    pid_ = printed < 0 ? -1 : ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(printed, STDOUT_FILENO);
        ::dup2(printed, STDERR_FILENO);
        ::execv(program.c_str(), argv.data());
        ::_exit(127);
    }
    const std::error_code failed(errno, std::generic_category());
    ::close(printed);
    if (pid_ < 0)
        throw std::system_error(failed, "starting a child");
}

child::~child() {
    kill();
    while (!ended())
        ::usleep(100);
}

void child::kill() const {
    if (!ended_)
        ::kill(pid_, SIGKILL);
}

std::optional<int> child::ended() {
    int status = 0;
    if (!ended_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
        ended_ = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    return ended_;
}

} // namespace perdure::crash
