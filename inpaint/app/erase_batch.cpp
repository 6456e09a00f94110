// SPDX-License-Identifier: Apache-2.0
// Every picture's instance is named by its content, so that a later run with some other pictures in
// the folder finds those that are done; the batch that starts them is named by all of them.
#include "inpaint/app/erase_batch.hpp"

#include "inpaint/app/batch_inputs.hpp"
#include "inpaint/app/batch_report.hpp"
#include "inpaint/app/digest.hpp"
#include "inpaint/app/erase_hub.hpp"
#include "orchestrations/erase_batch.hpp"

#include <perdure/inpaint/error.hpp>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace erase_app {
namespace {

constexpr std::chrono::milliseconds poll_period{100};

using state_type = batch_result::state_type;

erasing::input_files files_of(const std::vector<batch_entry>& entries) {
    erasing::input_files files;
    for (const batch_entry& each : entries) {
        files.emplace(each.hashes.photo, each.photo);
        if (each.grown_markup.empty())
            files.emplace(each.hashes.markup, each.markup);
        else
            files.emplace(each.hashes.markup, erasing::input_file(each.grown_markup));
        for (std::size_t i = 0; i < each.hashes.donors.size(); ++i)
            files.emplace(each.hashes.donors[i], each.donors[i]);
    }
    return files;
}

/// A file that has been filled or is one of those that decided how.
std::string read_unchanged(const std::filesystem::path& path, const std::string& hash) {
    std::string bytes = pixels::read_file(path);
    if (sha256(bytes) != hash)
        throw pixels::image_error(path.string() +
                                  " changed while it was being filled; run the program again");
    return bytes;
}

class batch_run {
  public:
    batch_run(const options& chosen, std::vector<batch_entry> entries)
        : chosen_(chosen), entries_(std::move(entries)),
          hub_(chosen.hub_folder(),
               std::make_shared<erasing::decoded_values>(files_of(entries_), chosen.threads),
               chosen.threads) {}

    batch_report run(const stop_question& must_stop) {
        sort_out();
        find_or_start();
        while (!is_all_known()) {
            const bool is_over = wait_a_moment();
            look(is_over);
            if (must_stop() && !is_all_known()) {
                hub_.close();
                throw interruption("interrupted; run the same command again and it goes on (the "
                                   "work is kept in " +
                                   chosen_.hub_folder().string() + ")");
            }
        }
        hub_.close();
        report_.activity_count = hub_.metrics().activities;
        report_.committed_bytes = hub_.metrics().bytes;
        return std::move(report_);
    }

    void remove_hub() { hub_.remove(); }

  private:
    /// What there is to do, and what is not.
    void sort_out() {
        for (const batch_entry& each : entries_) {
            batch_result result;
            result.photo = each.photo.filename().string();
            if (each.markup.empty())
                result.problem = "it has no markup";
            if (!each.problem.empty()) {
                result.problem = each.problem;
                result.state = state_type::failed;
                say(result);
            }
            instances_.emplace_back();
            report_.results.push_back(std::move(result));
        }
    }

    bool is_to_do(std::size_t i) const { return report_.results[i].problem.empty(); }

    /// The last attempt at this picture that has not failed, or the name for the next one.
    std::string attempt_at(const std::string& named) {
        std::string instance = named;
        for (int attempt = 2;; ++attempt) {
            const auto known = hub_.client().status(instance);
            if (!known || known->status != perdure::runtime_status::failed)
                return instance;
            instance = named + "-" + std::to_string(attempt);
        }
    }

    void find_or_start() {
        std::string all;
        std::vector<erasing::erase_job> jobs(entries_.size());
        for (std::size_t i = 0; i < entries_.size(); ++i)
            if (is_to_do(i)) {
                jobs[i] = job_of(chosen_, entries_[i].hashes);
                instances_[i] = instance_of(jobs[i]);
                all += instances_[i] + "\n";
            }
        if (all.empty())
            return;
        const std::string named = "erase-batch-" + sha256(all).substr(0, 32);
        report_.instance = named;
        for (int attempt = 2;; ++attempt) {
            const auto known = hub_.client().status(report_.instance);
            if (!known)
                return start(jobs);
            if (!perdure::is_finished(known->status))
                return go_on(*known);
            report_.instance = named + "-" + std::to_string(attempt);
        }
    }

    /// A batch of all that nobody has begun yet.
    void start(const std::vector<erasing::erase_job>& jobs) {
        erasing::batch_job batch;
        batch.at_once = chosen_.at_once;
        std::set<std::string> begun;
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            if (!is_to_do(i))
                continue;
            instances_[i] = attempt_at(instances_[i]);
            if (!hub_.client().status(instances_[i]) && begun.insert(instances_[i]).second)
                batch.pictures.push_back({instances_[i], jobs[i]});
        }
        perdure::start_options as;
        as.instance = report_.instance;
        hub_.client().start(std::move(as), erasing::erase_batch, std::move(batch));
    }

