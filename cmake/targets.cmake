# The three kinds of target this project has, so that a folder's CMakeLists.txt is only its list.

set(SHARDLAB_GENERATED ${PROJECT_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${SHARDLAB_GENERATED})
add_custom_target(generated_sources)  # what clang-tidy needs before it can parse anything

# shardlab_library(NAME sources... LINKS libraries...): a static library of hand-listed sources.
function(shardlab_library name)
  cmake_parse_arguments(arg "" "" "LINKS" ${ARGN})
  if(NOT arg_UNPARSED_ARGUMENTS)  # a folder whose first source is still to come
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${arg_LINKS})
    shardlab_install_library(${name})
    return()
  endif()
  add_library(${name} STATIC ${arg_UNPARSED_ARGUMENTS})
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  target_link_libraries(${name} PUBLIC ${arg_LINKS})
  shardlab_use_pch(${name} pch)
  shardlab_install_library(${name})
endfunction()

# shardlab_program(NAME sources... LINKS libraries...): build/PRESET/tools/NAME.
function(shardlab_program name)
  cmake_parse_arguments(arg "" "" "LINKS" ${ARGN})
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_LINKS})
  shardlab_use_pch(${name} pch)
endfunction()

# shardlab_protobuf(NAME protos... LINKS libraries...): "core/proto/topodata.proto", given from the
# project root, becomes the include "core/proto/topodata.pb.h" under one root for all of them.
function(shardlab_protobuf name)
  cmake_parse_arguments(arg "" "" "LINKS" ${ARGN})
  set(generated)
  foreach(proto IN LISTS arg_UNPARSED_ARGUMENTS)
    string(REGEX REPLACE "\\.proto$" ".pb" base ${SHARDLAB_GENERATED}/${proto})
    add_custom_command(
      OUTPUT ${base}.cc ${base}.h
      COMMAND protobuf::protoc --cpp_out=${SHARDLAB_GENERATED} -I ${PROJECT_SOURCE_DIR} ${proto}
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      DEPENDS ${PROJECT_SOURCE_DIR}/${proto}
      COMMENT "Generating ${proto}")
    list(APPEND generated ${base}.cc ${base}.h)
  endforeach()
  add_custom_target(${name}_sources DEPENDS ${generated})
  add_dependencies(generated_sources ${name}_sources)
  add_library(${name} STATIC ${generated})
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)  # generated names repeat
  add_dependencies(${name} ${name}_sources)
  target_compile_options(${name} PRIVATE -w)
  # As a system folder: the generated headers are not written to our warnings.
  target_include_directories(${name} SYSTEM PUBLIC $<BUILD_INTERFACE:${SHARDLAB_GENERATED}>)
  target_link_libraries(${name} PUBLIC protobuf::libprotobuf ${arg_LINKS})
  shardlab_install_library(${name})
endfunction()

# Tests hold no hot loops of their own; at -O2 they would take a third longer to compile.
set(SHARDLAB_TEST_FLAGS -O1)

# shardlab_tests(NAME LABEL label sources... LINKS libraries...): a Catch2 program whose cases
# become ctest tests, each with the given label and with those of its tags that are labels.
function(shardlab_tests name)
  cmake_parse_arguments(arg "" "LABEL" "LINKS" ${ARGN})
  if(NOT arg_UNPARSED_ARGUMENTS)
    return()
  endif()
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  # Helpers of tests have short names; a batch in which two are the same does not compile.
  set_target_properties(${name} PROPERTIES UNITY_BUILD_BATCH_SIZE 6)
  if(NOT SHARDLAB_PCH)  # the `using namespace` of one must not meet the libraries of the next
    set_target_properties(${name} PROPERTIES
      UNITY_BUILD_CODE_BEFORE_INCLUDE "#include \"cmake/test_pch.h\"")
  endif()
  target_link_libraries(${name} PRIVATE ${arg_LINKS} shardlab_test_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE SHARDLAB_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  shardlab_use_pch(${name} test_pch)

  set(list ${CMAKE_CURRENT_BINARY_DIR}/${name}.cases.cmake)
  add_custom_command(TARGET ${name} POST_BUILD BYPRODUCTS ${list}
                     COMMAND ${name} --write-ctest ${list} ${arg_LABEL} VERBATIM)
  set(include ${CMAKE_CURRENT_BINARY_DIR}/${name}.include.cmake)
  file(WRITE ${include} "if(EXISTS [==[${list}]==])\n  include([==[${list}]==])\nelse()\n"
                        "  add_test(${name}_NOT_BUILT ${name}_NOT_BUILT)\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${include})
endfunction()

# Two precompiled headers, one for the product and one for the tests. Targets that share one must
# have the same flags, and have.
function(shardlab_use_pch name pch)
  if(NOT SHARDLAB_PCH)
    return()
  endif()
  if(NOT TARGET shardlab_${pch})
    add_library(shardlab_${pch} OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cc)
    target_precompile_headers(shardlab_${pch} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/${pch}.h)
    target_include_directories(shardlab_${pch} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(shardlab_${pch} PRIVATE Boost::headers fmt::fmt Threads::Threads)
    set_pch_options(shardlab_${pch} ${pch})
  endif()
  target_precompile_headers(${name} REUSE_FROM shardlab_${pch})
  set_pch_options(${name} ${pch})
endfunction()

function(set_pch_options name pch)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${name} PRIVATE -fpch-preprocess)  # lets ccache see through it
  endif()
  if(pch STREQUAL "test_pch")
    target_compile_options(${name} PRIVATE ${SHARDLAB_TEST_FLAGS})
  endif()
endfunction()
