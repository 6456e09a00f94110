# SPDX-License-Identifier: Apache-2.0
#
# perdure_write_snippets(<readme> <out>): what README shows without a main() becomes a source file,
# so that it can be compiled: each block of C++ is a coroutine that has a context and a client.

function(perdure_write_snippets readme out)
    file(READ "${readme}" text)
    file(WRITE "${out}" "#include \"snippets.hpp\"\n")
    set(count 0)
    set(fence "```cpp\n")
    string(LENGTH "${fence}" fence_length)
    string(FIND "${text}" "${fence}" begin)
    while(NOT begin EQUAL -1)
        math(EXPR begin "${begin} + ${fence_length}")
        string(SUBSTRING "${text}" ${begin} -1 text)
        string(FIND "${text}" "```" length)
        string(SUBSTRING "${text}" 0 ${length} snippet)
        if(NOT snippet MATCHES "int main")
            math(EXPR count "${count} + 1")
            file(APPEND "${out}" "\nperdure::task<void> snippet_${count}("
                "perdure::orchestration_context& ctx, perdure::client& client) {\n${snippet}"
                "co_return;\n}\n")
        endif()
        string(FIND "${text}" "${fence}" begin)
    endwhile()
    if(count EQUAL 0)
        message(FATAL_ERROR "${readme} shows no snippets, or they are not found any more")
    endif()
endfunction()
