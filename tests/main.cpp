// SPDX-License-Identifier: Apache-2.0
//
// The main function of every test program.
#if __has_include(<catch2/catch_all.hpp>)
#include "tests/catch.hpp"

int main(int argc, char** argv) {
    return Catch::Session().run(argc, argv);
}
#else
#define CATCH_CONFIG_MAIN
#include "tests/catch.hpp"
#endif
