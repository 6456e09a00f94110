// SPDX-License-Identifier: Apache-2.0
// durable<T>: something an orchestration has scheduled and can await, and the ways to await
// several.
#pragma once

#include <perdure/detail/host.hpp>
#include <perdure/task.hpp>

#include <coroutine>
#include <cstddef>
#include <span>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace perdure {
namespace detail {

/// Resumes a coroutine when any of its slots is settled.
class slot_awaiter final : public waiter {
  public:
    explicit slot_awaiter(std::vector<slot_ptr> slots) : slots_(std::move(slots)) {}

    bool await_ready() const noexcept { return settled() != slots_.size(); }
    void await_suspend(std::coroutine_handle<> awaiting) noexcept {
        awaiting_ = awaiting;
        for (auto& each : slots_)
            each->waiting = this;
    }
    std::size_t await_resume() const noexcept { return settled(); }

    void notify() override {
        for (auto& each : slots_)
            each->waiting = nullptr;
        awaiting_.resume();
    }

  private:
    std::size_t settled() const noexcept {
        std::size_t i = 0;
        while (i < slots_.size() && slots_[i]->state == slot_state::pending)
            ++i;
        return i;
    }

    std::vector<slot_ptr> slots_;
    std::coroutine_handle<> awaiting_;
};

/// Resumes a coroutine when its slot is settled.
class one_slot_awaiter : public waiter {
  public:
    explicit one_slot_awaiter(slot& awaited) noexcept : slot_(&awaited) {}

    bool await_ready() const noexcept { return slot_->state != slot_state::pending; }
    void await_suspend(std::coroutine_handle<> awaiting) noexcept {
        awaiting_ = awaiting;
        slot_->waiting = this;
    }
    void notify() final { awaiting_.resume(); }

  protected:
    ~one_slot_awaiter() = default;
    slot* slot_;

  private:
    std::coroutine_handle<> awaiting_;
};

struct settle_awaiter final : one_slot_awaiter {
    using one_slot_awaiter::one_slot_awaiter;
    void await_resume() const noexcept {}
};

template <class T>
T take_value(slot& settled) {
    settled.is_taken = true;
    if (settled.state == slot_state::failed)
        throw task_failed(settled.subject, *settled.error);
    return decode_result<T>(settled.value);
}

template <class T>
struct value_awaiter final : one_slot_awaiter {
    using one_slot_awaiter::one_slot_awaiter;
    T await_resume() const { return take_value<T>(*slot_); }
};

[[noreturn]] void throw_empty_durable();

/// void has no values; composites hold a monostate in its place.
template <class T>
using held = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

} // namespace detail

/// Something scheduled: an activity, a child, an entity call, a timer or an awaited event.
///
/// Scheduled when it was made; `co_await` gives its result or throws task_failed. It has one owner.
/// Dropping one that has not arrived gives it up: an activity, a child or a timer is cancelled (an
/// activity that runs is asked to stop, a child is terminated with its own children), a wait for an
/// event is withdrawn, the result of anything else is ignored. So does the end of the
/// orchestration. Dropping an event that has arrived and was not read gives it back to whoever
/// waits for it next.
template <class T>
class [[nodiscard]] durable {
  public:
    explicit durable(detail::slot_ptr slot) noexcept : slot_(std::move(slot)) {}
    durable(durable&& other) noexcept = default;
    durable& operator=(durable&& other) noexcept {
        if (this != &other) {
            cancel();
            slot_ = std::move(other.slot_);
        }
        return *this;
    }
    ~durable() { cancel(); }

    /// Whether `co_await` would not have to wait.
    bool is_ready() const { return slot()->state != detail::slot_state::pending; }

    /// Gives it up, as dropping it does. It can't be awaited afterwards.
    void cancel() noexcept {
        if (slot_ && slot_->host != nullptr && must_abandon())
            slot_->host->abandon(*slot_);
        slot_.reset();
    }

