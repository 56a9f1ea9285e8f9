# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The throwing forms call std::terminate when there are no exceptions; the test
# program's handler ends it with 42.
execute_process(COMMAND ${PROGRAM} throw RESULT_VARIABLE result)
if(NOT result EQUAL 42)
  message(FATAL_ERROR "expected 42 from the terminate handler, got ${result}")
endif()
