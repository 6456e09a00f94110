// Planted violations; never compiled.
#include <catch2/catch.hpp>

#include <thread>

TEST_CASE("waits") { std::this_thread::sleep_for(std::chrono::seconds(1)); }
