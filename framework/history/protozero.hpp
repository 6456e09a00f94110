// SPDX-License-Identifier: Apache-2.0
// protozero, made total: a wire type that does not fit the field asked for is damaged bytes, not a
// bug of ours, so it throws instead of aborting. Everything here includes protozero through this.
#pragma once

#include <protozero/exception.hpp>

#ifdef protozero_assert
#error "include history/protozero.hpp before any other header of protozero"
#endif
#define protozero_assert(condition)                                                                \
    static_cast<void>((condition) || (throw ::protozero::unknown_pbf_wire_type_exception(), false))

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
