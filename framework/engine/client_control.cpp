// SPDX-License-Identifier: Apache-2.0
// The verbs of a client that steer an instance: each is one mail to it.
#include "engine/hub.hpp"

#include "engine/promised.hpp"

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

} // namespace perdure
