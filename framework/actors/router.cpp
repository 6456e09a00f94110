// SPDX-License-Identifier: Apache-2.0
#include "actors/router.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace perdure::actors {

router::router(spawn_function spawn, base::engine_clock& clock, std::size_t live_max,
               std::chrono::milliseconds idle_max, base::probe* disturbed_by)
    : spawn_(std::move(spawn)), clock_(&clock), live_max_(live_max), idle_max_(idle_max),
      disturbed_by_(disturbed_by) {}

router::shard& router::shard_of(std::string_view target) {
    return shards_[std::hash<std::string_view>{}(target) % shards_.size()];
}

void router::deliver(resident& to, mail letter) {
    ++to.sent;
    unhandled_.fetch_add(1, std::memory_order_relaxed);
    caf::anon_send(to.actor, std::move(letter));
}

namespace {

/// What a closing hub does with mail: whoever waits for an acknowledgement hears of it.
struct refuse_visitor {
    template <class Letter>
    void operator()(const Letter& letter) {
        if constexpr (requires { letter.acknowledge; })
            letter.acknowledge(
                std::make_exception_ptr(error(errc::closed, "the task hub is closing")));
    }
};

} // namespace

void router::send(const std::string& target, mail letter) {
    // Who waits for the disk is woken also while the hub closes, which waits for it in turn.
    const auto* wake = std::get_if<wake_mail>(&letter);
    const bool is_expected =
        std::holds_alternative<outcome_mail>(letter) || (wake != nullptr && wake->is_owed);
    if (is_closing_ && !is_expected)
        return std::visit(refuse_visitor{}, letter);
    shard& home = shard_of(target);
    const std::scoped_lock lock(home.mutex);
    place(home, target, std::move(letter));
}

void router::send_messages(std::vector<turn::outgoing_message> sent, std::uint64_t first_order) {
    for (auto& each : sent) {
        const std::uint64_t order = first_order++;
        if (each.due == timestamp{})
            send(each.target, inbox_mail{order, std::move(each.body)});
    }
}

void router::send_all(std::vector<std::pair<std::string, mail>> letters) {
    // Whoever is woken by the first letter sends nothing on before the last one is placed.
    std::vector<std::unique_lock<std::mutex>> locks;
    for (shard& each : shards_)
        locks.emplace_back(each.mutex);
    for (auto& [target, letter] : letters)
        place(shard_of(target), target, std::move(letter));
}

/// The lock is held.
void router::place(shard& home, const std::string& target, mail letter) {
    auto [found, is_new] = home.residents.try_emplace(target);
    if (is_new) {
        found->second.actor = spawn_(target);
        live_.fetch_add(1, std::memory_order_relaxed);
    }
    found->second.last_sent = clock_->mono();
    if (base::buggify(disturbed_by_, "eviction before mail"))
        deliver(found->second, rest_mail{});
    if (base::buggify(disturbed_by_, "needless wake"))
        deliver(found->second, wake_mail{});
    deliver(found->second, std::move(letter));
    if (base::buggify(disturbed_by_, "eviction after mail"))
        deliver(found->second, rest_mail{});
}

bool router::try_leave(const std::string& target, std::uint64_t received) {
    shard& home = shard_of(target);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.residents.find(target);
    if (found == home.residents.end() || found->second.sent != received)
        return false;
    home.residents.erase(found);
    live_.fetch_sub(1, std::memory_order_relaxed);
    return true;
}

void router::handled(std::size_t count) {
    const auto amount = static_cast<std::int64_t>(count);
    if (unhandled_.fetch_sub(amount, std::memory_order_acq_rel) == amount)
        unhandled_.notify_all();
}

void router::sweep() {
    base::mono_time limit = clock_->mono() - idle_max_;
    if (const std::size_t live = this->live(); live > live_max_) {
        std::vector<base::mono_time> ages;
        ages.reserve(live);
        for (shard& each : shards_) {
            const std::scoped_lock lock(each.mutex);
            for (const auto& [target, each_resident] : each.residents)
                ages.push_back(each_resident.last_sent);
        }
        if (ages.size() > live_max_) {
            const auto excess = static_cast<std::ptrdiff_t>(ages.size() - live_max_);
            std::nth_element(ages.begin(), ages.begin() + excess - 1, ages.end());
            limit = std::max(limit, ages[static_cast<std::size_t>(excess - 1)]);
        }
    }
    send_rest_before(limit);
}

void router::send_rest_before(base::mono_time limit) {
    for (shard& each : shards_) {
        const std::scoped_lock lock(each.mutex);
        for (auto& [target, each_resident] : each.residents)
            if (each_resident.last_sent <= limit)
                deliver(each_resident, rest_mail{});
    }
}

void router::stop() {
    for (shard& each : shards_) {
        const std::scoped_lock lock(each.mutex);
        for (auto& [target, each_resident] : each.residents)
            caf::anon_send_exit(each_resident.actor, caf::exit_reason::user_shutdown);
        each.residents.clear();
    }
}

} // namespace perdure::actors
