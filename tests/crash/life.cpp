// SPDX-License-Identifier: Apache-2.0
#include "crash/life.hpp"

#include "crash/checks.hpp"
#include "crash/clients.hpp"
#include "crash/requests.hpp"
#include "crash/scripts.hpp"
#include "crash/witness.hpp"

#include <perdure/task_hub.hpp>

#include <chrono>
#include <iostream>

namespace perdure::crash {
namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

/// Far more than it takes; who waits longer has found something that does not end.
constexpr std::chrono::seconds patience{60};

class settling {
  public:
    settling(client& asked, oracle& told) : client_(&asked), told_(&told), seen_(asked) {}

    void run() {
        check_requests();
        for (std::uint32_t request = 0; request < told_->next_request; ++request)
            await_end(request);
        check_requests();
        check_totals();
    }

  private:
    void check_requests() {
        checks all(seen_, *told_);
        for (std::uint32_t request = 0; request < told_->next_request; ++request)
            all.check_request(request);
        report(all);
    }

    /// Looks instead of waiting: client::wait() would wake an instance that recovery has forgotten.
    void await_end(std::uint32_t request) {
        const auto id = instance_of(request);
        auto status = client_->status(id);
        if (!status)
            return;
        if (script_of(request) == script::notes && !is_finished(status->status)) {
            told_->requests[request].notes_sent |= stop_bit;
            client_->raise(id, noted, stop_note);
        }
        for (; !is_finished(status->status) && clock_type::now() < end_;
             status = client_->status(id))
            std::this_thread::sleep_for(1ms);
        if (is_finished(status->status))
            note_end(*told_, request, *status);
    }

    /// Instances may end before what they have sent is applied.
    void check_totals() {
        while (true) {
            checks totals(seen_, *told_);
            totals.check_totals();
            if (totals.found().empty())
                return;
            if (clock_type::now() > end_)
                return report(totals);
            std::this_thread::sleep_for(1ms);
        }
    }

    void report(const checks& done) {
        for (const anomaly& each : done.found())
            told_->report(each.kind, each.text);
    }

    client* client_;
    oracle* told_;
    client_source seen_;
    const clock_type::time_point end_ = clock_type::now() + patience;
};

} // namespace

std::vector<std::string> to_arguments(const life_settings& settings) {
    std::vector<std::string> all{"kill",
                                 "--live",
                                 settings.directory.string(),
                                 "--seed",
                                 std::to_string(settings.seed),
                                 "--durability",
                                 to_string(settings.durable)};
    if (settings.must_settle)
        all.push_back("--settle");
    if (settings.must_lie)
        all.push_back("--lie");
    return all;
}

life_settings parse_life(sim::arguments& given) {
    life_settings settings;
    settings.directory = given.text("--live", "");
    settings.seed = given.number("--seed", 0);
    settings.durable = parse_durability(given.text("--durability", "power"));
    settings.must_settle = given.flag("--settle");
    settings.must_lie = given.flag("--lie");
    given.end();
    return settings;
}

durability parse_durability(const std::string& text) {
    if (text == "power")
        return durability::power;
    if (text == "process")
        return durability::process;
    if (text == "speculative")
        return durability::speculative;
    throw sim::wrong_usage("--durability is power, process or speculative, not '" + text + "'");
}

const char* to_string(durability wanted) {
    return wanted == durability::power     ? "power"
           : wanted == durability::process ? "process"
                                           : "speculative";
}

int live(const life_settings& settings) {
    const auto told = map_oracle(settings.oracle());
    witness() = told.get();
    hub_options options;
    options.durable = settings.durable;
    options.activity_threads = 3;
    options.log = [](std::string_view line) { std::cerr << line << '\n'; };
    auto hub = task_hub::open(settings.hub(), functions(), options);
    told->is_open = true;
    if (settings.must_settle) {
        settling(hub.client(), *told).run();
        hub.close();
        return 0;
    }
    const clients load(hub, *told, settings.seed, settings.must_lie);
    while (!told->must_close)
        std::this_thread::sleep_for(200us);
    hub.close(); // with clients at work
    return 0;
}

} // namespace perdure::crash
