// SPDX-License-Identifier: Apache-2.0
// Runs independent pieces of work on a few threads and waits for all of them.
#pragma once

#include <functional>

namespace perdure::inpaint {

/// Calls work(0) .. work(count - 1), each once, on up to `threads` threads including this one.
/// Rethrows the failure with the lowest index after all pieces have ended.
/// Threads: may be called from several threads at once. The helping threads stay for the next call
/// and end with the process; work must not itself wait for other work.
void run_parallel(int threads, int count, const std::function<void(int)>& work);

} // namespace perdure::inpaint
