# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Included by the tests of the token library.
add_test(NAME token-package
  COMMAND ${CMAKE_COMMAND}
    -DTOKEN=${CMAKE_CURRENT_LIST_DIR}/../../token
    -DCONSUMER=${CMAKE_CURRENT_LIST_DIR}
    -DWORK=${CMAKE_CURRENT_BINARY_DIR}/package
    -DCXX=${CMAKE_CXX_COMPILER}
    -DGENERATOR=${CMAKE_GENERATOR}
    -P ${CMAKE_CURRENT_LIST_DIR}/install_and_build.cmake)
set_tests_properties(token-package PROPERTIES TIMEOUT 300)
