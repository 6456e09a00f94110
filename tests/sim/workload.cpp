// SPDX-License-Identifier: Apache-2.0
#include "sim/workload.hpp"

namespace perdure::sim {

answer session::answer_of(const error& failed) {
    const bool is_unknown = failed.code() == errc::poisoned || failed.code() == errc::closed;
    return is_unknown || is_broken() ? answer::unknown : answer::refused;
}

void session::give(const std::string& what, answer came, const callback& told) {
    static constexpr const char* words[] = {"acknowledged", "refused", "unknown"};
    trace(what + " -> " + words[static_cast<std::size_t>(came)]);
    told(came);
}

void session::poll() {
    std::vector<call_under_way> ready;
    std::erase_if(pending_, [&](call_under_way& each) {
        if (!each.is_ready())
            return false;
        ready.push_back(std::move(each));
        return true;
    });
    for (auto& each : ready) {
        answer came = answer::acknowledged;
        try {
            each.take();
        } catch (const error& failed) {
            came = answer_of(failed);
        } catch (const std::future_error&) {
            came = answer::unknown; // whoever would have answered is gone
        }
        give(each.what, came, each.told);
    }
}

} // namespace perdure::sim
