// SPDX-License-Identifier: Apache-2.0
// One live entity: gathers operations, applies them as a batch, commits state, replies and signals
// together.
#pragma once

#include "actors/services.hpp"
#include "store/rows.hpp"
#include "turn/entity_turn.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace perdure::actors {

/// Threads: one at a time. Durability: an operation is consumed in the commit that holds what it
/// changed, so it applies exactly once.
class entity {
  public:
    /// `target` is the entity id in its text form.
    entity(std::string target, services& hub);
    ~entity();

    void receive(mail letter) { letters_.push_back(std::move(letter)); }
    /// As instance::step().
    bool step() noexcept;

  private:
    void load();
    void hold(const std::string& reason);
    /// Brings the operations' inputs into memory; if one can't be read, the entity is held.
    void fetch_inputs(std::vector<mail>& letters);
    /// Takes the operations out of the letters, with what acknowledges or consumes them.
    std::vector<history::message> operations(std::vector<mail>& letters, commit& part,
                                             std::vector<commit_callback>& acknowledge);
    void apply(const std::vector<history::message>& operations, commit part);
    void submit(commit part);

    std::string target_;
    services* hub_;
    std::vector<mail> letters_;
    std::uint64_t received_ = 0;

    bool is_loaded_ = false;
    store::entity_row row_;
    std::unique_ptr<turn::entity_turn> live_; ///< Null if held.
    std::string held_;
    std::uint64_t last_commit_ = 0;
};

} // namespace perdure::actors
