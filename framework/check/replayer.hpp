// SPDX-License-Identifier: Apache-2.0
// Replays a history with the code that is registered now, and says where they disagree: what would
// hold the instance when the hub is opened. Nothing that the code asks for is carried out.
#pragma once

#include "store/rows.hpp"
#include "store/store.hpp"
#include "turn/execution.hpp"

#include <perdure/registry.hpp>

#include <memory>
#include <optional>
#include <string>

namespace perdure::check {

/// Blobs as they are stored. Damaged or missing ones throw error.
class stored_blobs final : public turn::blob_source {
  public:
    explicit stored_blobs(store::store& rows) : rows_(&rows) {}
    std::shared_ptr<const std::string> load(const blob& name) override;

  private:
    store::store* rows_;
};

class replayer {
  public:
    /// `rows` and `functions` must outlive it.
    replayer(store::store& rows, const registry& functions, std::string instance,
             const std::string& name);

    void add(const history::step& recorded);
    /// A step that was undone later: its code may have set a status, and does not run again.
    void skip(const history::step& undone);
    /// After the last step: what is wrong, if anything.
    std::optional<std::string> difference(const store::instance_row& row);

  private:
    const registry* functions_;
    stored_blobs blobs_;
    std::unique_ptr<turn::execution> execution_; ///< Null if there is no code.
    std::optional<payload> custom_status_; ///< The last one that the code has set.
    bool is_status_known_ = true;
    bool inherits_status_ = false; ///< An earlier execution may have set one.
    std::optional<std::string> difference_;
};

} // namespace perdure::check
