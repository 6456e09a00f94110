// SPDX-License-Identifier: Apache-2.0
// The verbs of a client: each checks its arguments, sends one mail, and waits for its commit.
#include "engine/hub.hpp"

#include "engine/client_query.hpp"
#include "engine/promised.hpp"
#include "history/codec.hpp"
#include "store/keys.hpp"
#include "store/rows.hpp"

#include <algorithm>

namespace perdure {

using namespace actors;

namespace {

template <class T>
bool is_ready(const std::future<T>& answer) {
    return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

/// Waits for an answer; where the hub is driven, by driving it, through time if need be.
template <class T>
bool is_ready_within(const std::future<T>& answer, std::chrono::milliseconds timeout,
                     engine::driver* driver, base::engine_clock& clock) {
    // milliseconds::max() means forever, and must not overflow the clock.
    constexpr std::chrono::milliseconds longest = std::chrono::hours(24 * 365 * 100);
    if (driver == nullptr)
        return answer.wait_for(std::min(timeout, longest)) == std::future_status::ready;
    const base::mono_time latest =
        timeout < longest ? clock.mono() + timeout : base::mono_time::max();
    while (!is_ready(answer) && (driver->run_one_job() || driver->skip_time(latest))) {
    }
    return is_ready(answer);
}

void require_key(const std::string& key) {
    if (key.size() > detail::request_key_max)
        throw error(errc::invalid_argument,
                    "a key has at most " + std::to_string(detail::request_key_max) +
                        " bytes, this one has " + std::to_string(key.size()));
}

/// When the instance is to start; never: at once.
timestamp due_start(const start_options& options, timestamp now) {
    const auto delay = std::clamp(options.delay, std::chrono::milliseconds(0),
                                  std::chrono::milliseconds(timestamp::max() - now));
    return std::max(options.start_at, delay.count() == 0 ? timestamp{} : now + delay);
}

std::optional<instance_status> read_status(services& hub, const std::string& instance) {
    const auto row = hub.rows->get(store::table::instances, instance);
    if (!row)
        return std::nullopt;
    auto seen = store::to_status(instance, store::decode_instance_row(*row));
    engine::complete(hub, seen);
    return seen;
}

} // namespace

void engine::require_registered(services& hub, std::string_view orchestration) {
    if (hub.functions->find_orchestration(orchestration) == nullptr)
        throw error(errc::not_registered, "orchestration '" + std::string(orchestration) +
                                              "' is not registered; add it to the registry that "
                                              "the hub is opened with");
}

void engine::complete(services& hub, instance_status& seen) {
    if (!is_finished(seen.status))
        seen.held = hub.held->find(seen.instance);
    for (payload* each : {&seen.input, &seen.output, &seen.custom_status}) {
        try {
            turn::bring_inline(*each, *hub.blobs);
        } catch (const error& missing) {
            if (missing.code() != errc::not_found)
                throw;
        }
    }
}

std::future<std::string> client::start_named(start_options options, std::string_view function,
                                             payload input) {
    const auto entered = hub_->enter();
    services& hub = hub_->services();
    engine::require_registered(hub, function);
    std::string id = std::move(options.instance);
    if (id.empty())
        id = base::time_ordered_uuid(hub.clock->now(), hub.entropy->draw(), hub.entropy->draw());
    require_instance_id(id);
    require_key(options.key);
    auto [future, acknowledge] = engine::promised<std::string>(id);
    if (options.on_finished)
        // Not before the start is on disk: until then, another instance may end under this id.
        acknowledge = [told = std::move(acknowledge), waiting = hub.waiting, id,
                       on_finished = std::move(options.on_finished)](std::exception_ptr failed) {
            if (!failed)
                waiting->add(id, on_finished);
            told(failed);
        };
    start_mail letter{{std::string(function), {}, std::move(input), {}},
                      std::move(acknowledge),
                      std::move(options.key),
                      options.reuse};
    letter.begun.start_at = due_start(options, hub.clock->now());
    hub.routes->send(id, std::move(letter));
    return std::move(future);
}

std::optional<instance_status> client::status(const std::string& instance) {
    const auto entered = hub_->enter();
    return read_status(hub_->services(), instance);
}

payload client::wait_output(const std::string& instance, std::chrono::milliseconds timeout) {
    const auto entered = hub_->enter();
    services& hub = hub_->services();
    auto promise = std::make_shared<std::promise<instance_status>>();
    auto future = promise->get_future();
    // Waiting comes first: a status read before it could miss the end.
    const auto number = hub.waiting->add(
        instance, [promise](const instance_status& seen) { promise->set_value(seen); });
    auto seen = read_status(hub, instance);
    if (seen && !is_finished(seen->status))
        hub.routes->send(instance, wake_mail{}); // a dormant one finds out whether it can go on
    const bool must_wait = seen && !is_finished(seen->status) && !seen->held;
    if (must_wait && is_ready_within(future, timeout, hub_->driver(), *hub.clock))
        seen = future.get();
    hub.waiting->remove(instance, number);
    hub_->require_open(); // or nobody could have told us
    if (!seen)
        throw error(errc::not_found, "there is no instance '" + instance + "' in this task hub");
    if (seen->held)
        throw error(errc::held, "instance '" + instance + "' is held: " + *seen->held);
    if (!is_finished(seen->status))
        throw error(errc::timeout, "instance '" + instance + "' has not finished within " +
                                       std::to_string(timeout.count()) + " ms");
    if (const auto failed =
            history::failure_in({seen->status, seen->output, seen->failed.value_or(failure{})}))
        throw task_failed("orchestration '" + seen->name + "'", *failed);
    turn::bring_inline(seen->output, *hub.blobs);
    return std::move(seen->output);
}

std::vector<history_entry> client::history(const std::string& instance) {
    const auto entered = hub_->enter();
    services& hub = hub_->services();
    std::vector<history_entry> entries;
    const auto append = [&](const history::step& in, const history::event& happened) {
        history_entry entry = history::to_entry(happened);
        entry.number = entries.size();
        entry.time = in.time;
        entry.scope = in.scope;
        turn::bring_inline(entry.value, *hub.blobs);
        entries.push_back(std::move(entry));
    };
    const std::string prefix = store::history_prefix(instance);
    hub.rows->scan(store::table::history, prefix, prefix,
                   [&](std::string_view, std::string_view stored) {
                       const history::step recorded = history::decode_step(stored);
                       if (recorded.evaluated) {
                           history_entry begun;
                           begun.number = entries.size();
                           begun.time = recorded.time;
                           begun.scope = recorded.scope;
                           begun.kind = "OrchestratorStarted";
                           entries.push_back(std::move(begun));
                       }
                       for (const auto& each : recorded.arrived)
                           append(recorded, each);
                       for (const auto& each : recorded.decided)
                           append(recorded, each);
                       return true;
                   });
    if (entries.empty())
        throw error(errc::not_found, "there is no instance '" + instance + "' in this task hub");
    return entries;
}

std::future<void> client::raise_named(const std::string& instance, std::string_view name,
                                      payload value, raise_options options) {
    const auto entered = hub_->enter();
    require_instance_id(instance);
    require_key(options.key);
    auto [future, acknowledge] = engine::promised<void>(0);
    hub_->services().routes->send(
        instance, event_mail{{std::string(name), std::move(value), std::move(options.key)},
                             std::move(acknowledge),
                             options.keep_for});
    return std::move(future);
}

std::future<void> client::signal_named(entity_id target, std::string_view operation, payload input,
                                       timestamp due) {
    const auto entered = hub_->enter();
    services& hub = hub_->services();
    if (hub.functions->find_entity(target.name) == nullptr)
        throw error(errc::not_registered, "entity '" + target.name +
                                              "' is not registered; add it to the registry that "
                                              "the hub is opened with");
    auto [future, acknowledge] = engine::promised<void>(0);
    const std::string text = target.text();
    hub.routes->send(
        text, signal_mail{{{},
                           {},
                           {},
                           history::operation_signaled{0, std::move(target), std::string(operation),
                                                       std::move(input), due}},
                          std::move(acknowledge)});
    return std::move(future);
}

timestamp client::now() const {
    const auto entered = hub_->enter();
    return hub_->services().clock->now();
}

std::shared_ptr<const std::string> client::get(const blob& name) {
    const auto entered = hub_->enter();
    return hub_->services().blobs->load(name);
}

template <class T>
void client::drive(const std::future<T>& answer) {
    if (engine::driver* const driver = hub_->driver())
        while (!is_ready(answer) && driver->run_one_job()) {
        }
}
template void client::drive(const std::future<purge_result>&);
template void client::drive(const std::future<void>&);
template void client::drive(const std::future<std::string>&);

} // namespace perdure
