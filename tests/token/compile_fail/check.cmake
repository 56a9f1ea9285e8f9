# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cmake -DCXX=... -DFLAGS=... -DSOURCE=... -P check.cmake
# SOURCE must compile with -DCONTROL, and without it fail with the error that its
# second line names: an unrelated error proves nothing.
file(STRINGS ${SOURCE} expected REGEX "^// error: " LIMIT_COUNT 1)
string(REPLACE "// error: " "" expected "${expected}")
separate_arguments(FLAGS)
execute_process(COMMAND ${CXX} ${FLAGS} -DCONTROL -fsyntax-only ${SOURCE}
  RESULT_VARIABLE result ERROR_VARIABLE errors)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the control does not compile:\n${errors}")
endif()
execute_process(COMMAND ${CXX} ${FLAGS} -fsyntax-only ${SOURCE}
  RESULT_VARIABLE result ERROR_VARIABLE errors)
if(result EQUAL 0)
  message(FATAL_ERROR "it compiles")
endif()
string(FIND "${errors}" "${expected}" found)
if(found EQUAL -1)
  message(FATAL_ERROR "no \"${expected}\" in:\n${errors}")
endif()