    /// The same batch, begun by an earlier process: it has its own names for what it tries again.
    void go_on(const perdure::instance_status& known) {
        const auto batch = perdure::codec<erasing::batch_job>::decode(known.input);
        std::map<std::string, std::string> instance_of_name;
        for (const erasing::batch_picture& each : batch.pictures)
            instance_of_name[instance_of(each.job)] = each.instance;
        for (std::string& each : instances_)
            if (const auto found = instance_of_name.find(each); found != instance_of_name.end())
                each = found->second;
        if (!chosen_.is_quiet)
            std::fprintf(stderr, "going on with the batch that was begun before\n");
    }

    bool is_all_known() const {
        for (std::size_t i = 0; i < entries_.size(); ++i)
            if (is_to_do(i) && report_.results[i].state == state_type::skipped)
                return false;
        return true;
    }

    bool wait_a_moment() {
        try {
            hub_.client().wait(erasing::erase_batch, report_.instance, poll_period);
            return true;
        } catch (const perdure::error& problem) {
            if (problem.code() != perdure::errc::timeout)
                throw;
            return false;
        }
    }

    /// Whatever has ended since the last look is written or complained about.
    void look(bool is_over) {
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            batch_result& result = report_.results[i];
            if (!is_to_do(i) || result.state != state_type::skipped)
                continue;
            const auto status = hub_.client().status(instances_[i]);
            if (!status && is_over)
                fail(result, "its run is not in the hub; remove the hub and run it again");
            if (status && perdure::is_finished(status->status))
                finish(i, *status);
        }
    }

    void finish(std::size_t i, const perdure::instance_status& status) {
        batch_result& result = report_.results[i];
        if (status.status != perdure::runtime_status::completed) {
            fail(result, status.failed ? innermost(*status.failed) : "its run was ended");
            return;
        }
        const auto erased = perdure::codec<erasing::erased_picture>::decode(status.output);
        result.seconds = std::chrono::duration<double>(status.updated - status.created).count();
        result.energy = erased.energy;
        result.level_count = erased.level_count;
        result.iteration_count = erased.pass_count;
        try {
            result.sha256 = save(entries_[i], erased);
            result.state = state_type::erased;
            say(result);
        } catch (const pixels::image_error& problem) {
            fail(result, problem.what());
        }
    }

    std::string save(const batch_entry& entry, const erasing::erased_picture& erased) {
        const pixels::mask markup = pixels::decode_mask(
            entry.grown_markup.empty() ? read_unchanged(entry.markup, entry.hashes.markup)
                                       : entry.grown_markup);
        const pixels::photo finished =
            pixels::with_fill(pixels::decode_photo(read_unchanged(entry.photo, entry.hashes.photo)),
                              hub_.colours_of(erased.colours), markup, chosen_.feather);
        const std::string file = pixels::encode_photo(
            finished, pixels::format_of(entry.out),
            {.jpeg_quality = chosen_.jpeg_quality, .threads = chosen_.threads});
        pixels::write_file_atomically(entry.out, file);
        return sha256(file);
    }

    void fail(batch_result& result, std::string problem) {
        result.state = state_type::failed;
        result.problem = std::move(problem);
        say(result);
    }

    void say(const batch_result& result) const {
        if (!chosen_.is_quiet)
            std::fprintf(stderr, "%s\n", line_of(result).c_str());
    }

    const options& chosen_;
    const std::vector<batch_entry> entries_;
    std::vector<std::string> instances_; ///< Per entry.
    erase_hub hub_;
    batch_report report_;
};

void make_folder(const std::filesystem::path& folder) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (!std::filesystem::is_directory(folder))
        throw refusal(folder.string() + " cannot be made (" + problem.message() +
                      "); name a folder for the results");
}

} // namespace

bool erase_batch(const options& chosen, const stop_question& must_stop) {
    const auto begun = std::chrono::steady_clock::now();
    std::vector<batch_entry> entries = read_batch(chosen);
    make_folder(chosen.out);
    batch_run running(chosen, std::move(entries));
    batch_report report = running.run(must_stop);
    const bool is_good = report.count(state_type::failed) == 0;
    if (is_good && !chosen.keeps_hub())
        running.remove_hub();
    else if (!chosen.keeps_hub() && !chosen.is_quiet)
        std::fprintf(stderr, "the work is kept in %s; mend what failed and run it again\n",
                     chosen.hub_folder().c_str());
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    report.spent = cost_so_far(taken.count(), chosen.dollars_per_gb_second);
    if (chosen.is_json) {
        std::cout << json_of(report) << std::endl;
        return is_good;
    }
    std::cout << table_of(report);
    if (chosen.is_cost)
        std::cout << line_of(report.spent) << '\n';
    std::cout.flush();
    return is_good;
}

} // namespace erase_app
