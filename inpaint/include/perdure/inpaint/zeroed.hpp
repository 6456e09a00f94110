// SPDX-License-Identifier: Apache-2.0
// An allocator for large vectors of plain values that begin as zeros. The system has pages of zeros
// ready: none costs anything before it is written to.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>

namespace perdure::inpaint {

template <class T>
struct zeroed {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    using value_type = T;

    zeroed() = default;
    template <class Other>
    zeroed(const zeroed<Other>&) noexcept {}

    T* allocate(std::size_t count) {
        void* const memory = std::calloc(count, sizeof(T));
        if (memory == nullptr)
            throw std::bad_alloc();
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t) noexcept { std::free(memory); }

    /// Without a value: it is zero already.
    template <class U>
    void construct(U*) noexcept {}
    template <class U, class... Arguments>
    void construct(U* at, Arguments&&... with) {
        ::new (static_cast<void*>(at)) U(std::forward<Arguments>(with)...);
    }

    bool operator==(const zeroed&) const = default;
};

} // namespace perdure::inpaint