    detail::value_awaiter<T> operator co_await() const { return detail::value_awaiter<T>(*slot()); }

    /// For the composites. Throws error (invalid_argument) if it was cancelled or moved from.
    const detail::slot_ptr& slot() const {
        if (!slot_)
            detail::throw_empty_durable();
        return slot_;
    }

  private:
    bool must_abandon() const noexcept {
        return slot_->state == detail::slot_state::pending ||
               (slot_->kind == detail::slot_kind::event && !slot_->is_taken);
    }

    detail::slot_ptr slot_;
};

namespace detail {

/// The held value of something that has arrived; throws task_failed if it failed.
template <class T>
held<T> take_held(const durable<T>& arrived) {
    if constexpr (std::is_void_v<T>) {
        take_value<void>(*arrived.slot());
        return {};
    } else {
        return take_value<T>(*arrived.slot());
    }
}

inline void require_some(bool some) {
    if (!some)
        throw error(errc::invalid_argument, "when_any was given nothing to wait for");
}

} // namespace detail

/// Waits until all have arrived, then gives their values in order. If some failed, throws the first
/// failure in that order, after all have arrived.
template <class T>
task<std::vector<detail::held<T>>> when_all(std::vector<durable<T>> all) {
    for (auto& each : all)
        co_await detail::settle_awaiter(*each.slot());
    std::vector<detail::held<T>> values;
    values.reserve(all.size());
    for (auto& each : all)
        values.push_back(detail::take_held(each));
    co_return values;
}

template <class... T>
task<std::tuple<detail::held<T>...>> when_all(durable<T>... all) {
    (co_await detail::settle_awaiter(*all.slot()), ...);
    // Braces fix the order of evaluation: the leftmost failure is the one thrown.
    co_return std::tuple<detail::held<T>...>{detail::take_held(all)...};
}

/// Waits until one has arrived and gives its position; the others stay as they are.
template <class T>
detail::slot_awaiter when_any(std::vector<durable<T>>& any) {
    detail::require_some(!any.empty());
    std::vector<detail::slot_ptr> slots;
    for (auto& each : any)
        slots.push_back(each.slot());
    return detail::slot_awaiter(std::move(slots));
}

template <class... T>
requires(sizeof...(T) > 0) detail::slot_awaiter when_any(durable<T>&... any) {
    return detail::slot_awaiter({any.slot()...});
}

/// What when_any gives for a vector it owns.
template <class T>
struct any_result {
    std::size_t index; ///< Position of the winner.
    detail::held<T> value; ///< What it gave.
};

/// Waits until one has arrived, cancels the others, and gives the winner's value; throws its
/// failure.
template <class T>
task<any_result<T>> when_any(std::vector<durable<T>>&& any) {
    std::vector<durable<T>> racing = std::move(any);
    const std::size_t index = co_await when_any(racing);
    for (std::size_t i = 0; i < racing.size(); ++i)
        if (i != index)
            racing[i].cancel();
    co_return any_result<T>{index, detail::take_held(racing[index])};
}

namespace detail {

template <class... T, std::size_t... I>
std::variant<held<T>...> take_winner(std::size_t index, std::index_sequence<I...>,
                                     durable<T>&... racing) {
    std::variant<held<T>...> winner;
    ((I == index ? void(winner.template emplace<I>(take_held(racing))) : racing.cancel()), ...);
    return winner;
}

template <class... T>
task<std::variant<held<T>...>> race(durable<T>... racing) {
    const std::size_t index = co_await when_any(racing...);
    co_return take_winner<T...>(index, std::index_sequence_for<T...>{}, racing...);
}

} // namespace detail

template <class... T>
requires(sizeof...(T) > 0) task<std::variant<detail::held<T>...>> when_any(durable<T>&&... any) {
    return detail::race<T...>(std::move(any)...);
}

} // namespace perdure
