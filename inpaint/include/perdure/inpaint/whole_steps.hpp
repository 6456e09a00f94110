// SPDX-License-Identifier: Apache-2.0
// A pass over a whole level: its slices, on several threads, joined. For those who have the level
// to themselves; where slices are activities of their own, see steps.hpp.
#pragma once

#include "perdure/inpaint/field.hpp"
#include "perdure/inpaint/level.hpp"
#include "perdure/inpaint/pass.hpp"
#include "perdure/inpaint/settings.hpp"
#include "perdure/inpaint/workers.hpp"

namespace perdure::inpaint {

/// search() of all slices; what it finds takes the place of `matches`.
search_statistics search_whole(const level& where, field& matches, const colours& current,
                               const pass& now, const settings& chosen, crew& helpers);

/// vote() of all slices; what it gives takes the place of `current`.
vote_statistics vote_whole(const level& where, const field& matches, colours& current,
                           const pass& now, const settings& chosen, crew& helpers);

} // namespace perdure::inpaint
