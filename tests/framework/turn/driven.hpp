// SPDX-License-Identifier: Apache-2.0
// One execution, driven by hand: arrivals in, decisions out; no engine, no clock, no disk.
#pragma once

#include "framework/turn/kept_history.hpp"
#include "history/rewinds.hpp"
#include "turn/execution.hpp"
#include "turn/rewind.hpp"

#include <perdure/perdure.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace driving {

using namespace perdure;
using events = std::vector<history::event>;

class no_blobs final : public turn::blob_source {
    std::shared_ptr<const std::string> load(const blob& name) override {
        throw error(errc::not_found, name.hex());
    }
};

inline timestamp at(int ms) {
    return timestamp(std::chrono::milliseconds(ms));
}
inline payload number(int n) {
    return codec<int>::encode(n);
}
inline history::event begun(int input) {
    return history::execution_started{"pair", "exec", number(input), {}};
}

/// One instance of `code`, driven by hand; records its history like the engine does.
template <class F>
class driven {
  public:
    explicit driven(F code)
        : code_(detail::erase_orchestration<int, int>(std::move(code))),
          live_(std::make_unique<turn::execution>("i", code_, blobs_, 1024)) {}

    events step(int ms, events arrived) {
        const turn::decision made = live_->run(at(ms), arrived);
        history_.add(made.parts);
        return turn::decided_in(made.parts);
    }

    /// The instance is held: what arrives is only recorded, and the code sees it after a restart.
    std::optional<turn::mismatch> record(int ms, events arrived) {
        history_.add({at(ms), false, std::move(arrived), {}});
        return restart();
    }

    /// It has failed, and that is taken back: code that runs anew sees what stays in its next step.
    std::optional<turn::mismatch> rewind(int ms) {
        return record(ms, turn::rewind(history_.steps(), {}).arrived);
    }

    const std::vector<history::numbered_step>& history() const { return history_.steps(); }
    turn::execution& live() { return *live_; }

    /// Replays the recorded history in fresh memory.
    std::optional<turn::mismatch> restart() {
        live_ = std::make_unique<turn::execution>("i", code_, blobs_, 1024);
        history::undone_steps undone;
        for (const auto& each : history_.steps())
            undone.add(each.number, each.record);
        for (const auto& each : history_.steps())
            if (undone.contains(each.number))
                live_->skip(each.record);
            else if (auto difference = live_->replay(each.record))
                return difference;
        return std::nullopt;
    }

  private:
    no_blobs blobs_;
    detail::orchestration_definition code_;
    std::unique_ptr<turn::execution> live_;
    kept_history history_;
};

} // namespace driving
