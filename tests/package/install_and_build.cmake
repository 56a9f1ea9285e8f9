# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cmake -DTOKEN=<token/> -DCONSUMER=<this folder> -DWORK=<scratch> -DCXX=...
#       -DGENERATOR=... -P install_and_build.cmake
# Installs the library alone into a prefix, builds the consumer against it with
# find_package and, where there is a pkg-config, with that; runs both.
file(REMOVE_RECURSE ${WORK})
set(prefix ${WORK}/prefix)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result
    OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nfailed: ${result}\n${output}")
  endif()
endfunction()

set(common -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_BUILD_TYPE=Debug)
run(${CMAKE_COMMAND} -S ${TOKEN} -B ${WORK}/token ${common}
  -DCANCEL_TIDY_BUILD_TESTS=OFF -DCMAKE_INSTALL_PREFIX=${prefix})
run(${CMAKE_COMMAND} --install ${WORK}/token)
run(${CMAKE_COMMAND} -S ${CONSUMER} -B ${WORK}/consumer ${common}
  -DCMAKE_PREFIX_PATH=${prefix})
run(${CMAKE_COMMAND} --build ${WORK}/consumer)
run(${WORK}/consumer/consumer)

find_program(PKG_CONFIG pkg-config)
file(GLOB_RECURSE pc ${prefix}/*/cancel-token.pc)
if(NOT pc)
  message(FATAL_ERROR "no cancel-token.pc was installed")
endif()
if(PKG_CONFIG)
  get_filename_component(pc_dir ${pc} DIRECTORY)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${pc_dir}
      ${PKG_CONFIG} --cflags --libs cancel-token
    RESULT_VARIABLE result OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "pkg-config does not find cancel-token")
  endif()
  separate_arguments(flags)
  run(${CXX} -std=c++17 ${CONSUMER}/main.cpp ${flags} -o ${WORK}/by_pkg_config)
  run(${WORK}/by_pkg_config)
endif()
