// SPDX-License-Identifier: Apache-2.0
// Activities are plain functions: they are tested through the registry, without a hub.
#include "activities/fold.hpp"
#include "activities/greetings.hpp"
#include "activities/outside_world.hpp"
#include "catch.hpp"

#include <perdure/perdure.hpp>

namespace {

/// A call by instance `i-1`, task 7.
class call_seven final : public perdure::activity_context {
  public:
    const std::string& instance() const noexcept override { return instance_; }
    std::uint32_t task_id() const noexcept override { return 7; }
    std::stop_token stop_token() const noexcept override { return {}; }
    perdure::blob put(std::string) override { return {}; }
    std::shared_ptr<const std::string> get(const perdure::blob&) override { return nullptr; }

  private:
    std::string instance_ = "i-1";
};

/// Calls an activity as the engine does: JSON in, JSON out.
std::string call(const perdure::registry& functions, std::string_view name, std::string input) {
    call_seven ctx;
    perdure::payload in;
    in.data = std::move(input);
    return (*functions.find_activity(name))(ctx, in).data;
}

} // namespace

TEST_CASE("say_hello greets by name") {
    perdure::registry functions;
    patterns::register_greetings(functions);

    CHECK(call(functions, "say_hello", R"("Tokyo")") == R"("Hello Tokyo!")");
}

TEST_CASE("words are separated by any white space") {
    perdure::registry functions;
    patterns::register_greetings(functions);

    CHECK(call(functions, "count_words", R"(" one\ttwo\n three ")") == "3");
    CHECK(call(functions, "count_words", R"("")") == "0");
}

TEST_CASE("append_digit appends a digit") {
    perdure::registry functions;
    patterns::register_fold(functions);

    CHECK(call(functions, "append_digit", "[12,3]") == "123");
}

TEST_CASE("a message carries an id that is the same when the activity runs again") {
    std::vector<std::string> ids;
    perdure::registry functions;
    patterns::register_outside_world(functions, {[](const std::string&) { return true; },
                                                 [&](const std::string& id, const std::string&,
                                                     const std::string&) { ids.push_back(id); }});

    call(functions, "send_message", R"(["manager","hello"])");
    call(functions, "send_message", R"(["manager","hello"])");

    CHECK(ids == std::vector<std::string>{"i-1/7", "i-1/7"});
}
