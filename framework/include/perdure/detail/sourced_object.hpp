// SPDX-License-Identifier: Apache-2.0
// A live event-sourced entity. Deliberately no object_of<E>: nobody changes its state but apply().
#pragma once

#include <perdure/detail/entity_object.hpp>
#include <perdure/event_sourcing.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace perdure::detail {

template <class E, class Names, class... F>
class sourced_object;

template <class E, class... Es, class... F>
class sourced_object<E, event_names<Es...>, F...> final : public entity_object, event_log {
  public:
    using declaration = sourced_entity<E, event_names<Es...>, F...>;

    explicit sourced_object(const declaration& declared) : declared_(&declared) {}

    bool has_operation(std::string_view name) const noexcept override {
        return detail::has_operation(declared_->operations(), name);
    }
    bool is_query(std::string_view) const noexcept override { return true; }

    payload apply(std::string_view name, entity_context& ctx, const payload& input) override {
        emitted_.clear();
        payload result;
        std::apply(
            [&](const auto&... each) {
                ((each.name == name ? void(result = invoke(each, ctx, input)) : void()), ...);
            },
            declared_->operations());
        return result;
    }

    payload save() const override { return codec<E>::encode(state_); }
    void load(const payload& stored) override { state_ = codec<E>::decode(stored); }
    event_log* log() noexcept override { return this; }

    std::uint32_t snapshot_every() const noexcept override { return declared_->snapshot_every(); }
    std::vector<emitted_event> take_events() noexcept override {
        return std::exchange(emitted_, {});
    }
    void replay(std::string_view name, const payload& value) override {
        if (!(replay_as<Es>(name, value) || ...))
            throw error(errc::not_registered,
                        "event '" + std::string(name) +
                            "' is not declared any more; its name has to stay in event_names");
    }

  private:
    static constexpr bool never_throws =
        (noexcept(std::declval<E&>().apply(std::declval<const Es&>())) && ...);

    template <class Event>
    std::string_view name_of() const {
        std::size_t at = 0;
        static_cast<void>(((std::is_same_v<Event, Es> || (++at, false)) || ...));
        return declared_->events().names[at];
    }
    template <class Event>
    bool replay_as(std::string_view name, const payload& value) {
        if (name != name_of<Event>())
            return false;
        state_.apply(codec<Event>::decode(value));
        return true;
    }

    template <class Member>
    payload invoke(const operation<Member>& declared, entity_context& ctx, const payload& input) {
        const E& state = state_;
        auto args = decode_input_of<Member>(input);
        if constexpr (std::is_void_v<typename member_traits<Member>::returned>) {
            call_operation(state, declared.function, ctx, args);
            return {};
        } else {
            return keep(call_operation(state, declared.function, ctx, args));
        }
    }

    template <class R>
    payload keep(const R& value) {
        return codec<R>::encode(value);
    }
    template <class... Xs>
    payload keep(const emits<Xs...>& decided) {
        accept(decided);
        return {};
    }
    template <class R, class... Xs>
    payload keep(const reply<R, Xs...>& decided) {
        payload result = codec<R>::encode(decided.value);
        accept(decided.events);
        return result;
    }

    /// All or nothing: what can't be stored or applied leaves no trace.
    template <class... Xs>
    void accept(const emits<Xs...>& decided) {
        std::vector<emitted_event> stored;
        for (const auto& each : decided.list())
            std::visit(
                [&]<class Event>(const Event& happened) {
                    stored.push_back(
                        {std::string(name_of<Event>()), codec<Event>::encode(happened)});
                },
                each);
        std::optional<E> before;
        if constexpr (!never_throws)
            before = state_;
        try {
            for (const auto& each : decided.list())
                std::visit([&](const auto& happened) { state_.apply(happened); }, each);
        } catch (...) {
            if (before)
                state_ = std::move(*before);
            throw;
        }
        emitted_ = std::move(stored);
    }

    const declaration* declared_;
    E state_{};
    std::vector<emitted_event> emitted_;
};

} // namespace perdure::detail
