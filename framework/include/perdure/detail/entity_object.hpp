// SPDX-License-Identifier: Apache-2.0
// Entities with their operations erased.
#pragma once

#include <perdure/entity.hpp>

#include <string_view>

namespace perdure::detail {

/// A live entity of any type.
class entity_object {
  public:
    virtual ~entity_object() = default;
    virtual bool has_operation(std::string_view operation) const noexcept = 0;
    /// Applies one operation. If it throws, the state is as it was before, and it throws on.
    virtual payload apply(std::string_view operation, entity_context& ctx,
                          const payload& input) = 0;
    virtual payload save() const = 0;
    virtual void load(const payload& state) = 0;
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

} // namespace perdure::detail
