// SPDX-License-Identifier: Apache-2.0
#include "sim/rot.hpp"

#include "sim/attempts.hpp"
#include "sim/enumerate.hpp"
#include "sim/rotten_disk.hpp"

#include <array>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <map>
#include <utility>

namespace perdure::sim {
namespace {

/// Part of a file's name, and what such files are called here. The first that fits counts.
struct file_kind {
    std::string_view part;
    std::string_view name;
};
constexpr std::array file_kinds{
    file_kind{".log", "wal"},           file_kind{".sst", "sst"},
    file_kind{".blob", "blob"},         file_kind{"/MANIFEST-", "manifest"},
    file_kind{"/CURRENT", "current"},   file_kind{"/WATERMARK", "watermark"},
    file_kind{"/IDENTITY", "identity"}, file_kind{"", "other"},
};

std::string_view kind_of(const std::string& path) {
    for (const file_kind& each : file_kinds)
        if (path.find(each.part) != path.npos)
            return each.name;
    return {};
}

struct rot_options {
    std::uint64_t seed = 1;
    std::string files = "all"; ///< A kind, or all.
    std::uint64_t stride = 1; ///< Of so many bytes, one is tried.
    std::optional<std::uint64_t> sample; ///< So many flips, drawn from the seed.
    std::uint64_t disks = 3; ///< Killed at that many moments of the story; the last was closed.
    std::uint64_t seconds_max = 0;
    std::size_t threads = 1;
    bool is_json = false;

    std::optional<std::uint64_t> point; ///< Only the disk of this file operation.
    std::string file; ///< Only this one.
    std::optional<std::uint64_t> bit;
};

struct flipped_bit {
    const wreck* left;
    std::uint64_t point;
    std::string file;
    std::uint64_t bit;
};

/// What became of the flips in one kind of file.
struct tally {
    std::uint64_t files = 0, bytes = 0, flips = 0;
    std::map<errc, std::uint64_t> refused, reported;
    std::uint64_t harmless = 0;
    std::uint64_t wrong() const { return flips - harmless - sum(refused) - sum(reported); }
    static std::uint64_t sum(const std::map<errc, std::uint64_t>& counts) {
        std::uint64_t all = 0;
        for (const auto& [code, count] : counts)
            all += count;
        return all;
    }
};

class rot {
  public:
    explicit rot(rot_options wanted) : wanted_(std::move(wanted)) {}

    int run() {
        const auto begin = std::chrono::steady_clock::now();
        plan();
        tries_.share(planned_.size(), wanted_.threads, wanted_.seconds_max,
                     [this](std::size_t index) { try_one(planned_[index]); });
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        wanted_.is_json ? print_json(took.count()) : print_table(took.count());
        return tries_.failures() == 0 ? 0 : 1;
    }

  private:
    void plan();
    void sample(std::uint64_t flips);
    void plan_disk(std::uint64_t point);
    void try_one(const flipped_bit& at);
    void print_table(double seconds) const;
    void print_json(double seconds) const;

