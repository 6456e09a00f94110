// SPDX-License-Identifier: Apache-2.0
#include <perdure/perdure.hpp>
#include <perdure/testing/machine.hpp>

#include <iostream>

using namespace std::chrono_literals;

inline constexpr perdure::activity<void(std::string)> send_mail{"send_mail"};
inline constexpr perdure::orchestration<void(std::string)> remind{"remind"};

perdure::task<void> remind_later(perdure::orchestration_context& ctx, std::string customer) {
    co_await ctx.sleep_for(72h);
    co_await ctx.call(send_mail, customer);
}

int main() {
    int sent = 0;
    perdure::registry functions;
    functions.add(send_mail, [&](std::string) { ++sent; }).add(remind, remind_later);

    perdure::testing::machine machine(functions); // one thread, virtual time, a disk in memory
    machine.client().start({"ada"}, remind, "Ada");
    machine.advance(24h);
    machine.crash(); // the process is killed, and starts again
    machine.advance(24h);
    machine.power_cut(20h); // no power for 20 hours, and what was not synced is gone
    const bool is_early = sent != 0;
    machine.client().wait(remind, "ada", 4h); // lets the time pass, too

    std::cout << (sent == 1 && !is_early ? "sent once, in time\n" : "wrong\n");
}
