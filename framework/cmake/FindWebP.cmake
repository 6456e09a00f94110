# SPDX-License-Identifier: Apache-2.0
#
# Finds libwebp with its libraries for the container, for which Debian ships no CMake config.
# Installed beside perdureConfig.cmake, because linking the pixel library needs it too.
#
# Defines WebP_FOUND and the imported targets WebP::webp, WebP::demux and WebP::mux.

find_path(WEBP_INCLUDE_DIR webp/mux.h)
foreach(part IN ITEMS webp webpdemux webpmux)
    string(TOUPPER "${part}" upper)
    find_library(${upper}_LIBRARY ${part})
    mark_as_advanced(${upper}_LIBRARY)
endforeach()
mark_as_advanced(WEBP_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(WebP
    REQUIRED_VARS WEBP_LIBRARY WEBPDEMUX_LIBRARY WEBPMUX_LIBRARY WEBP_INCLUDE_DIR)

# webp_target(<name> <library> [<what it needs>...])
function(webp_target name library)
    if(TARGET WebP::${name})
        return()
    endif()
    add_library(WebP::${name} UNKNOWN IMPORTED)
    set_target_properties(WebP::${name} PROPERTIES
        IMPORTED_LOCATION "${library}"
        INTERFACE_INCLUDE_DIRECTORIES "${WEBP_INCLUDE_DIR}"
        INTERFACE_LINK_LIBRARIES "${ARGN}")
endfunction()

if(WebP_FOUND)
    webp_target(webp "${WEBP_LIBRARY}")
    webp_target(demux "${WEBPDEMUX_LIBRARY}" WebP::webp)
    webp_target(mux "${WEBPMUX_LIBRARY}" WebP::webp)
endif()
