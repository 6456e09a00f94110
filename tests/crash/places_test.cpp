// SPDX-License-Identifier: Apache-2.0
// Places where a hub can't live: no file may be opened, the disk is full, another process is there.
// The error says so, nothing acknowledged is lost, and the hub goes on once the place is better.
#include "catch.hpp"
#include "engine/hub.hpp"
#include "framework/outside.hpp"
#include "store/rocks_store.hpp"

#include <perdure/perdure.hpp>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace perdure;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

namespace {

inline constexpr activity<std::string(int)> write_much{"write_much"};
inline constexpr orchestration<int(int)> measured{"measured"};

task<int> run_measured(orchestration_context& ctx, int bytes) {
    const std::string text = co_await ctx.call(write_much, bytes);
    co_return static_cast<int>(text.size());
}

registry functions() {
    registry all;
    all.add(write_much,
            [](int bytes) { return std::string(static_cast<std::size_t>(bytes), 'x'); });
    all.add(measured, run_measured);
    return all;
}

hub_options options() {
    hub_options wanted;
    wanted.name = "Place";
    wanted.scheduler_threads = 2;
    wanted.activity_threads = 2;
    return wanted;
}

/// A hub with small write buffers, so that it soon needs new files.
task_hub open_hub(const fs::path& directory) {
    fs::create_directories(directory);
    engine::environment outside;
    outside.open_rows = [database = directory / "store"] {
        store::rocks_options small;
        small.write_buffer_bytes = 64 << 10;
        return store::open_rocks_store(database, small);
    };
    return task_hub(engine::hub::open(directory, functions(), options(), outside));
}

/// UBSan looks at memory through a pipe before it trusts it, and can't where no file may be opened.
#ifdef __SANITIZE_ADDRESS__
constexpr bool can_do_without_files = false;
#else
constexpr bool can_do_without_files = true;
#endif

constexpr int result_bytes = 20'000;

std::string name_of(int number) {
    return "i" + std::to_string(number);
}

/// What a process says about its life, in lines.
using voice = std::function<void(const std::string&)>;

void say_refusal(const voice& say, const error& refused) {
    say(std::string(to_string(refused.code())) + ": " + refused.what());
}

/// Runs instances until one is refused, and says why. How many were acknowledged.
int run_until_refused(task_hub& hub, const voice& say, int first = 0) {
    int acknowledged = first;
    try {
        for (; acknowledged < first + 20'000; ++acknowledged) {
            hub.client().start({name_of(acknowledged)}, measured, result_bytes);
            hub.client().wait(measured, name_of(acknowledged), 60s);
        }
        say("never refused");
    } catch (const error& refused) {
        say_refusal(say, refused);
    }
    return acknowledged;
}

void finish_all(task_hub& hub, int count, const voice& say) {
    for (int i = 0; i < count; ++i)
        if (hub.client().wait(measured, name_of(i), 60s) != result_bytes)
            throw error(errc::not_found, name_of(i) + " has another result");
    say("finished " + std::to_string(count));
}

/// Another process. This one must not use RocksDB itself: a fork has none of its threads.
class forked {
  public:
    explicit forked(const std::function<void(const voice&)>& life) {
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
        pid_ = ::fork();
        REQUIRE(pid_ >= 0);
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            const voice say = [to = ends[1]](const std::string& text) {
                static_cast<void>(::write(to, (text + '\n').c_str(), text.size() + 1));
            };
            try {
                life(say);
            } catch (const error& refused) {
                say_refusal(say, refused);
            }
            ::_exit(0);
        }
        ::close(ends[1]);
        in_ = ::fdopen(ends[0], "r");
    }
    ~forked() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        std::fclose(in_);
    }
    forked(const forked&) = delete;
    forked& operator=(const forked&) = delete;

    pid_t id() const noexcept { return pid_; }
    /// Empty at the end.
    std::string next_line() {
        std::string line;
        for (int c = std::fgetc(in_); c != EOF && c != '\n'; c = std::fgetc(in_))
            line += static_cast<char>(c);
        return line;
    }

  private:
    pid_t pid_ = -1;
    std::FILE* in_ = nullptr;
};

std::vector<std::string> said_by(const std::function<void(const voice&)>& life) {
    forked other(life);
    std::vector<std::string> lines;
    for (std::string line = other.next_line(); !line.empty(); line = other.next_line())
        lines.push_back(line);
    return lines;
}

/// Of this process. `more`: how many more files it may open.
void limit_files(rlim_t more) {
    const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(next);
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = static_cast<rlim_t>(next) + more;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// A file system of so many bytes at `place`, gone with this process. False where that is not
/// allowed.
bool mount_small_disk(const fs::path& place, std::size_t bytes) {
    const std::string size = "size=" + std::to_string(bytes);
    return ::unshare(CLONE_NEWNS) == 0 &&
           ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("tmpfs", place.c_str(), "tmpfs", 0, size.c_str()) == 0;
}

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

} // namespace

