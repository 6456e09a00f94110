// SPDX-License-Identifier: Apache-2.0
#include "engine/hub.hpp"

#include "actors/resident.hpp"
#include "history/codec.hpp"
#include "store/keys.hpp"
#include "store/rocks_store.hpp"
#include "store/rows.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <thread>

namespace perdure::engine {
namespace {

using sweep_atom = caf::atom_constant<caf::atom("sweep")>;

/// Steps that wait for a turn: about what the threads do in the time that waking one takes.
constexpr std::int64_t much_mail = 32;

/// Hub names are letters and digits, starting with a letter, as in Durable Functions.
std::string checked_name(const std::filesystem::path& directory, const std::string& wanted) {
    std::string name = wanted;
    if (name.empty())
        name = std::filesystem::absolute(directory).lexically_normal().filename().string();
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool is_good =
        name.size() >= 3 && name.size() <= 45 && is_letter(name[0]) &&
        std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || is_digit(c); });
    if (!is_good)
        throw error(errc::invalid_argument,
                    "task hub name '" + name +
                        "': it must be 3 to 45 letters and digits, starting with a letter; name "
                        "the directory so, or set hub_options::name");
    return name;
}

std::filesystem::path created(const std::filesystem::path& directory) {
    std::error_code failed;
    std::filesystem::create_directories(directory, failed);
    const bool is_read_only =
        failed == std::errc::read_only_file_system || failed == std::errc::permission_denied;
    if (failed)
        throw error(is_read_only ? errc::read_only : errc::storage,
                    "creating the task hub in " + directory.string() + ": " + failed.message());
    return directory;
}

std::unique_ptr<store::store> opened_rows(const std::filesystem::path& directory,
                                          const hub_options& wanted, const environment& outside) {
    if (outside.open_rows)
        return outside.open_rows();
    store::rocks_options options;
    options.recovery.accept_loss = wanted.accept_loss;
    if (wanted.log)
        options.recovery.warn = wanted.log;
    return store::open_rocks_store(directory / "store", options);
}

std::size_t threads_or_default(std::size_t wanted) {
    return wanted != 0 ? wanted : std::max(2u, std::thread::hardware_concurrency());
}

caf::behavior sweeping(caf::event_based_actor* self, actors::router* routes,
                       std::chrono::milliseconds period) {
    self->delayed_send(self, period, sweep_atom::value);
    return {[self, routes, period](sweep_atom) {
        routes->sweep();
        self->delayed_send(self, period, sweep_atom::value);
    }};
}

} // namespace

std::unique_ptr<hub> hub::open(const std::filesystem::path& directory, registry functions,
                               hub_options options, environment outside) {
    std::unique_ptr<hub> opened(
        new hub(directory, std::move(functions), std::move(options), std::move(outside)));
    opened->recover();
    return opened;
}

hub::hub(const std::filesystem::path& directory, registry functions, hub_options options,
         environment outside)
    : functions_(std::move(functions)), options_(std::move(options)), outside_(std::move(outside)),
      name_(checked_name(directory, options_.name)), system_(options_.actors) {
    if (!outside_.open_rows)
        lock_.emplace(created(directory));
    rows_ = opened_rows(directory, options_, outside_);
    check_format(name_);
    clock_.emplace(*outside_.clock, stored_clock());
    if (system_ == nullptr) {
        own_config_.set("scheduler.policy", caf::atom("sharing"));
        own_config_.set("scheduler.max-threads", threads_or_default(options_.scheduler_threads));
        system_ = &own_system_.emplace(own_config_);
    }
    make_services();
    start_actors();
}

hub::~hub() {
    close();
}

void hub::check_format(const std::string& name) {
    const auto format = rows_->get(store::table::meta, store::format_key);
    if (!format) {
        rows_->write(
            {{store::table::meta, std::string(store::format_key),
              std::string(store::format_version)},
             {store::table::meta, std::string(store::name_key), name},
             {store::table::meta, std::string(store::clock_key), store::encode_clock(timestamp{})}},
            true);
        return;
    }
    if (*format != store::format_version)
        throw error(errc::hub_format, "task hub '" + name + "' has format " + *format +
                                          ", this build reads format " +
                                          std::string(store::format_version) +
                                          "; open it with the build that wrote it");
    const auto stored_name = rows_->get(store::table::meta, store::name_key).value_or("");
    if (stored_name != name)
        throw error(errc::hub_format, "the directory holds the task hub '" + stored_name +
                                          "', not '" + name +
                                          "'; rename it back, or set "
                                          "hub_options::name to '" +
                                          stored_name + "'");
}

timestamp hub::stored_clock() {
    const auto stored = rows_->get(store::table::meta, store::clock_key);
    if (!stored)
        throw error(errc::damaged, "task hub '" + name_ + "' has lost its clock");
    return store::decode_clock(*stored);
}

