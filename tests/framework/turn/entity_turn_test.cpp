// SPDX-License-Identifier: Apache-2.0
// The pure batch: operations in, decisions out.
#include "turn/entity_turn.hpp"

#include "catch.hpp"

#include <perdure/perdure.hpp>

using namespace perdure;
using namespace perdure::history;
using turn::entity_decision;
using turn::entity_turn;

namespace {

class no_blobs final : public turn::blob_source {
    std::shared_ptr<const std::string> load(const blob& name) override {
        throw error(errc::not_found, name.hex());
    }
};

inline constexpr orchestration<int(int)> errand{"errand"};
inline constexpr orchestration<int(int)> unknown{"unknown"};

struct note {
    std::string text;

    void write(std::string more) { text += more; }
    void spoil() { text = "\xff"; }
    void fail_after(entity_context& ctx, std::string more);
    std::string run(entity_context& ctx, int n) { return ctx.start(errand, n); }
    void run_unknown(entity_context& ctx) { ctx.start(unknown, 1); }
    void run_as(entity_context& ctx, std::string id) { ctx.start_as(id, errand, 1); }
    void remind(entity_context& ctx, int ms);
    void remove(entity_context& ctx) { ctx.delete_state(); }
    void remove_and_fail(entity_context& ctx) {
        ctx.delete_state();
        throw std::runtime_error("not now");
    }
    std::string read() const { return text; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(note, text)
};

inline constexpr entity notes{"note",
                              op("write", &note::write),
                              op("spoil", &note::spoil),
                              op("fail_after", &note::fail_after),
                              op("run", &note::run),
                              op("run_unknown", &note::run_unknown),
                              op("run_as", &note::run_as),
                              op("remind", &note::remind),
                              op("remove", &note::remove),
                              op("remove_and_fail", &note::remove_and_fail),
                              op("read", &note::read)};

void note::fail_after(entity_context& ctx, std::string more) {
    text += more;
    ctx.signal(notes["other"], &note::write, more);
    ctx.start(errand, 1);
    throw std::runtime_error("no ink");
}

void note::remind(entity_context& ctx, int ms) {
    ctx.signal_after(std::chrono::milliseconds(ms), notes["other"], &note::write, "now");
}

/// A state that may convert to null.
struct maybe {
    int value = 0;
    void set(int to) { value = to; }
};
inline constexpr entity maybes{"maybe", op("set", &maybe::set)};
void to_json(nlohmann::json& out, const maybe& value) {
    if (value.value != 0)
        out = value.value;
}
void from_json(const nlohmann::json& in, maybe& value) {
    value.value = in.get<int>();
}

struct score {
    struct scored {
        int points = 0;
        NLOHMANN_DEFINE_TYPE_INTRUSIVE(scored, points)
    };
    struct struck {
        int factor = 0;
        NLOHMANN_DEFINE_TYPE_INTRUSIVE(struck, factor)
    };
    int sum = 0;

    emits<scored> add(int points) const { return scored{points}; }
    reply<int, scored, struck> add_and_strike(int points, int factor) const {
        return {sum, {scored{points}, struck{factor}}};
    }
    emits<scored> ignore() const { return {}; }
    void reset(entity_context& ctx) const { ctx.delete_state(); }
    int value() const { return sum; }
    void apply(const scored& e) {
        sum += e.points;
        if (e.points == 13)
            throw std::runtime_error("unlucky");
    }
    void apply(const struck& e) { sum *= e.factor; }
    NLOHMANN_DEFINE_TYPE_INTRUSIVE(score, sum)
};
inline constexpr auto scores =
    sourced_entity{"score",
                   event_names<score::scored, score::struck>{"scored", "struck"},
                   op("add", &score::add),
                   op("add_and_strike", &score::add_and_strike),
                   op("ignore", &score::ignore),
                   op("reset", &score::reset),
                   op("value", &score::value)}
        .snapshot_every(3);

registry known() {
    registry filled;
    filled.add(notes).add(maybes).add(scores);
    filled.add(errand, [](orchestration_context&, int n) -> task<int> { co_return n; });
    return filled;
}

/// One entity, driven by hand.
class driven {
  public:
    explicit driven(const char* kind, std::optional<payload> stored = {})
        : turn_({kind, "k"}, *functions_.find_entity(kind), std::move(stored), blobs_, 1024,
                &functions_) {}

