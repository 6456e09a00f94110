// SPDX-License-Identifier: Apache-2.0
#include "crash/witness.hpp"

#include <csignal>

#include <unistd.h>

namespace perdure::crash {

oracle*& witness() {
    static oracle* here = nullptr;
    return here;
}

void pass(site here) {
    oracle* const told = witness();
    if (told != nullptr && told->deadly == here && --told->passes_left == 0)
        ::kill(::getpid(), SIGKILL);
}

} // namespace perdure::crash
