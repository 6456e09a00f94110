// SPDX-License-Identifier: Apache-2.0
#include "sim/rotten_disk.hpp"

#include "sim/final_state.hpp"

#include <algorithm>
#include <optional>

namespace perdure::sim {
namespace {

void play_all(player& client, const std::string& round) {
    for (const char* name : {"chain", "tree", "timers", "events", "entities", "failures", "blobs"})
        for (const script& each : all_scripts())
            if (each.name == name)
                each.play_round(client, round + name + '-');
}

/// Errors that say: bytes are damaged, or what depends on them does not go on.
bool is_report(errc code) {
    return code == errc::damaged || code == errc::storage || code == errc::poisoned ||
           code == errc::held;
}

bool is_refusal(errc code) {
    return code == errc::damaged || code == errc::data_loss || code == errc::storage;
}

/// One life or two on a disk with a flipped bit. Remembers the first thing that was said about it.
class examination {
  public:
    examination(testing::computer& machine, const notebook& notes, const undisturbed& expected)
        : machine_(&machine), notes_(notes), expected_(&expected) {}

    /// Of a machine that is on.
    void run() {
        live();
        if (machine_->is_on() && !machine_->is_writable())
            reopen();
        if (machine_->is_on())
            require_same_end();
    }

    std::optional<errc> said() const { return said_; }

  private:
    void live() {
        require_acknowledged();
        listen([&] { play_to_the_end(*machine_, mixed_script(), notes_); });
        require_acknowledged();
        require_right_results();
        look_for_held();
        if (has_timed_out_ && !said_)
            throw violation("something never ends, and nobody says why");
    }

    /// A poisoned hub asks for that.
    void reopen() {
        listen([&] {
            machine_->shut_down();
            machine_->boot();
        });
        if (machine_->is_on())
            live();
    }

    /// Every promise by itself: one that can't be read must not hide another that is gone.
    void require_acknowledged() {
        for (const notebook::entry& each : notes_.entries)
            if (each.is_acknowledged && each.is_there)
                listen([&] {
                    if (!each.is_there(machine_->client()))
                        throw violation("lost, though it was acknowledged: " + each.what);
                });
    }

    /// Damage must not become the recorded result of an instance.
    void require_right_results() const {
        for (std::size_t i = 0; i < notes_.entries.size(); ++i) {
            const notebook::entry& seen = notes_.entries[i];
            const std::string& wanted = expected_->notes.entries[i].what;
            const bool has_ended = seen.what.find(", which has ") != seen.what.npos;
            if (has_ended && seen.what != wanted)
                throw violation("another result: " + seen.what + ", instead of " + wanted);
        }
    }

    void look_for_held() {
        std::vector<std::string> ids;
        listen([&] {
            const auto note = [&](std::string_view id, std::string_view) {
                ids.emplace_back(id);
                return true;
            };
            machine_->hub().services().rows->scan(store::table::instances, {}, {}, note);
        });
        for (const std::string& id : ids)
            listen([&] {
                const auto seen = machine_->client().status(id);
                if (seen && seen->held)
                    throw error(errc::held, *seen->held);
            });
    }

    void require_same_end() {
        std::optional<std::string> state;
        listen([&] { state = final_state(*machine_); });
        if (!said_ && *state != expected_->state)
            throw violation("another end: " + first_difference(expected_->state, *state));
    }

    template <class Call>
    void listen(Call call) {
        try {
            call();
        } catch (const error& told) {
            if (told.code() == errc::timeout)
                has_timed_out_ = true;
            else if (!is_report(told.code()))
                throw violation(std::string("told ") + to_string(told.code()) + ": " + told.what());
            else if (!said_)
                said_ = told.code();
        }
    }

    testing::computer* machine_;
    notebook notes_;
    const undisturbed* expected_;
    std::optional<errc> said_;
    bool has_timed_out_ = false;
};

void flip(testing::computer& machine, const std::string& file, std::uint64_t bit) {
    if (!machine.files.disk().flip_bit(file, bit))
        throw violation(file + " has no such bit on the medium");
}

} // namespace

const script& mixed_script() {
    static const script mixed{"mixed", play_all, 1024, 0, 64 * 1024};
    return mixed;
}

const char* name_of(fate became) noexcept {
    switch (became) {
    case fate::refused:
        return "refused";
    case fate::reported:
        return "reported";
    case fate::harmless:
        return "harmless";
    }
    return "?";
}

verdict examine(const wreck& left, std::uint64_t seed, const std::string& file, std::uint64_t bit,
                const undisturbed& expected) {
    const auto machine =
        restored(mixed_script(), left, testing::outcome::keep_all, seed_of_life(seed, 1));
    examination seen(*machine, left.notes, expected);
    flip(*machine, file, bit);
    try {
        machine->boot();
    } catch (const error& refused) {
        if (!is_refusal(refused.code()))
            throw violation(std::string("refused with ") + to_string(refused.code()) + ": " +
                            refused.what());
        flip(*machine, file, bit);
        machine->boot();
        seen.run();
        if (seen.said())
            throw violation("refused, and damaged by that: " +
                            std::string(to_string(*seen.said())));
        return {fate::refused, refused.code()};
    }
    seen.run();
    if (seen.said())
        return {fate::reported, *seen.said()};
    return {fate::harmless, {}};
}

} // namespace perdure::sim