TEST_CASE("a hub that may open too few files says which limit to raise, and loses nothing") {
    if (!can_do_without_files) {
        WARN("not tested: the sanitizers need files themselves");
        return;
    }
    tests::temporary_directory home;
    const auto begun = said_by([&](const voice& say) {
        auto hub = task_hub::open(home.path(), functions(), options());
        for (int i = 0; i < 3; ++i)
            hub.client().start({name_of(i)}, measured, result_bytes);
        say("started");
    });
    REQUIRE(begun == std::vector<std::string>{"started"});
    int refusals = 0;
    for (rlim_t more = 0; more < 40; ++more) {
        const auto said = said_by([&](const voice& say) {
            limit_files(more);
            const auto hub = task_hub::open(home.path(), functions(), options());
            say("opened");
        });
        REQUIRE(said.size() == 1);
        if (said[0] == "opened")
            continue;
        CHECK_THAT(said[0], StartsWith("storage: ") && Contains("ulimit -n"));
        ++refusals;
    }
    CHECK(refusals > 0);
    CHECK(refusals < 40);

    const auto finished = said_by([&](const voice& say) {
        auto hub = task_hub::open(home.path(), functions(), options());
        finish_all(hub, 3, say);
    });
    CHECK(finished == std::vector<std::string>{"finished 3"});
}

TEST_CASE("a hub that runs out of files while it runs says so, and goes on with a higher limit") {
    if (!can_do_without_files) {
        WARN("not tested: the sanitizers need files themselves");
        return;
    }
    tests::temporary_directory home;
    const auto said = said_by([&](const voice& say) {
        auto hub = open_hub(home.path());
        limit_files(0);
        const int acknowledged = run_until_refused(hub, say);
        hub.close();
        say(std::to_string(acknowledged));
    });
    REQUIRE(said.size() == 2);
    CHECK_THAT(said[0], StartsWith("poisoned: ") && Contains("ulimit -n"));
    const int acknowledged = std::stoi(said[1]);
    CHECK(acknowledged > 0);

    const auto finished = said_by([&](const voice& say) {
        auto hub = open_hub(home.path());
        finish_all(hub, acknowledged, say);
    });
    CHECK(finished == std::vector<std::string>{"finished " + said[1]});
}

TEST_CASE("a hub on a full disk says so, can be closed, and goes on when there is room") {
    tests::temporary_directory home;
    const auto said = said_by([&](const voice& say) {
        if (!mount_small_disk(home.path(), std::size_t{32} << 20))
            return say("not allowed");
        const fs::path ballast = home.path() / "ballast";
        std::ofstream(ballast) << std::string(std::size_t{16} << 20, 'b');
        const fs::path place = home.path() / "Place";
        int acknowledged = 0;
        {
            auto hub = open_hub(place);
            acknowledged = run_until_refused(hub, say);
            run_until_refused(hub, say, acknowledged);
        }
        for (int i = 0; i < 5; ++i) {
            try {
                auto hub = open_hub(place);
                run_until_refused(hub, say, acknowledged);
            } catch (const error& refused) {
                say_refusal(say, refused);
            }
        }
        fs::remove(ballast);
        auto hub = open_hub(place);
        finish_all(hub, acknowledged, say);
        hub.client().wait(measured, hub.client().start(measured, 3), 60s);
        say("went on");
    });
    REQUIRE_FALSE(said.empty());
    if (said[0] == "not allowed") {
        WARN("not tested: this process may not mount a file system");
        return;
    }
    REQUIRE(said.size() == 9);
    CHECK_THAT(said[0], StartsWith("poisoned: ") && Contains("free some space"));
    CHECK_THAT(said[1], StartsWith("poisoned: "));
    for (std::size_t i = 2; i < 7; ++i)
        CHECK_THAT(said[i], (StartsWith("storage: ") || StartsWith("poisoned: ")) &&
                                Contains("free some space"));
    CHECK_THAT(said[7], StartsWith("finished "));
    CHECK(said[8] == "went on");
}

TEST_CASE("a hub that is open in another process is refused with its id, until that is dead") {
    tests::temporary_directory home;
    const auto open = [&](const voice& say) {
        const auto hub = task_hub::open(home.path(), functions(), options());
        say("open");
        ::pause();
    };
    {
        forked holder(open);
        REQUIRE(holder.next_line() == "open");
        CHECK_THAT(forked(open).next_line(),
                   StartsWith("hub_locked: ") &&
                       Contains("process " + std::to_string(holder.id()) + " "));
    }
    CHECK(forked(open).next_line() == "open");
}
