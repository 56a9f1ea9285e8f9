# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Read by CPack for each kind of package.
set(CPACK_COMPONENTS_ALL tool token)
if(CPACK_GENERATOR STREQUAL "DEB")
  unset(CPACK_PACKAGE_DESCRIPTION_SUMMARY) # each package has its own
elseif(CPACK_GENERATOR STREQUAL "TGZ")
  # One archive with all of it.
  list(APPEND CPACK_COMPONENTS_ALL bundle)
  set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
  set(CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY ON)
endif()
