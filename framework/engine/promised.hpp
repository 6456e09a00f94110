// SPDX-License-Identifier: Apache-2.0
// A future that a commit fulfils.
#pragma once

#include "actors/commit.hpp"

#include <exception>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

namespace perdure::engine {

/// A callback that fulfils a promise of what `value` gives.
template <class T, class Value>
std::pair<std::future<T>, actors::commit_callback> promised(Value value) {
    auto promise = std::make_shared<std::promise<T>>();
    auto future = promise->get_future();
    return {std::move(future), [promise, value = std::move(value)](std::exception_ptr failed) {
                if (failed)
                    promise->set_exception(failed);
                else if constexpr (std::is_void_v<T>)
                    promise->set_value();
                else
                    promise->set_value(value);
            }};
}

} // namespace perdure::engine
