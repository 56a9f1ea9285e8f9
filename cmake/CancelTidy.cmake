# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cancel-tidy as a part of a CMake build: an action a source, and a link.
#
#   cancel_tidy_add_target(<name> [ALL] TARGETS <target>...
#     [OPTIONS <option>...] [LINK_OPTIONS <option>...]
#     [REPORT <file>] [FAIL_ON_FINDING])
#
# makes a target that analyses the sources of the targets, and of those of this
# project that they link, and prints what is found; docs/usage.md says the rest.
#
# Flags come from the compile database: generator expressions do not give all
# that a source is compiled with (the standard, CMAKE_CXX_FLAGS, properties of
# the source), and may not be asked for what depends on the language.
include_guard(GLOBAL)
cmake_policy(PUSH)
cmake_policy(VERSION 3.21...3.25)

find_program(CANCEL_TIDY_EXECUTABLE cancel-tidy
  HINTS ${CANCEL_TIDY_BINARY_FOLDER} DOC "The program cancel-tidy")
mark_as_advanced(CANCEL_TIDY_EXECUTABLE)

function(cancel_tidy_add_target name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "ALL;FAIL_ON_FINDING" "REPORT"
    "TARGETS;OPTIONS;LINK_OPTIONS")
  # A variable with options may be empty.
  list(REMOVE_ITEM arg_KEYWORDS_MISSING_VALUES OPTIONS LINK_OPTIONS)
  if(arg_UNPARSED_ARGUMENTS OR arg_KEYWORDS_MISSING_VALUES OR NOT arg_TARGETS)
    message(FATAL_ERROR "cancel_tidy_add_target(<name> [ALL] TARGETS <target>... "
      "[OPTIONS <option>...] [LINK_OPTIONS <option>...] [REPORT <file>] "
      "[FAIL_ON_FINDING])")
  endif()
  if(NOT CMAKE_GENERATOR MATCHES "^Ninja$|Makefiles")
    message(FATAL_ERROR "cancel_tidy_add_target: the generator "
      "${CMAKE_GENERATOR} makes no compile database of one configuration; take "
      "Ninja or Unix Makefiles")
  endif()
  if(NOT CANCEL_TIDY_EXECUTABLE)
    message(FATAL_ERROR "cancel_tidy_add_target: no cancel-tidy found; "
      "-DCANCEL_TIDY_EXECUTABLE=FILE names it")
  endif()
  foreach(keyword IN ITEMS ALL TARGETS OPTIONS LINK_OPTIONS REPORT FAIL_ON_FINDING)
    set_property(DIRECTORY PROPERTY _cancel_tidy_${name}_${keyword} "${arg_${keyword}}")
  endforeach()
  # The targets may get sources later in this folder.
  cmake_language(EVAL CODE
    "cmake_language(DEFER CALL _cancel_tidy_define [[${name}]])")
endfunction()

# Sets <out> to <targets> and what they link of this project.
function(_cancel_tidy_closure out)
  set(waiting ${ARGN})
  set(found)
  while(waiting)
    list(POP_FRONT waiting target)
    get_target_property(aliased ${target} ALIASED_TARGET)
    if(aliased)
      set(target ${aliased})
    endif()
    get_target_property(imported ${target} IMPORTED)
    if(imported OR target IN_LIST found)
      continue()
    endif()
    list(APPEND found ${target})
    foreach(property IN ITEMS LINK_LIBRARIES INTERFACE_LINK_LIBRARIES SOURCES)
      get_target_property(items ${target} ${property})
      foreach(item IN LISTS items)
        string(REGEX REPLACE "^\\$<(LINK_ONLY|TARGET_OBJECTS|BUILD_INTERFACE):(.*)>$"
          "\\2" item "${item}")
        if(TARGET "${item}")
          list(APPEND waiting ${item})
        endif()
      endforeach()
    endforeach()
  endwhile()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

