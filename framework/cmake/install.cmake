# SPDX-License-Identifier: Apache-2.0
#
# What `cmake --install` puts down: the libraries with their headers, the programs that were
# built, and the files that let another project say find_package(perdure).

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/perdure")

# The pixel library builds without knowing that it is installed, and its plain include folder would
# be the source tree's. As a header set the folder follows the library to where it is installed.
set_target_properties(perdure_inpaint PROPERTIES
    EXPORT_NAME inpaint
    INTERFACE_INCLUDE_DIRECTORIES ""
    POSITION_INDEPENDENT_CODE ON
    VERIFY_INTERFACE_HEADER_SETS ON)
set(headers
    block_sums.hpp
    coherence.hpp
    erase.hpp
    error.hpp
    field.hpp
    fill.hpp
    image.hpp
    image_io.hpp
    level.hpp
    markup.hpp
    pass.hpp
    photo.hpp
    plan.hpp
    preview.hpp
    seam_carving.hpp
    settings.hpp
    steps.hpp
    validate.hpp
    workers.hpp
    zeroed.hpp
)
list(TRANSFORM headers PREPEND "${PROJECT_SOURCE_DIR}/inpaint/include/perdure/inpaint/")
target_sources(perdure_inpaint PUBLIC
    FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/inpaint/include" FILES ${headers})

# Two sets, so that who wants only pixels need not have what the engine is built with:
# find_package(perdure COMPONENTS inpaint), cmake --install BUILD --component inpaint.
install(TARGETS perdure_inpaint EXPORT perdureInpaintTargets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT inpaint
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT inpaint)
install(EXPORT perdureInpaintTargets NAMESPACE perdure:: DESTINATION "${package_dir}"
    COMPONENT inpaint)
install(TARGETS perdure perdure_testing EXPORT perdureTargets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT perdureTargets NAMESPACE perdure:: DESTINATION "${package_dir}")

foreach(program IN ITEMS perdure_tool erase erase-markup perdure-bench)
    if(TARGET ${program})
        install(TARGETS ${program} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
    endif()
endforeach()

configure_package_config_file(
    "${CMAKE_CURRENT_LIST_DIR}/perdureConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/perdureConfig.cmake"
    INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/perdureConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
    "${PROJECT_BINARY_DIR}/perdureConfig.cmake"
    "${PROJECT_BINARY_DIR}/perdureConfigVersion.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/FindCAF.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/FindWebP.cmake"
    DESTINATION "${package_dir}" COMPONENT inpaint)
