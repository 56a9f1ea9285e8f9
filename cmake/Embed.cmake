# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cancel_tidy_embed(<output> <file>...) makes a file of initialisers out of
# texts, see EmbedText.cmake.
function(cancel_tidy_embed output)
  string(REPLACE ";" "|" inputs "${ARGN}")
  # The list is written to a file, so that a removed file regenerates as well.
  file(CONFIGURE OUTPUT ${output}.list CONTENT "${inputs}")
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} "-DINPUTS=${inputs}"
      -P ${PROJECT_SOURCE_DIR}/cmake/EmbedText.cmake
    DEPENDS ${ARGN} ${output}.list ${PROJECT_SOURCE_DIR}/cmake/EmbedText.cmake
    COMMENT "Embedding ${output}"
    VERBATIM)
endfunction()
