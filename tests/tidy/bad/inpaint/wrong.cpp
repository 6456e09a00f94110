// SPDX-License-Identifier: Apache-2.0
//
// Planted violation; never compiled.
#include <perdure/perdure.hpp>
