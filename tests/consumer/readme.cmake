# SPDX-License-Identifier: Apache-2.0
#
# The example that people copy is the one that is built and run: README holds PROGRAM, without its
# licence line.

file(READ "${README}" readme)
file(READ "${PROGRAM}" program)
string(REGEX REPLACE "^// SPDX[^\n]*\n" "" program "${program}")
string(FIND "${readme}" "```cpp\n${program}```" found)
if(found EQUAL -1)
    message(FATAL_ERROR "README.md does not show ${PROGRAM} as it is; copy it over")
endif()