std::uint64_t hub::next_inbox_order() {
    std::uint64_t last = 0;
    rows_->scan(store::table::inbox, {}, {}, [&](std::string_view key, std::string_view) {
        last = std::max(last, store::parse_inbox_key(key).order);
        return true;
    });
    return last + 1;
}

void hub::make_services() {
    services_.functions = &functions_;
    services_.clock = &*clock_;
    services_.entropy = outside_.entropy;
    services_.rows = rows_.get();
    services_.disturbed_by = outside_.disturbed_by;
    services_.waiting = &waiters_;
    services_.held = &held_;
    services_.counted = &counters_;
    services_.inline_payload_max = options_.inline_payload_max;
    services_.may_run_ahead = options_.durable == durability::speculative;
    services_.history_warning = options_.history_warning;
    rows_->scan(store::table::kept, {}, {}, [this](std::string_view, std::string_view) {
        services_.has_kept = true;
        return false;
    });
    services_.log = [this](std::string_view line) {
        if (!options_.log)
            return;
        const std::scoped_lock lock(log_mutex_);
        options_.log(line);
    };
    blobs_ = std::make_unique<actors::blob_cache>(*rows_, options_.blob_cache);
    services_.blobs = blobs_.get();
}

void hub::start_actors() {
    const bool is_detached = outside_.driven_by == nullptr;
    committer_ = std::make_unique<actors::committer>(*system_, is_detached, *rows_,
                                                     options_.durable != durability::process,
                                                     next_inbox_order(), counters_);
    services_.commits = committer_.get();
    committer_->on_poison([this](std::exception_ptr reason) {
        {
            const std::scoped_lock lock(state_mutex_);
            poisoned_ = reason;
        }
        waiters_.dismiss("the task hub can't write any more");
    });
    router_ = std::make_unique<actors::router>(
        [this](const std::string& target) {
            return actors::spawn_resident(*system_, target, services_, alive_);
        },
        *clock_, options_.live_max, options_.idle_max, outside_.disturbed_by);
    services_.routes = router_.get();
    // Steps are to come, and their activities will not wait for the disk.
    std::function<bool()> runs_ahead_soon;
    if (is_detached && services_.may_run_ahead)
        runs_ahead_soon = [this] { return router_->unhandled() > much_mail; };
    pool_ = std::make_unique<actors::activity_pool>(
        *system_, is_detached, threads_or_default(options_.activity_threads),
        [this](const actors::work& item) {
            do
                run_activity(item);
            while (base::buggify(outside_.disturbed_by, "activity runs again"));
        },
        outside_.disturbed_by, std::move(runs_ahead_soon));
    services_.activities = pool_.get();
    timers_ = timers_of(store::table::timers, [this](const std::string& key) {
        const auto due = store::parse_timer_key(key);
        router_->send(due.instance, actors::timer_mail{due.task_id, due.due});
    });
    services_.alarms = timers_.get();
    scheduled_ = timers_of(store::table::scheduled, [this](const std::string& key) {
        router_->send(store::parse_scheduled_key(key).target, actors::scheduled_mail{key, {}});
    });
    committer_->on_scheduled(outside_.entropy->draw(), [this](std::vector<std::string> keys) {
        for (auto& each : keys)
            scheduled_->set(std::move(each), 0);
    });
    watch_ = std::make_unique<actors::heartbeat_watch>(
        *system_, *clock_, [this](const actors::watched_run& silent) {
            failure given_up{
                heartbeat_timed_out,
                "no heartbeat for " + std::to_string(silent.silence_max.count()) + " ms", nullptr};
            router_->send(
                silent.instance,
                actors::outcome_mail{silent.execution,
                                     history::task_rejected{silent.task_id, std::move(given_up)},
                                     {}});
        });
    services_.heartbeats = watch_.get();
    const auto period = std::clamp(options_.idle_max / 2, std::chrono::milliseconds(10),
                                   std::chrono::milliseconds(1000));
    janitor_ = system_->spawn(sweeping, router_.get(), period);
}

std::unique_ptr<actors::timers> hub::timers_of(store::table where,
                                               actors::timers::fire_function fire) {
    return std::make_unique<actors::timers>(
        *system_, *rows_, where, *clock_, std::move(fire),
        [this] { return committer_->durable_number(); },
        [this](const std::exception& obstacle) {
            committer_->poison(std::make_exception_ptr(
                error(errc::poisoned, std::string("timers can't be read; close the task hub: ") +
                                          obstacle.what())));
        },
        outside_.disturbed_by);
}

