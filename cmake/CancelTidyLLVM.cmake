# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Finds LLVM and Clang of one major version and offers
#   cancel_tidy_llvm        headers and flags; links nothing (for the plugin)
#   cancel_tidy_llvm_libs   the shared libraries clang-cpp and LLVM
#   cancel_tidy_setup(T)    what every target on Clang's headers needs

set(_hint /usr/lib/llvm-${CANCEL_TIDY_LLVM_VERSION}/lib/cmake)
find_package(LLVM REQUIRED CONFIG HINTS ${_hint}/llvm)
if(NOT LLVM_VERSION_MAJOR EQUAL CANCEL_TIDY_LLVM_VERSION)
  message(FATAL_ERROR "found LLVM ${LLVM_VERSION} in ${LLVM_DIR}, but "
    "CANCEL_TIDY_LLVM_VERSION is ${CANCEL_TIDY_LLVM_VERSION}; install "
    "libclang-${CANCEL_TIDY_LLVM_VERSION}-dev or set -DLLVM_DIR and -DClang_DIR")
endif()
find_package(Clang REQUIRED CONFIG
  HINTS ${LLVM_DIR}/../clang ${_hint}/clang NO_DEFAULT_PATH)
message(STATUS "LLVM ${LLVM_PACKAGE_VERSION} in ${LLVM_DIR}")

add_library(cancel_tidy_llvm INTERFACE)
# After the system's own: libc++abi's <cxxabi.h> may lie beside LLVM's headers, and
# must not hide the one of the standard library in use.
set(_dirs ${LLVM_INCLUDE_DIRS} ${CLANG_INCLUDE_DIRS})
list(REMOVE_DUPLICATES _dirs)
foreach(_dir IN LISTS _dirs)
  target_compile_options(cancel_tidy_llvm INTERFACE "SHELL:-idirafter ${_dir}")
endforeach()
target_include_directories(cancel_tidy_llvm INTERFACE ${PROJECT_SOURCE_DIR})
separate_arguments(_defs NATIVE_COMMAND "${LLVM_DEFINITIONS}")
list(TRANSFORM _defs REPLACE "^-D" "")
target_compile_definitions(cancel_tidy_llvm INTERFACE ${_defs})
target_compile_features(cancel_tidy_llvm INTERFACE cxx_std_20)
# -fPIC by hand: CMake would give executables -fPIE, and the precompiled header
# serves only one of them.
target_compile_options(cancel_tidy_llvm INTERFACE -fPIC -fno-exceptions -Wall -Wextra
  -Wno-deprecated-declarations) # what 22 deprecates, 19 needs
if(NOT LLVM_ENABLE_RTTI)
  target_compile_options(cancel_tidy_llvm INTERFACE -fno-rtti)
endif()

add_library(cancel_tidy_llvm_libs INTERFACE)
target_link_libraries(cancel_tidy_llvm_libs INTERFACE cancel_tidy_llvm clang-cpp LLVM)

function(cancel_tidy_setup target)
  target_link_libraries(${target} PRIVATE cancel_tidy_llvm)
  set_target_properties(${target} PROPERTIES
    POSITION_INDEPENDENT_CODE OFF
    CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  if(CANCEL_TIDY_PCH)
    if(NOT TARGET cancelTidyPch)
      # One precompiled header for all; every target must have the same flags.
      set(_source ${CMAKE_BINARY_DIR}/generated/Pch.cpp)
      if(NOT EXISTS ${_source})
        file(WRITE ${_source} "// carries the precompiled header\n")
      endif()
      add_library(cancelTidyPch OBJECT ${_source})
      target_link_libraries(cancelTidyPch PRIVATE cancel_tidy_llvm)
      set_target_properties(cancelTidyPch PROPERTIES
        POSITION_INDEPENDENT_CODE OFF
        CXX_EXTENSIONS OFF
        CXX_VISIBILITY_PRESET hidden
        VISIBILITY_INLINES_HIDDEN ON)
      target_precompile_headers(cancelTidyPch PRIVATE
        ${PROJECT_SOURCE_DIR}/cmake/Precompiled.h)
      if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        target_compile_options(cancel_tidy_llvm INTERFACE
          "SHELL:-Xclang -fno-pch-timestamp")
      endif()
    endif()
    target_precompile_headers(${target} REUSE_FROM cancelTidyPch)
  endif()
endfunction()
