// SPDX-License-Identifier: Apache-2.0
#include "crash/checks.hpp"

#include "crash/requests.hpp"
#include "crash/scripts.hpp"

#include <algorithm>
#include <map>

namespace perdure::crash {
namespace {

std::string title(std::uint32_t request, const request_record& record) {
    return instance_of(request) + " (script " +
           std::to_string(static_cast<int>(script_of(request))) + ", life " +
           std::to_string(record.life) + "): ";
}

/// Notes, without the ones that say stop.
std::vector<int> heard_by(const std::vector<history_entry>& history) {
    std::vector<int> heard;
    for (const auto& each : history)
        if (each.kind == "EventRaised")
            if (const int note = codec<int>::decode(each.value); note != stop_note)
                heard.push_back(note);
    return heard;
}

std::string signal_name(std::uint32_t lane, std::uint32_t number) {
    return "signal " + std::to_string(number) + " of lane " + std::to_string(lane);
}

} // namespace

void checks::check_request(std::uint32_t request) {
    const request_record& record = told_->requests[request];
    // What may still change is read before what it is compared with.
    const bool must_exist = record.is_acknowledged || record.told != 0;
    const std::uint8_t ended = record.told;
    const std::uint32_t acknowledged = record.notes_acknowledged;
    const bool has_run = std::any_of(record.runs.begin(), record.runs.end(),
                                     [](const auto& each) { return each != 0; });
    const auto status = seen_->status(instance_of(request));
    if (!status) {
        if (must_exist)
            report(finding::lost, title(request, record) + "acknowledged, and there is none");
        if (has_run && !told_->may_run_ahead)
            report(finding::wrong, title(request, record) + "has run, and there is none");
        return;
    }
    if (!record.is_sent)
        report(finding::wrong, title(request, record) + "is there, and nobody asked for it");
    if (status->held)
        report(finding::wrong, title(request, record) + "is held: " + *status->held);
    if (is_finished(status->status))
        check_end(request, *status);
    if (ended != 0 && ended != 1 + static_cast<int>(status->status))
        report(finding::lost, title(request, record) + "its end was told, and now it is " +
                                  to_string(status->status));
    else if (ended != 0 && record.output != hash_of_end(*status))
        report(finding::wrong, title(request, record) + "its result was told, and has changed");
    if (script_of(request) == script::notes)
        check_notes(request, *status, record.notes_sent, acknowledged);
}

void checks::check_end(std::uint32_t request, const instance_status& status) {
    const request_record& record = told_->requests[request];
    for (std::uint32_t step = 0; step < step_count(request); ++step)
        if (record.runs[step] == 0)
            report(finding::wrong, title(request, record) + "ended without step " +
                                       std::to_string(step) + " having run");
    if (script_of(request) == script::notes)
        return;
    const auto expected = expected_result(request);
    const bool is_right = expected ? status.status == runtime_status::completed &&
                                         codec<std::uint64_t>::decode(status.output) == *expected
                                   : status.status == runtime_status::failed;
    if (!is_right)
        report(finding::wrong,
               title(request, record) + "ended as " + to_string(status.status) + " with " +
                   (status.failed ? status.failed->message : status.output.data) + " instead of " +
                   (expected ? std::to_string(*expected) : "a failure"));
}

void checks::check_notes(std::uint32_t request, const instance_status& status, std::uint32_t sent,
                         std::uint32_t acknowledged) {
    const auto heard = heard_by(seen_->history(instance_of(request)));
    const auto name = title(request, told_->requests[request]);
    std::uint32_t seen = 0;
    for (std::size_t i = 0; i < heard.size(); ++i) {
        const std::uint32_t bit = 1u << heard[i];
        if ((seen & bit) != 0)
            report(finding::duplicated, name + "heard note " + std::to_string(heard[i]) + " twice");
        else if (i > 0 && heard[i] < heard[i - 1])
            report(finding::wrong, name + "heard note " + std::to_string(heard[i]) + " late");
        if ((sent & bit) == 0)
            report(finding::wrong, name + "heard a note that was not sent");
        seen |= bit;
    }
    constexpr std::uint32_t notes = (1u << notes_max) - 1;
    if ((acknowledged & notes & ~seen) != 0)
        report(finding::lost, name + "an acknowledged note is not in its history");
    if (status.status == runtime_status::completed &&
        codec<std::vector<int>>::decode(status.output) != heard)
        report(finding::wrong, name + "its result is not what it heard");
}

void checks::check_schedules(std::uint32_t request, std::uint32_t runs) {
    if (told_->may_run_ahead)
        return;
    std::uint32_t scheduled = 0;
    collect_schedules(instance_of(request), scheduled);
    for (std::uint32_t step = 0; step < steps_max; ++step)
        if ((runs & ~scheduled & (1u << step)) != 0)
            report(finding::wrong, title(request, told_->requests[request]) + "step " +
                                       std::to_string(step) +
                                       " has run without a schedule on disk");
}

void checks::collect_schedules(const std::string& instance, std::uint32_t& steps) {
    for (const auto& each : seen_->history(instance)) {
        if (each.kind == "TaskScheduled")
            steps |= 1u << nlohmann::json::parse(each.value.data).at(1).get<std::uint32_t>();
        if (each.kind == "SubOrchestrationInstanceCreated")
            collect_schedules(each.target, steps);
    }
}

void checks::check_signals(std::uint16_t first_life, std::uint16_t last_life) {
    for (std::uint32_t lane = 0; lane < lane_count; ++lane)
        check_lane(lane, first_life, last_life);
}

void checks::check_lane(std::uint32_t lane, std::uint16_t first_life, std::uint16_t last_life) {
    const auto& sent = told_->signals[lane];
    const std::uint32_t end = told_->next_signal[lane];
    std::vector<bool> must_be_applied(end);
    for (std::uint32_t number = 0; number < end; ++number)
        must_be_applied[number] = sent[number].is_acknowledged;
    const auto applied = applied_in(lane, first_life, last_life);
    std::uint16_t life_with_hole = 0;
    for (std::uint32_t number = 0; number < end; ++number) {
        const std::uint16_t life = sent[number].life;
        if (life < first_life || life > last_life)
            continue;
        const bool is_applied = number < applied.size() && applied[number];
        if (must_be_applied[number] && !is_applied)
            report(finding::lost, signal_name(lane, number) + " was acknowledged in life " +
                                      std::to_string(life) + " and is not applied");
        else if (is_applied && life == life_with_hole)
            report(finding::lost, signal_name(lane, number) +
                                      " is applied, and one before it in life " +
                                      std::to_string(life) + " is not");
        if (!is_applied)
            life_with_hole = life;
    }
}

std::vector<bool> checks::applied_in(std::uint32_t lane, std::uint16_t first_life,
                                     std::uint16_t last_life) {
    std::vector<bool> applied;
    std::string last_key;
    for (std::uint32_t life = first_life; life <= last_life; ++life) {
        const std::string key = ledger_of(lane, life);
        const auto kept = key == last_key ? std::nullopt : seen_->read_ledger(key);
        last_key = key;
        if (!kept)
            continue;
        if (kept->disorders != 0)
            report(finding::duplicated,
                   "ledger " + key + " was given a number twice or not in order");
        const auto ranges = kept->applied.find(std::to_string(lane));
        if (ranges == kept->applied.end())
            continue;
        for (const auto& [first, last] : ranges->second)
            for (std::uint32_t number = first; number <= last; ++number) {
                applied.resize(std::max<std::size_t>(applied.size(), number + 1));
                applied[number] = true;
                if (told_->signals[lane][number].life == 0)
                    report(finding::wrong, signal_name(lane, number) + " is applied but not sent");
            }
    }
    return applied;
}

void checks::check_totals() {
    std::map<std::string, checked_sum> taken, given, done;
    std::map<std::string, std::int64_t> balances;
    for (std::uint32_t request = 0; request < told_->next_request; ++request) {
        const auto status = seen_->status(instance_of(request));
        if (!status)
            continue;
        if (!is_finished(status->status))
            report(finding::lost, title(request, told_->requests[request]) + "does not end");
        if (script_of(request) == script::moving) {
            taken[purse_from(request)].add(request);
            given[purse_to(request)].add(request);
            balances[purse_from(request)] -= amount_of(request);
            balances[purse_to(request)] += amount_of(request);
        } else if (script_of(request) == script::telling) {
            done[listener_of(request)].add(request);
        }
    }
    for (std::uint64_t i = 0; i < purse_count; ++i) {
        const std::string key = std::to_string(i);
        const purse kept = seen_->read_purse(key).value_or(purse());
        check_sum("what purse " + key + " gave away", kept.taken, taken[key]);
        check_sum("what purse " + key + " was given", kept.given, given[key]);
        if (kept.balance != balances[key])
            report(finding::wrong, "purse " + key + " holds " + std::to_string(kept.balance) +
                                       " instead of " + std::to_string(balances[key]));
    }
    for (std::uint64_t i = 0; i < listener_count; ++i) {
        const std::string key = std::to_string(i);
        const listener kept = seen_->read_listener(key).value_or(listener());
        check_sum("what listener " + key + " heard to the end", kept.done, done[key]);
        if (kept.disorders != 0)
            report(finding::duplicated,
                   "listener " + key + " heard a number twice, too late or not at all");
    }
}

void checks::check_sum(const std::string& name, const checked_sum& seen,
                       const checked_sum& expected) {
    if (seen == expected)
        return;
    std::string text = name + ": " + std::to_string(seen.count) + " of " +
                       std::to_string(expected.count) + " requests";
    for (std::uint32_t request = 0; request < told_->next_request; ++request) {
        if (expected.sum - seen.sum == mix(request, 0))
            text += "; it lacks " + instance_of(request);
        if (seen.sum - expected.sum == mix(request, 0))
            text += "; it has " + instance_of(request) + " once too often";
    }
    report(seen.count > expected.count ? finding::duplicated : finding::lost, text);
}

} // namespace perdure::crash
