// SPDX-License-Identifier: Apache-2.0
// task<T>: the coroutine type of orchestrations and of the helper coroutines they are built from.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

namespace perdure {

template <class T>
class task;

namespace detail {

/// Coroutine frames are counted, so that a test can see that none leaks.
void* allocate_frame(std::size_t size);
void release_frame(void* frame, std::size_t size) noexcept;
/// Bytes of all coroutine frames alive in this process.
std::size_t frame_bytes() noexcept;

struct task_promise_base {
    std::coroutine_handle<> awaiting = std::noop_coroutine();
    std::exception_ptr thrown;

    struct resume_awaiting {
        bool await_ready() const noexcept { return false; }
        template <class Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) noexcept {
            return self.promise().awaiting;
        }
        void await_resume() const noexcept {}
    };

    std::suspend_always initial_suspend() noexcept { return {}; }
    resume_awaiting final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { thrown = std::current_exception(); }

    static void* operator new(std::size_t size) { return allocate_frame(size); }
    static void operator delete(void* frame, std::size_t size) noexcept {
        release_frame(frame, size);
    }
};

template <class T>
struct task_promise final : task_promise_base {
    std::optional<T> value;

    task<T> get_return_object() noexcept;
    template <class U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() { return std::move(*value); }
};

template <>
struct task_promise<void> final : task_promise_base {
    task<void> get_return_object() noexcept;
    void return_void() noexcept {}
    void take() noexcept {}
};

} // namespace detail

/// A coroutine that computes a T.
///
/// Starts when it is awaited, not when it is called; is ready when its body has returned; resumes
/// whoever awaits it, on the same thread; destroying it destroys the suspended body with all its
/// locals. It has one owner and may be awaited once. An exception leaves at the `co_await`.
///
/// Parameters of coroutines must be taken by value: references dangle once the caller has gone on.
/// g++ 12 cannot compile `co_await` inside a braced initialiser list; name the value first.
template <class T>
class [[nodiscard]] task {
  public:
    using promise_type = detail::task_promise<T>;
    using handle_type = std::coroutine_handle<promise_type>;

    task() noexcept = default;
    explicit task(handle_type handle) noexcept : handle_(handle) {}
    task(task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    task& operator=(task&& other) noexcept {
        if (this != &other) {
            destroy();
            handle_ = std::exchange(other.handle_, {});
        }
        return *this;
    }
    ~task() { destroy(); }

    struct awaiter {
        handle_type handle;

        bool await_ready() const noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
            handle.promise().awaiting = awaiting;
            return handle;
        }
        T await_resume() {
            if (handle.promise().thrown)
                std::rethrow_exception(handle.promise().thrown);
            return handle.promise().take();
        }
    };
    awaiter operator co_await() noexcept { return {handle_}; }

    /// For whoever drives the outermost task: runs it to its first wait.
    void start() { handle_.resume(); }
    bool is_done() const noexcept { return handle_.done(); }
    /// The result of a task that is done; throws what its body threw.
    T result() {
        if (handle_.promise().thrown)
            std::rethrow_exception(handle_.promise().thrown);
        return handle_.promise().take();
    }
    explicit operator bool() const noexcept { return static_cast<bool>(handle_); }

  private:
    void destroy() noexcept {
        if (handle_)
            handle_.destroy();
        handle_ = {};
    }

    handle_type handle_;
};

namespace detail {

template <class T>
task<T> task_promise<T>::get_return_object() noexcept {
    return task<T>(std::coroutine_handle<task_promise>::from_promise(*this));
}

inline task<void> task_promise<void>::get_return_object() noexcept {
    return task<void>(std::coroutine_handle<task_promise>::from_promise(*this));
}

} // namespace detail
} // namespace perdure
