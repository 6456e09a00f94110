// SPDX-License-Identifier: Apache-2.0
#include "crash/clients.hpp"

#include "crash/accounts.hpp"
#include "crash/requests.hpp"
#include "crash/scripts.hpp"
#include "crash/witness.hpp"

#include <bit>
#include <chrono>
#include <deque>
#include <exception>

namespace perdure::crash {
namespace {

using namespace std::chrono_literals;

/// Waits for an instance whatever it gives.
constexpr orchestration<payload()> anything{"anything"};

/// Answers that are still to come. Each is waited for, and written down, by a function.
class answers {
  public:
    explicit answers(std::size_t open_max) : open_max_(open_max) {}

    void expect(std::function<void()> hear) {
        open_.push_back(std::move(hear));
        while (open_.size() > open_max_)
            hear_one();
    }
    void hear_all() {
        while (!open_.empty())
            hear_one();
    }

  private:
    void hear_one() {
        const auto oldest = std::move(open_.front());
        open_.pop_front();
        oldest();
    }

    std::size_t open_max_;
    std::deque<std::function<void()>> open_;
};

} // namespace

void note_end(oracle& told, std::uint32_t request, const instance_status& seen) {
    if (seen.held && told.must_close)
        return; // everybody who waits is sent away so
    if (seen.held)
        return told.report(finding::wrong, instance_of(request) + " is held: " + *seen.held);
    request_record& record = told.requests[request];
    const auto status = static_cast<std::uint8_t>(1 + static_cast<int>(seen.status));
    const std::uint64_t output = hash_of_end(seen);
    if (record.told == 0) {
        record.output = output;
        record.told = status;
    } else if (record.told != status || record.output != output) {
        told.report(finding::wrong, instance_of(request) + ": another end was told before than " +
                                        to_string(seen.status) + " with " + seen.output.data);
    }
}

clients::clients(task_hub& hub, oracle& told, std::uint64_t seed, bool must_lie)
    : client_(&hub.client()), told_(&told), seed_(seed), must_lie_(must_lie), life_(told.life) {
    for (const part role :
         {&clients::start_requests, &clients::start_requests, &clients::repeat_starts,
          &clients::send_signals_a, &clients::send_signals_b, &clients::send_notes,
          &clients::wait_for_ends})
        begin(role);
}

void clients::begin(part role) {
    const std::uint64_t own_seed = mix(seed_, threads_.size());
    threads_.emplace_back([this, role, own_seed](std::stop_token stop) {
        random draw(own_seed);
        try {
            (this->*role)(stop, draw);
        } catch (const error& failed) {
            if (failed.code() != errc::closed)
                told_->report(failed.code() == errc::not_found ? finding::lost : finding::wrong,
                              std::string("a client: ") + failed.what());
        } catch (const std::exception& failed) {
            told_->report(finding::wrong, std::string("a client: ") + failed.what());
        }
    });
}

void clients::start_requests(std::stop_token stop, random& draw) {
    answers open(draw() % 16);
    const std::uint32_t last = life_ * requests_per_life_max;
    while (!stop.stop_requested() && told_->next_request < last) {
        for (auto burst = draw() % 12; burst > 0 && told_->next_request < last; --burst) {
            const std::uint32_t request = told_->next_request++;
            request_record& record = told_->requests[request];
            record.life = life_;
            record.is_sent = true;
            start_options options;
            options.on_finished = [told = told_, request](const instance_status& seen) {
                note_end(*told, request, seen);
                pass(site::end_told);
            };
            const auto started = start(*client_, request, std::move(options)).share();
            record.is_acknowledged = must_lie_;
            open.expect([started, &record] {
                started.get();
                record.is_acknowledged = true;
                pass(site::start_acknowledged);
            });
        }
        open.hear_all();
        std::this_thread::sleep_for(1us * (draw() % 4000));
    }
}

/// A start whose answer was lost may be repeated, and must then succeed.
void clients::repeat_starts(std::stop_token stop, random& draw) {
    const std::uint32_t end = told_->next_request;
    for (std::uint32_t request = 0; request < end && !stop.stop_requested(); ++request) {
        request_record& record = told_->requests[request];
        if (record.is_sent && !record.is_acknowledged && draw() % 2 == 0) {
            start(*client_, request).get();
            record.is_acknowledged = true;
        }
    }
}

void clients::send_signals(std::stop_token stop, random& draw, std::uint32_t first_lane) {
    answers open(draw() % 12);
    while (!stop.stop_requested()) {
        for (auto burst = draw() % 12; burst > 0; --burst) {
            const std::uint32_t lane = first_lane + static_cast<std::uint32_t>(draw() % 2);
            if (told_->next_signal[lane] == life_ * signals_per_life_max)
                return open.hear_all();
            const std::uint32_t number = told_->next_signal[lane]++;
            signal_record& record = told_->signals[lane][number];
            record.life = life_;
            const auto applied =
                client_->signal_async(ledgers[ledger_of(lane, life_)], &ledger::apply, lane, number)
                    .share();
            open.expect([applied, &record] {
                applied.get();
                record.is_acknowledged = true;
                pass(site::signal_acknowledged);
            });
        }
        open.hear_all();
        std::this_thread::sleep_for(1us * (draw() % 4000));
    }
}

void clients::send_notes(std::stop_token stop, random& draw) {
    while (!stop.stop_requested()) {
        const std::uint32_t end = told_->next_request;
        for (std::uint32_t request = 0; request < end && !stop.stop_requested(); ++request) {
            const request_record& record = told_->requests[request];
            if (script_of(request) == script::notes && record.is_acknowledged && record.told == 0 &&
                draw() % 2 == 0)
                send_note(request);
        }
        std::this_thread::sleep_for(1ms);
    }
}

void clients::send_note(std::uint32_t request) {
    request_record& record = told_->requests[request];
    const auto note = static_cast<std::uint32_t>(std::popcount(record.notes_sent.load()));
    const bool was_stopped = (record.notes_sent & stop_bit) != 0;
    const bool is_last = was_stopped || note >= note_count(request);
    const std::uint32_t bit = is_last ? stop_bit : 1u << note;
    record.notes_sent |= bit;
    try {
        client_->raise(instance_of(request), noted, is_last ? stop_note : static_cast<int>(note));
        record.notes_acknowledged |= bit;
    } catch (const error& refused) {
        if (refused.code() != errc::instance_finished || !was_stopped)
            throw;
    }
}

/// Those of former lives: whoever started them is gone.
void clients::wait_for_ends(std::stop_token stop, random& draw) {
    const std::uint32_t end = told_->next_request;
    for (std::uint32_t request = 0; request < end && !stop.stop_requested(); ++request) {
        const request_record& record = told_->requests[request];
        if (!record.is_acknowledged || record.told != 0)
            continue;
        try {
            client_->wait(anything, instance_of(request), 1ms * (draw() % 10));
        } catch (const task_failed&) {
            // an end like others; the status says the same
        } catch (const error& refused) {
            if (refused.code() == errc::timeout)
                continue;
            throw;
        }
        note_end(*told_, request, client_->status(instance_of(request)).value());
    }
}

} // namespace perdure::crash
