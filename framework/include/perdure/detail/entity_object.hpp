// SPDX-License-Identifier: Apache-2.0
// Entities with their operations erased.
#pragma once

#include <perdure/entity.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace perdure::detail {

/// An event that an operation of an event-sourced entity decided on, in its stored form.
struct emitted_event {
    std::string name;
    payload value;
};

/// What an event-sourced entity can do besides.
class event_log {
  public:
    /// How many events may lie between two snapshots.
    virtual std::uint32_t snapshot_every() const noexcept = 0;
    /// What the last operation decided; the state is as they leave it.
    virtual std::vector<emitted_event> take_events() noexcept = 0;
    /// Throws what decoding and applying the event throws.
    virtual void replay(std::string_view name, const payload& value) = 0;

  protected:
    ~event_log() = default;
};

/// A live entity of any type.
class entity_object {
  public:
    virtual ~entity_object() = default;
    virtual bool has_operation(std::string_view operation) const noexcept = 0;
    /// Whether an operation only looks at the state.
    virtual bool is_query(std::string_view operation) const noexcept = 0;
    /// Applies one operation. If it throws, the state is as it was before, and it throws on.
    virtual payload apply(std::string_view operation, entity_context& ctx,
                          const payload& input) = 0;
    virtual payload save() const = 0;
    virtual void load(const payload& state) = 0;
    /// Null unless it is event-sourced.
    virtual event_log* log() noexcept { return nullptr; }
};

/// A live entity whose state is an E: what a transaction works on.
template <class E>
class object_of : public entity_object {
  public:
    E& state() noexcept { return state_; }
    const E& state() const noexcept { return state_; }

  private:
    E state_{};
};

/// Looks an operation up in a declaration.
template <class... F>
bool has_operation(const std::tuple<operation<F>...>& operations, std::string_view name) noexcept {
    return std::apply([&](const auto&... each) { return ((each.name == name) || ...); },
                      operations);
}

template <class... Args>
std::tuple<Args...> decode_input(std::type_identity<std::tuple<Args...>>, const payload& input) {
    return decode_arguments<Args...>(input);
}
/// The arguments of an operation.
template <class Member>
auto decode_input_of(const payload& input) {
    return decode_input(std::type_identity<typename member_traits<Member>::arguments>{}, input);
}

/// Calls a member function, with the context if it wants that. What it gives may refer to `args`.
template <class E, class Member, class Arguments>
typename member_traits<Member>::returned call_operation(E& state, Member function,
                                                        entity_context& ctx, Arguments& args) {
    return std::apply(
        [&](auto&... each) -> typename member_traits<Member>::returned {
            if constexpr (wants_entity_context<Member>)
                return (state.*function)(ctx, std::move(each)...);
            else
                return (state.*function)(std::move(each)...);
        },
        args);
}

} // namespace perdure::detail
