# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Packages by CPack (`./dev package`, docs/install.md):
#   cancel-tidy, libcancel-token-dev   for Debian; LLVM comes from its packages
#   cancel-tidy-VERSION-SYSTEM.tar.gz  all of it with the libraries it needs but
#                                      glibc, to be unpacked anywhere
# and the bill of materials, as SPDX.
find_package(Python3 COMPONENTS Interpreter)
set(sbom ${CMAKE_BINARY_DIR}/generated/cancel-tidy.spdx.json)
set(programs cancel-tidy)
if(TARGET cancel-tidyd)
  list(APPEND programs cancel-tidyd)
endif()
list(TRANSFORM programs REPLACE "(.+)" "$<TARGET_FILE:\\1>" OUTPUT_VARIABLE program_files)
if(Python3_Interpreter_FOUND)
  add_custom_command(OUTPUT ${sbom}
    COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/cmake/sbom.py
      --version ${PROJECT_VERSION} --llvm ${LLVM_PACKAGE_VERSION} --output ${sbom}
      ${program_files} $<TARGET_FILE:cancel-tidy-plugin>
    DEPENDS ${programs} cancel-tidy-plugin ${PROJECT_SOURCE_DIR}/cmake/sbom.py
    COMMENT "Listing what is linked" VERBATIM)
  add_custom_target(sbom ALL DEPENDS ${sbom})
endif()
install(FILES LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES cmake/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${sbom} DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(FILES cmake/copyright COMPONENT token
  DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/libcancel-token-dev)

# What the archive brings along. LLVM's libraries look for others in ../lib.
list(JOIN program_files "\" \"" quoted)
install(CODE "
  set(bundle \"\${CMAKE_INSTALL_PREFIX}/lib/cancel-tidy\")
  file(GET_RUNTIME_DEPENDENCIES EXECUTABLES \"${quoted}\"
    RESOLVED_DEPENDENCIES_VAR libraries
    PRE_EXCLUDE_REGEXES \"^ld-linux\" \"^lib(c|m|dl|rt|pthread)\\\\.so\")
  file(INSTALL \${libraries} DESTINATION \"\${bundle}/lib\" FOLLOW_SYMLINK_CHAIN)
  file(INSTALL \"${LLVM_LIBRARY_DIR}/clang/${LLVM_VERSION_MAJOR}/include\"
    DESTINATION \"\${bundle}/clang/${LLVM_VERSION_MAJOR}\")
  execute_process(COMMAND \"${Python3_EXECUTABLE}\" \"${PROJECT_SOURCE_DIR}/cmake/sbom.py\"
    --licences \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DOCDIR}/licences\"
    \${libraries} COMMAND_ERROR_IS_FATAL ANY)
" COMPONENT bundle EXCLUDE_FROM_ALL)

set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/cmake/PackageKind.cmake)
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_SYSTEM_NAME ${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_THREADS 0)
set(CPACK_PACKAGE_CONTACT "The cancel-tidy contributors <cancel-tidy@invalid>")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_TOOL_PACKAGE_NAME cancel-tidy)
set(CPACK_DEBIAN_TOOL_PACKAGE_SHLIBDEPS ON)
# Clang's own headers; the plugin is for one clang-tidy.
set(CPACK_DEBIAN_TOOL_PACKAGE_DEPENDS libclang-common-${LLVM_VERSION_MAJOR}-dev)
set(CPACK_DEBIAN_TOOL_PACKAGE_RECOMMENDS clang-tidy-${LLVM_VERSION_MAJOR})
set(CPACK_COMPONENT_TOOL_DESCRIPTION "${PROJECT_DESCRIPTION}
A checker for C++: the program cancel-tidy, its plugin for clang-tidy, and
cancel-tidyd, a language server for editors.")
set(CPACK_DEBIAN_TOKEN_PACKAGE_NAME libcancel-token-dev)
set(CPACK_DEBIAN_TOKEN_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_TOKEN_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_TOKEN_DESCRIPTION "Cancellation tokens for C++17, header-only
Tokens, sources and waits that a cancellation interrupts, with files for
CMake and pkg-config.")
include(CPack)
