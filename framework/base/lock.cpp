// SPDX-License-Identifier: Apache-2.0
// Waiting for a critical section, with or without an end.
#include <perdure/durable.hpp>
#include <perdure/lock.hpp>

namespace perdure::detail {

task<critical_section> lock(orchestration_host& host, std::vector<entity_id> entities,
                            lock_options options) {
    // Whatever ends the waiting, the request is withdrawn unless it is granted and handed on.
    critical_section granted(host.request_lock(std::move(entities)));
    const slot_ptr requested = granted.slot();
    if (options.timeout >= timestamp::max() - host.now()) {
        co_await settle_awaiter(*requested);
        co_return std::move(granted);
    }
    const durable<void> deadline(host.start_timer(host.now() + options.timeout));
    std::vector<slot_ptr> either{requested, deadline.slot()};
    co_await slot_awaiter(std::move(either));
    if (granted.is_held())
        co_return std::move(granted);
    throw error(errc::timeout, requested->subject + " was not granted within " +
                                   std::to_string(options.timeout.count()) +
                                   " ms; client::locks() says who holds and who waits");
}

} // namespace perdure::detail
