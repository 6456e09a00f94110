// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "history/event.hpp"

#include <string>

namespace perdure::turn {

/// A message and who is to get it: an instance id, or an entity id in its text form.
struct outgoing_message {
    std::string target;
    history::message body;
    timestamp due{}; ///< When it is to be delivered; none: at once.
};

} // namespace perdure::turn
