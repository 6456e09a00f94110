// SPDX-License-Identifier: Apache-2.0
// The verbs of a client that steer an instance: each is one mail to it.
#include "engine/hub.hpp"

#include "engine/client_query.hpp"
#include "engine/promised.hpp"
#include "engine/purge_run.hpp"

namespace perdure {

using namespace history;

namespace {

payload reason_of(const std::string& text) {
    return text.empty() ? payload{} : codec<std::string>::encode(text);
}

std::future<void> send_order(engine::hub& hub, const std::string& instance, history::event order) {
    const auto entered = hub.enter();
    require_instance_id(instance);
    auto [future, acknowledge] = engine::promised<void>(0);
    hub.services().routes->send(instance,
                                actors::control_mail{std::move(order), std::move(acknowledge)});
    return std::move(future);
}

} // namespace

std::future<void> client::terminate_async(const std::string& instance, const std::string& reason,
                                          terminate_options options) {
    return send_order(*hub_, instance, execution_terminated{reason_of(reason), options.recursive});
}

std::future<void> client::suspend_async(const std::string& instance, const std::string& reason) {
    return send_order(*hub_, instance, execution_suspended{reason_of(reason)});
}

std::future<void> client::resume_async(const std::string& instance, const std::string& reason) {
    return send_order(*hub_, instance, execution_resumed{reason_of(reason)});
}

std::future<void> client::rewind_async(const std::string& instance, const std::string& reason) {
    return send_order(*hub_, instance, execution_rewound{reason_of(reason), 0, 0});
}

std::future<std::string> client::restart_async(const std::string& instance,
                                               restart_options options) {
    const auto seen = status(instance);
    if (!seen)
        throw error(errc::not_found, "there is no instance '" + instance + "' in this task hub");
    if (options.with_new_id)
        return start_named({}, seen->name, seen->input);
    const auto entered = hub_->enter();
    actors::services& hub = hub_->services();
    engine::require_registered(hub, seen->name);
    auto [future, acknowledge] = engine::promised<std::string>(instance);
    hub.routes->send(instance, actors::removal_mail{true, {}, std::move(acknowledge)});
    return std::move(future);
}

std::future<purge_result> client::purge_async(const std::string& instance, purge_options options) {
    const auto entered = hub_->enter();
    require_instance_id(instance);
    actors::services& hub = hub_->services();
    std::vector<engine::purge_target> roots;
    if (const auto stored = hub.rows->get(store::table::instances, instance)) {
        const store::instance_row row = store::decode_instance_row(*stored);
        if (!is_finished(row.status))
            throw error(errc::not_finished, "instance '" + instance +
                                                "' has not ended: its status "
                                                "is " +
                                                to_string(row.status) + "; terminate it first");
        roots.push_back({instance, row.execution});
    }
    return std::make_shared<engine::purge_run>(hub, std::move(roots), options.recursive)->start();
}

purge_result client::purge_all(const instance_filter& meant, purge_options options) {
    constexpr std::size_t together = 200;
    purge_result all;
    std::string from = meant.id_prefix;
    for (bool is_through = false; !is_through;) {
        const auto entered = hub_->enter();
        actors::services& hub = hub_->services();
        std::vector<engine::purge_target> roots;
        is_through = true;
        hub.rows->scan(store::table::instances, meant.id_prefix, from,
                       [&](std::string_view id, std::string_view stored) {
                           from = std::string(id);
                           is_through = roots.size() < together;
                           const store::instance_row row = store::decode_instance_row(stored);
                           if (is_through && is_finished(row.status) && engine::matches(meant, row))
                               roots.push_back({from, row.execution});
                           return is_through;
                       });
        all.deleted +=
            finish(std::make_shared<engine::purge_run>(hub, std::move(roots), options.recursive)
                       ->start())
                .deleted;
    }
    return all;
}

} // namespace perdure
