// SPDX-License-Identifier: Apache-2.0
// The history of one execution as the engine keeps it on disk: the steps of scopes go when they
// end.
#pragma once

#include "turn/decision.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace driving {

class kept_history {
  public:
    void add(const std::vector<perdure::turn::part>& parts) {
        for (const auto& part : parts)
            for (const auto* events : {&part.record.arrived, &part.record.decided})
                for (const auto& each : *events)
                    if (const auto ended = perdure::history::end_of_scope(each))
                        std::erase_if(steps_, [&](const auto& step) {
                            return step.record.scope == ended->scope;
                        });
        for (const auto& part : parts)
            if (part.is_kept)
                add(part.record);
    }
    void add(perdure::history::step record) { steps_.push_back({next_++, std::move(record)}); }

    const std::vector<perdure::history::numbered_step>& steps() const noexcept { return steps_; }

  private:
    std::vector<perdure::history::numbered_step> steps_;
    std::uint32_t next_ = 0;
};

} // namespace driving