    rot_options wanted_;
    undisturbed story_;
    std::vector<std::unique_ptr<wreck>> disks_;
    std::vector<flipped_bit> planned_;
    attempts tries_;
    std::mutex counting_;
    std::map<std::string_view, tally> tallies_;
};

void rot::plan() {
    story_ = play_undisturbed(mixed_script(), wanted_.seed);
    if (wanted_.point) {
        plan_disk(*wanted_.point);
    } else {
        for (std::uint64_t i = 1; i <= wanted_.disks; ++i)
            plan_disk(story_.operations * i / wanted_.disks);
    }
    if (wanted_.sample)
        sample(*wanted_.sample);
    else if (wanted_.seconds_max != 0) // time that runs out must not always spare the same files
        thin_out(planned_, planned_.size(), wanted_.seed);
}

/// As many of each kind of file: the small ones matter most.
void rot::sample(std::uint64_t flips) {
    std::map<std::string_view, std::vector<flipped_bit>> by_kind;
    for (flipped_bit& each : std::exchange(planned_, {}))
        by_kind[kind_of(each.file)].push_back(std::move(each));
    for (auto& [kind, all] : by_kind) {
        thin_out(all, flips / by_kind.size() + 1, wanted_.seed);
        planned_.insert(planned_.end(), all.begin(), all.end());
    }
}

/// The story's last operation closes the hub.
void rot::plan_disk(std::uint64_t point) {
    disks_.push_back(crash_at(mixed_script(), wanted_.seed, point));
    const wreck& left = *disks_.back();
    for (const testing::disk_file& each : left.disk.files()) {
        const std::string_view kind = kind_of(each.path);
        if ((wanted_.files != "all" && wanted_.files != kind) ||
            (!wanted_.file.empty() && wanted_.file != each.path))
            continue;
        tally& counted = tallies_[kind];
        ++counted.files;
        counted.bytes += each.synced_size;
        base::random_stream random(base::mix(wanted_.seed + point) ^ base::seed_of(each.path));
        for (std::uint64_t byte = random.draw() % wanted_.stride; byte < each.synced_size;
             byte += wanted_.stride) {
            const std::uint64_t bit = byte * 8 + random.draw() % 8;
            if (!wanted_.bit)
                planned_.push_back({&left, point, each.path, bit});
        }
        if (wanted_.bit)
            planned_.push_back({&left, point, each.path, *wanted_.bit});
    }
}

void rot::try_one(const flipped_bit& at) {
    const std::string_view kind = kind_of(at.file);
    const std::string repeat = "rot --seed " + std::to_string(wanted_.seed) + " --point " +
                               std::to_string(at.point) + " --file " + at.file + " --bit " +
                               std::to_string(at.bit);
    std::optional<verdict> given;
    tries_.make(repeat, [&] { given = examine(*at.left, wanted_.seed, at.file, at.bit, story_); });
    const std::scoped_lock lock(counting_);
    tally& counted = tallies_.at(kind);
    ++counted.flips;
    if (!given)
        return;
    if (given->became == fate::refused)
        ++counted.refused[given->code];
    else if (given->became == fate::reported)
        ++counted.reported[given->code];
    else
        ++counted.harmless;
}

std::string with_codes(const std::map<errc, std::uint64_t>& counts) {
    std::string text = std::to_string(tally::sum(counts));
    std::string_view before = " (";
    for (const auto& [code, count] : counts) {
        text += before;
        text += std::to_string(count) + ' ' + to_string(code);
        before = ", ";
    }
    return counts.empty() ? text : text + ')';
}

void rot::print_table(double seconds) const {
    const auto print = [](const auto& kind, const auto& files, const auto& bytes, const auto& flips,
                          const auto& refused, const auto& reported, const auto& harmless,
                          const auto& wrong) {
        std::cout << std::left << std::setw(10) << kind << std::right << std::setw(6) << files
                  << std::setw(9) << bytes << std::setw(8) << flips << "  " << std::left
                  << std::setw(34) << refused << std::setw(42) << reported << std::setw(10)
                  << harmless << wrong << '\n';
    };
    print("file", "files", "bytes", "flips", "refused", "reported", "harmless", "silently wrong");
    for (const auto& [kind, each] : tallies_)
        print(kind, each.files, each.bytes, each.flips, with_codes(each.refused),
              with_codes(each.reported), each.harmless, each.wrong());
    std::cout << disks_.size() << " disks, " << tries_.failures() << " failures, " << seconds
              << " s\n";
}

nlohmann::json to_json(const std::map<errc, std::uint64_t>& counts) {
    nlohmann::json figures = nlohmann::json::object();
    for (const auto& [code, count] : counts)
        figures[to_string(code)] = count;
    return figures;
}

void rot::print_json(double seconds) const {
    nlohmann::json kinds = nlohmann::json::object();
    for (const auto& [kind, each] : tallies_)
        kinds[std::string(kind)] = {{"files", each.files},
                                    {"bytes", each.bytes},
                                    {"flips", each.flips},
                                    {"refused", to_json(each.refused)},
                                    {"reported", to_json(each.reported)},
                                    {"harmless", each.harmless},
                                    {"silently_wrong", each.wrong()}};
    std::cout << nlohmann::json{{"disks", disks_.size()},
                                {"kinds", kinds},
                                {"failures", tries_.failures()},
                                {"seconds", seconds}}
              << '\n';
}

std::optional<std::uint64_t> optional_number(arguments& given, std::string_view option) {
    const std::string text = given.text(option, "");
    if (text.empty())
        return std::nullopt;
    return parse_number(option, text, 0);
}

int run_rot(arguments& given) {
    rot_options wanted;
    wanted.seed = given.number("--seed", wanted.seed);
    wanted.files = given.text("--files", wanted.files);
    if (wanted.files != "all" &&
        std::none_of(file_kinds.begin(), file_kinds.end(),
                     [&](const file_kind& each) { return each.name == wanted.files; }))
        throw wrong_usage("there is no kind of file '" + wanted.files + "'");
    wanted.stride = given.number("--stride", wanted.stride, 1);
    wanted.sample = optional_number(given, "--sample");
    wanted.disks = given.number("--disks", wanted.disks, 1);
    wanted.seconds_max = given.number("--seconds", 0);
    wanted.threads = given.number("--threads", cores(), 1);
    wanted.is_json = given.flag("--json");
    wanted.point = optional_number(given, "--point");
    wanted.file = given.text("--file", "");
    wanted.bit = optional_number(given, "--bit");
    given.end();
    return rot(std::move(wanted)).run();
}

} // namespace

command rot_command() {
    return {"rot",
            "[--files wal|sst|blob|manifest|current|watermark|options|identity|other|all] "
            "[--stride BYTES]\n"
            "          [--seed S] [--sample N] [--disks N] [--seconds MAX] [--threads N] "
            "[--json]\n"
            "          [--point K] [--file F] [--bit B]\n"
            "    Flips one synced bit of each byte of each file of a hub, one at a time, and goes "
            "on. Whatever is\n"
            "    missing or different then, somebody must have said so.\n",
            run_rot};
}

} // namespace perdure::sim