    template <class... Args>
    driven& ask(const char* operation, const Args&... args) {
        batch_.push_back({"caller",
                          "exec",
                          {},
                          operation_called{static_cast<std::uint32_t>(batch_.size()),
                                           {"note", "k"},
                                           operation,
                                           detail::encode_arguments<Args...>(args...)}});
        return *this;
    }
    entity_decision run(std::uint64_t seed = 7) {
        return turn_.run(timestamp(std::chrono::milliseconds(1000)), seed,
                         std::exchange(batch_, {}));
    }
    entity_turn& turn() { return turn_; }

  private:
    registry functions_ = known();
    no_blobs blobs_;
    entity_turn turn_;
    std::vector<message> batch_;
};

payload text(const std::string& content) {
    return codec<note>::encode({content});
}
/// The answers, in order: a result as it is stored, or a failure's message after "!".
std::vector<std::string> answers(const entity_decision& decided) {
    std::vector<std::string> all;
    for (const auto& each : decided.messages) {
        if (const auto* done = std::get_if<operation_completed>(&each.body.body))
            all.push_back(done->result.data);
        if (const auto* failed = std::get_if<operation_rejected>(&each.body.body))
            all.push_back("!" + failed->error.message);
    }
    return all;
}
std::vector<std::string> events(const entity_decision& decided) {
    std::vector<std::string> all;
    for (const auto& each : decided.events)
        all.push_back(each.name + each.value.data);
    return all;
}
using lines = std::vector<std::string>;

} // namespace

TEST_CASE("an operation that throws takes its state, its signals and its starts with it") {
    driven entity("note");
    const auto decided =
        entity.ask("write", std::string("a")).ask("fail_after", std::string("b")).run();

    CHECK(decided.state == text("a"));
    CHECK(decided.messages.size() == 2); // the two answers
    CHECK(answers(decided) == lines{"null", "!no ink"});
}

TEST_CASE("a state that can't be stored fails its operation alone") {
    driven entity("note");
    const auto decided = entity.ask("write", std::string("a"))
                             .ask("spoil")
                             .ask("write", std::string("b"))
                             .ask("read")
                             .run();

    CHECK(decided.state == text("ab"));
    const auto told = answers(decided);
    REQUIRE(told.size() == 4);
    CHECK(told[0] == "null");
    CHECK_THAT(told[1], Catch::Contains("can't be written as JSON"));
    CHECK(told[3] == "\"ab\"");
}

TEST_CASE("a state that can't be stored leaves the committed one for the next batch") {
    driven entity("note", text("old"));

    CHECK_FALSE(entity.ask("spoil").run().state);
    CHECK(entity.ask("write", std::string("er")).run().state == text("older"));
}

TEST_CASE("an entity that was never changed has no state, however often it is asked") {
    driven entity("note");
    const auto decided = entity.ask("read").ask("fail_after", std::string("x")).run();

    CHECK_FALSE(decided.state);
    CHECK(answers(decided).front() == "\"\"");
}

TEST_CASE("a deleted state is null, and the next operation begins with a default one") {
    driven entity("note", text("old"));

    CHECK(entity.ask("remove").run().state == payload{});
    CHECK(entity.ask("write", std::string("new")).run().state == text("new"));
}

TEST_CASE("operations after a deletion in the same batch make the entity anew") {
    driven entity("note", text("old"));
    const auto decided = entity.ask("remove").ask("write", std::string("new")).run();

    CHECK(decided.state == text("new"));
}

TEST_CASE("a deletion by an operation that throws is undone") {
    driven entity("note", text("old"));

    CHECK_FALSE(entity.ask("remove_and_fail").run().state);
    CHECK(answers(entity.ask("read").run()) == lines{"\"old\""});
}

TEST_CASE("deleting what does not exist changes nothing") {
    driven entity("note");

    CHECK_FALSE(entity.ask("write", std::string("a")).ask("remove").run().state);
}

TEST_CASE("a state that converts to null is deleted") {
    driven entity("maybe", codec<maybe>::encode({3}));

    CHECK(entity.ask("set", 0).run().state == payload{});
    CHECK_FALSE(entity.ask("set", 0).run().state);
    CHECK(entity.ask("set", 5).run().state == codec<maybe>::encode({5}));
}

TEST_CASE("a signal for later carries its due time") {
    driven entity("note");
    const auto decided = entity.ask("remind", 500).run();

    REQUIRE(decided.messages.size() == 2);
    CHECK(decided.messages[0].target == "@note@other");
    CHECK(decided.messages[0].due == timestamp(std::chrono::milliseconds(1500)));
}

TEST_CASE("what an entity starts has no parent, and the same seed gives the same id") {
    const auto started = [](std::uint64_t seed) {
        driven entity("note");
        return entity.ask("run", 4).run(seed);
    };
    const auto decided = started(1);

    REQUIRE(decided.messages.size() == 2);
    const auto& begun = std::get<execution_started>(decided.messages[0].body.body);
    CHECK(begun.name == "errand");
    CHECK(begun.input.data == "4");
    CHECK(begun.parent == parent_link{});
    CHECK(decided.messages[0].body.sender == "@note@k");
    CHECK(answers(decided) == lines{"\"" + decided.messages[0].target + "\""});
    CHECK(started(1).messages[0].target == decided.messages[0].target);
    CHECK(started(2).messages[0].target != decided.messages[0].target);
}

TEST_CASE("starting what nobody registered, or under no id, fails the operation") {
    driven entity("note");
    const auto told = answers(entity.ask("run_unknown").ask("run_as", std::string("@a")).run());

    CHECK_THAT(told[0], Catch::Contains("'unknown' is not registered"));
    CHECK_THAT(told[1], Catch::Contains("must not start with '@'"));
}

TEST_CASE("an event-sourced entity decides on events and no state") {
    driven entity("score");
    const auto decided = entity.ask("add", 2).ask("add_and_strike", 3, 10).ask("value").run();

    CHECK(events(decided) ==
          lines{R"(scored{"points":2})", R"(scored{"points":3})", R"(struck{"factor":10})"});
    CHECK_FALSE(decided.state);
    CHECK(answers(decided) == lines{"null", "2", "50"});
}

TEST_CASE("an operation whose events can't be applied emits none of them") {
    driven entity("score");
    const auto decided = entity.ask("add", 2).ask("add", 13).ask("value").run();

    CHECK(events(decided) == lines{R"(scored{"points":2})"});
    CHECK(answers(decided) == lines{"null", "!unlucky", "2"});
}

TEST_CASE("replaying events gives the state that they left") {
    driven entity("score");
    const auto decided = entity.ask("add", 2).ask("add_and_strike", 3, 10).run();
    driven again("score");
    again.turn().replay({{}, decided.events});

    CHECK(again.turn().state() == entity.turn().state());
    CHECK(answers(again.ask("value").run()) == lines{"50"});
}

TEST_CASE("a snapshot is taken after so many events, and the next one is counted from there") {
    driven entity("score");
    CHECK_FALSE(entity.ask("add", 1).ask("add", 1).run().snapshot);
    const auto full = entity.ask("add", 1).ask("add", 1).run();

    REQUIRE(full.snapshot);
    CHECK(full.snapshot->number == 4);
    CHECK(full.snapshot->state.data == R"({"sum":4})");
    CHECK_FALSE(entity.ask("add", 1).ask("add", 1).run().snapshot);

    driven again("score", full.snapshot->state);
    again.turn().resume_after(4);
    CHECK_FALSE(again.ask("value").ask("add", 1).ask("add", 1).run().snapshot);
    CHECK(again.ask("add", 1).run().snapshot->number == 7);
}

TEST_CASE("a deleted event-sourced entity forgets what the same batch decided before") {
    driven entity("score");
    entity.ask("add", 9).run();
    const auto decided = entity.ask("add", 1).ask("reset").ask("add", 2).ask("value").run();

    CHECK(decided.state == payload{});
    CHECK(events(decided) == lines{R"(scored{"points":2})"});
    CHECK(answers(decided).back() == "2");
}

TEST_CASE("an operation without events leaves nothing behind") {
    driven entity("score");
    const auto decided = entity.ask("ignore").ask("reset").ask("value").run();

    CHECK(decided.events.empty());
    CHECK_FALSE(decided.state);
}

TEST_CASE("an event that is not declared any more, or can't be applied, is named") {
    driven entity("score");
    CHECK_THROWS_WITH(entity.turn().replay({{}, {{"gone", {}}}}),
                      Catch::Contains("event 'gone' is not declared any more"));
    CHECK_THROWS_WITH(entity.turn().replay({{}, {{"scored", codec<score::scored>::encode({13})}}}),
                      Catch::Contains("can't be applied any more: unlucky"));
}
