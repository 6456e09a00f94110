// SPDX-License-Identifier: Apache-2.0
// SHA-256 in hexadecimal digits: names inputs and runs, and lets users compare outputs.
#pragma once

#include <string>
#include <string_view>

namespace erase_app {

std::string sha256(std::string_view bytes);

} // namespace erase_app