/// On a worker's thread.
void hub::run_activity(const actors::work& item) {
    const auto control = item.control;
    if (item.silence_max.count() > 0)
        watch_->watch({control, item.silence_max, item.instance, item.execution, item.task_id});
    auto outcome = actors::run_activity(
        item, functions_, *blobs_, options_.inline_payload_max, [&](actors::life_sign sent) {
            if (control->beat(clock_->mono(), std::move(sent)))
                router_->send(item.instance, actors::heartbeat_mail{item.execution, item.task_id,
                                                                    item.call, control});
        });
    actors::counters::add(counters_.activities);
    if (control->is_canceled())
        return; // nobody asks
    if (outcome.body) {
        control->finish();
        router_->send(item.instance, actors::outcome_mail{item.execution, std::move(*outcome.body),
                                                          std::move(outcome.blobs)});
    }
    if (outcome.obstacle)
        router_->send(item.instance, actors::obstacle_mail{item.execution, item.task_id,
                                                           std::move(*outcome.obstacle)});
}

/// Whatever is outstanding is a message in the inbox, a row in the active table, a timer or a
/// scheduled message. The last two come last: a message that one causes must not be found in the
/// inbox, or it arrives twice.
void hub::recover() {
    std::vector<std::pair<std::string, actors::mail>> letters;
    rows_->scan(store::table::inbox, {}, {}, [&](std::string_view key, std::string_view stored) {
        auto address = store::parse_inbox_key(key);
        letters.emplace_back(std::move(address.target),
                             actors::inbox_mail{address.order, history::decode_message(stored)});
        return true;
    });
    const auto order = [](const auto& each) {
        return std::get<actors::inbox_mail>(each.second).order;
    };
    std::sort(letters.begin(), letters.end(),
              [&](const auto& a, const auto& b) { return order(a) < order(b); });
    router_->send_all(std::move(letters));
    rows_->scan(store::table::active, {}, {}, [&](std::string_view id, std::string_view) {
        router_->send(std::string(id), actors::wake_mail{});
        return true;
    });
    timers_->start();
    scheduled_->start();
}

hub_metrics hub::metrics() {
    hub_metrics seen;
    seen.commits = counters_.commits;
    seen.groups = counters_.groups;
    seen.puts = counters_.puts;
    seen.bytes = counters_.bytes;
    seen.evaluations = counters_.evaluations;
    seen.replays = counters_.replays;
    seen.activities = counters_.activities;
    seen.long_histories = counters_.long_histories;
    seen.live_orchestrations = counters_.live_orchestrations;
    seen.live_entities = counters_.live_entities;
    seen.clock_ahead = clock_->ahead_of_wall();
    return seen;
}

void hub::require_open() const {
    const std::scoped_lock lock(state_mutex_);
    if (is_closed_)
        throw error(errc::closed, "task hub '" + name_ + "' is closed");
    if (poisoned_)
        std::rethrow_exception(poisoned_);
}

std::shared_lock<std::shared_mutex> hub::enter() const {
    std::shared_lock entered(calls_);
    require_open();
    return entered;
}

template <class Condition>
void hub::wait_until(Condition is_reached) {
    while (!is_reached()) {
        if (outside_.driven_by == nullptr)
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        else if (!outside_.driven_by->run_one_job())
            return;
    }
}

void hub::close() {
    {
        const std::scoped_lock lock(state_mutex_);
        if (std::exchange(is_closed_, true))
            return;
    }
    waiters_.dismiss("the task hub was closed");
    pool_->request_stop();
    wait_until([&] { return pool_->is_idle(); });
    // What activities have just finished still becomes durable; everything else is already.
    router_->close();
    wait_until([&] { return router_->is_quiet() && committer_->is_idle(); });
    end_actors();
    release();
}

void hub::kill() {
    {
        const std::scoped_lock lock(state_mutex_);
        if (std::exchange(is_closed_, true))
            return;
    }
    services_.is_killed = true;
    waiters_.forget();
    pool_->request_stop();
    committer_->kill();
    end_actors();
    release();
}

/// The directory is free when this returns.
void hub::release() {
    const std::scoped_lock no_calls(calls_);
    blobs_.reset();
    rows_.reset();
    lock_.reset();
}

void hub::end_actors() {
    router_->stop();
    std::vector<caf::actor> ending = committer_->actors();
    ending.insert(ending.end(), pool_->workers().begin(), pool_->workers().end());
    ending.insert(ending.end(), {timers_->actor(), scheduled_->actor(), watch_->actor(), janitor_});
    for (const auto& each : ending)
        caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    wait_until([&] { return alive_ == 0; });
    if (outside_.driven_by != nullptr)
        wait_until([] { return false; });
    else
        caf::scoped_actor(*system_)->wait_for(ending);
}

} // namespace perdure::engine
