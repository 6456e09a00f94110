# SPDX-License-Identifier: Apache-2.0
#
# Installs BUILD under WORK, then configures, builds and runs the project in SOURCE against it.
# Starts from nothing each time, so that a file no longer installed cannot be found.

function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        list(JOIN ARGN " " line)
        message(FATAL_ERROR "consumer: this command failed (${result}): ${line}")
    endif()
endfunction()

set(prefix "${WORK}/prefix")
file(REMOVE_RECURSE "${prefix}" "${WORK}/build" "${WORK}/run" "${WORK}/pixels-prefix"
    "${WORK}/pixels-build")
file(MAKE_DIRECTORY "${WORK}/run")

run("${CMAKE_COMMAND}" --install "${BUILD}" --config "${CONFIG}" --prefix "${prefix}")
run("${CMAKE_COMMAND}" -S "${SOURCE}" -B "${WORK}/build" -G "${GENERATOR}"
    "-DCMAKE_BUILD_TYPE=${CONFIG}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}"
    "-DCMAKE_PREFIX_PATH=${prefix}")
run("${CMAKE_COMMAND}" --build "${WORK}/build" --config "${CONFIG}")

execute_process(COMMAND "${WORK}/build/reminder_test"
    OUTPUT_VARIABLE printed RESULT_VARIABLE result)
if(NOT result EQUAL 0 OR NOT printed STREQUAL "sent once, in time\n")
    message(FATAL_ERROR "consumer: the test on a machine gave ${result} and printed: ${printed}")
endif()

# The pixel library alone, installed alone.
run("${CMAKE_COMMAND}" --install "${BUILD}" --config "${CONFIG}" --prefix "${WORK}/pixels-prefix"
    --component inpaint)
run("${CMAKE_COMMAND}" -S "${SOURCE}/pixels" -B "${WORK}/pixels-build" -G "${GENERATOR}"
    "-DCMAKE_BUILD_TYPE=${CONFIG}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}"
    "-DCMAKE_PREFIX_PATH=${WORK}/pixels-prefix")
run("${CMAKE_COMMAND}" --build "${WORK}/pixels-build" --config "${CONFIG}")
execute_process(COMMAND "${WORK}/pixels-build/pixels"
    OUTPUT_VARIABLE printed RESULT_VARIABLE result)
if(NOT result EQUAL 0 OR NOT printed STREQUAL "erased\n")
    message(FATAL_ERROR "consumer: the pixel library alone gave ${result} and printed: ${printed}")
endif()

# Twice: the second process finds the instance finished and reads the same result.
foreach(time IN ITEMS first second)
    execute_process(COMMAND "${WORK}/build/consumer" WORKING_DIRECTORY "${WORK}/run"
        OUTPUT_VARIABLE printed RESULT_VARIABLE result)
    if(NOT result EQUAL 0 OR NOT printed STREQUAL "Hello Tokyo!\nHello Seattle!\nHello London!\n")
        message(FATAL_ERROR "consumer: the ${time} run gave ${result} and printed: ${printed}")
    endif()
endforeach()
