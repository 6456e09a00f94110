# SPDX-License-Identifier: Apache-2.0
#
# Finds the C++ Actor Framework's core library. The 0.17 series, which Debian 12 ships, has no CMake
# config of its own. Installed beside perdureConfig.cmake, because linking perdure needs it too.
#
# Defines CAF_FOUND, CAF_VERSION and the imported target CAF::core.

find_path(CAF_INCLUDE_DIR caf/config.hpp)
find_library(CAF_CORE_LIBRARY caf_core)
mark_as_advanced(CAF_INCLUDE_DIR CAF_CORE_LIBRARY)

# caf/config.hpp states the version as one number: 1706 is 0.17.6.
if(CAF_INCLUDE_DIR)
    file(STRINGS "${CAF_INCLUDE_DIR}/caf/config.hpp" CAF_VERSION_LINE
        REGEX "#define CAF_VERSION [0-9]+")
    string(REGEX MATCH "[0-9]+" CAF_VERSION_NUMBER "${CAF_VERSION_LINE}")
    if(CAF_VERSION_NUMBER)
        math(EXPR CAF_VERSION_MAJOR "${CAF_VERSION_NUMBER} / 10000")
        math(EXPR CAF_VERSION_MINOR "${CAF_VERSION_NUMBER} / 100 % 100")
        math(EXPR CAF_VERSION_PATCH "${CAF_VERSION_NUMBER} % 100")
        set(CAF_VERSION "${CAF_VERSION_MAJOR}.${CAF_VERSION_MINOR}.${CAF_VERSION_PATCH}")
    endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CAF
    REQUIRED_VARS CAF_CORE_LIBRARY CAF_INCLUDE_DIR
    VERSION_VAR CAF_VERSION
    HANDLE_VERSION_RANGE)

if(CAF_FOUND AND NOT TARGET CAF::core)
    include(CMakeFindDependencyMacro)
    find_dependency(Threads)
    add_library(CAF::core UNKNOWN IMPORTED)
    set_target_properties(CAF::core PROPERTIES
        IMPORTED_LOCATION "${CAF_CORE_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${CAF_INCLUDE_DIR}"
        INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
