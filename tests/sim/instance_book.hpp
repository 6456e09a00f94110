// SPDX-License-Identifier: Apache-2.0
// The instances a workload starts, and what is known of each from outside.
#pragma once

#include "sim/workload.hpp"

#include <map>
#include <optional>

namespace perdure::sim {

/// Starts each instance, again under the same id until the start is acknowledged, and holds the
/// engine to what it has said about it.
class instance_book {
  public:
    using judge = std::function<void(const instance_status&)>;

    /// `start` makes the call; `is_right` throws violation for a wrong end.
    void expect(std::string instance,
                std::function<std::future<std::string>(client&, start_options)> start,
                judge is_right);
    /// The same for an orchestration that must complete with `result`.
    template <class R, class... Args>
    void expect(std::string instance, const orchestration<R(Args...)>& function, R result,
                std::type_identity_t<Args>... args) {
        expect(
            std::move(instance),
            [function, args...](client& clients, start_options named) {
                return clients.start_async(std::move(named), function, args...);
            },
            completed_with(codec<R>::encode(result)));
    }

    /// From now on instances may be held, or may not.
    void allow_held(bool is_allowed) { is_held_allowed_ = is_allowed; }

    void act(session& on);
    bool is_through() const;
    void check(session& on);
    void check_end(session& on);

    bool is_acknowledged(const std::string& instance) const {
        return instances_.at(instance).is_acknowledged;
    }

    bool has_ended(const std::string& instance) const {
        return instances_.at(instance).end.has_value();
    }

    static judge completed_with(payload result);
    static judge failed_with(std::string message_part);

  private:
    struct known {
        std::function<std::future<std::string>(client&, start_options)> start;
        judge is_right;
        bool is_pending = false;
        bool is_acknowledged = false;
        std::optional<instance_status> end; ///< Once seen, it never changes.
        std::vector<std::string> history; ///< As last seen: a prefix of all later ones.
    };
    void check_one(session& on, const std::string& instance, known& each);

    std::map<std::string, known> instances_;
    bool is_held_allowed_ = false;
};

} // namespace perdure::sim