function(_cancel_tidy_define name)
  foreach(keyword IN ITEMS ALL TARGETS OPTIONS LINK_OPTIONS REPORT FAIL_ON_FINDING)
    get_property(${keyword} DIRECTORY PROPERTY _cancel_tidy_${name}_${keyword})
  endforeach()
  foreach(target IN LISTS TARGETS)
    if(NOT TARGET ${target})
      message(FATAL_ERROR "cancel_tidy_add_target(${name}): no target '${target}'")
    endif()
  endforeach()
  _cancel_tidy_closure(targets ${TARGETS})

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${name}.cancel-tidy)
  # CMake writes the database each time it runs. What counts is another content.
  set(database ${folder}/compile_commands.json)
  add_custom_command(OUTPUT ${database}
    COMMAND ${CMAKE_COMMAND} -E copy_if_different
      ${CMAKE_BINARY_DIR}/compile_commands.json ${database}
    DEPENDS ${CMAKE_BINARY_DIR}/compile_commands.json
    COMMENT "Flags for ${name}" VERBATIM)

  # Makefiles do not see that a command has changed.
  set(command ${folder}/options.txt)
  list(JOIN OPTIONS "\n" lines)
  file(GENERATE OUTPUT ${command} CONTENT "${CANCEL_TIDY_EXECUTABLE}\n${lines}\n")

  set(seen)
  set(facts)
  set(unknown)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "INTERFACE_LIBRARY" OR type STREQUAL "UTILITY")
      continue()
    endif()
    set_property(TARGET ${target} PROPERTY EXPORT_COMPILE_COMMANDS ON)
    get_target_property(sources ${target} SOURCES)
    get_target_property(source_dir ${target} SOURCE_DIR)
    get_target_property(binary_dir ${target} BINARY_DIR)
    foreach(source IN LISTS sources)
      if(source MATCHES "^\\$<TARGET_OBJECTS:[^$]*>$")
        continue()
      elseif(source MATCHES "\\$<")
        list(APPEND unknown "${target}: ${source}")
        continue()
      endif()
      if(NOT source MATCHES "\\.(c|cc|cpp|cxx|c\\+\\+|C|cp|CPP|ccm|cppm|ixx|cxxm)$")
        continue()
      endif()
      get_source_file_property(header_only ${source} TARGET_DIRECTORY ${target}
        HEADER_FILE_ONLY)
      if(header_only)
        continue()
      endif()
      get_filename_component(path ${source} ABSOLUTE BASE_DIR ${source_dir})
      if(NOT EXISTS ${path})
        get_filename_component(path ${source} ABSOLUTE BASE_DIR ${binary_dir})
      endif()
      if(path IN_LIST seen)
        continue()
      endif()
      list(APPEND seen ${path})
      file(RELATIVE_PATH relative ${CMAKE_SOURCE_DIR} ${path})
      string(REPLACE "../" "__/" output ${folder}/${relative}.facts)
      get_filename_component(output_dir ${output} DIRECTORY)
      file(MAKE_DIRECTORY ${output_dir})
      # A source that Clang cannot parse is for the link to report. An action is
      # one process of the build engine, which runs as many as it likes.
      add_custom_command(OUTPUT ${output}
        COMMAND ${CANCEL_TIDY_EXECUTABLE} -p ${CMAKE_BINARY_DIR} --quiet -j 1
          --allow-incomplete --emit-facts=${output} --depfile=${output}.d
          ${OPTIONS} ${path}
        DEPENDS ${path} ${database} ${command} ${CANCEL_TIDY_EXECUTABLE}
        DEPFILE ${output}.d
        COMMENT "Facts of ${relative}" VERBATIM)
      list(APPEND facts ${output})
    endforeach()
  endforeach()

  set(link_options ${LINK_OPTIONS})
  if(unknown)
    # The link of a part must not take it for the whole.
    list(APPEND link_options --open)
    list(JOIN unknown "\n  " unknown)
    message(WARNING "cancel_tidy_add_target(${name}): sources that generator "
      "expressions name are left out, and the link is open:\n  ${unknown}")
  endif()
  if(FAIL_ON_FINDING)
    list(APPEND link_options --fail-on=finding)
  endif()
  if(REPORT)
    get_filename_component(REPORT ${REPORT} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_BINARY_DIR})
    list(APPEND link_options --report=sarif:${REPORT})
  endif()
  list(JOIN facts "\"\n\"" list)
  file(GENERATE OUTPUT ${folder}/facts.txt CONTENT "\"${list}\"\n")
  if(ALL)
    set(ALL ALL)
  else()
    set(ALL)
  endif()
  # Not a file that is made once: who asks for the target wants to read what is
  # found, also where nothing changed.
  add_custom_target(${name} ${ALL}
    COMMAND ${CANCEL_TIDY_EXECUTABLE} link ${link_options} @${folder}/facts.txt
    DEPENDS ${facts}
    COMMENT "Linking the facts of ${name}" VERBATIM USES_TERMINAL)
  # What the build generates must be there.
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(NOT type STREQUAL "INTERFACE_LIBRARY")
      add_dependencies(${name} ${target})
    endif()
  endforeach()
endfunction()

cmake_policy(POP)
