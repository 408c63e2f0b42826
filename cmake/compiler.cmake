# Flags that hold for every translation unit, generated ones and tests included.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g")
set(CMAKE_CXX_FLAGS_RELEASE "${SHARDLAB_OPTIMIZE} -DNDEBUG")

# Fused multiply-add changes results between compilers and -march values; digests must not differ.
add_compile_options(-ffp-contract=off)

# Asio keeps two freed blocks per thread unless told otherwise; races of coroutines need more.
# Every unit must see the same value, or the inline functions of two units disagree.
add_compile_definitions(BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=64 BOOST_ASIO_NO_DEPRECATED)

add_compile_options(-Wall -Wextra -Wpedantic -Wno-error=invalid-pch)
# Naming only the fields that differ from their defaults is the point of designated initialisers.
add_compile_options(-Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these in inlined std::string, std::variant and coroutine frames where none is.
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-dangling-pointer
                      -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds
                      -Wno-mismatched-new-delete -Wno-free-nonheap-object -Wno-subobject-linkage)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12 calls std::get_temporary_buffer itself, for stable_sort; clang 19 blames the caller.
  add_compile_options(-Wno-deprecated-declarations)
endif()
if(SHARDLAB_LIBCXX)
  # The headers of the other standard library, from a folder: its packages of different versions
  # exclude each other. fmt as headers, because its library is built for libstdc++.
  add_compile_options(-nostdinc++ -isystem ${SHARDLAB_LIBCXX}/include/c++/v1)
  add_compile_definitions(FMT_HEADER_ONLY=1)
  add_link_options(-nostdlib++)
  link_libraries(${SHARDLAB_LIBCXX}/lib/libc++.a ${SHARDLAB_LIBCXX}/lib/libc++abi.a)
endif()
if(SHARDLAB_WERROR)
  add_compile_options(-Werror)
endif()

if(SHARDLAB_SANITIZE)
  # null and alignment double the compile time of coroutine code and find nothing asan misses.
  add_compile_options(-fsanitize=${SHARDLAB_SANITIZE} -fno-sanitize=null,alignment
                      -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Clang 14 cannot emit this check for coroutines: "difference across sections".
    add_compile_options(-fno-sanitize=function)
  endif()
  add_link_options(-fsanitize=${SHARDLAB_SANITIZE})
endif()
if(SHARDLAB_COVERAGE)
  add_compile_options(--coverage -fprofile-update=single)
  add_link_options(--coverage)
endif()

# GNU ld needs several times as long for objects with debug information.
find_program(SHARDLAB_LLD NAMES ld.lld)
find_program(SHARDLAB_GOLD NAMES ld.gold)
if(SHARDLAB_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_link_options(-fuse-ld=lld)
elseif(SHARDLAB_GOLD)
  add_link_options(-fuse-ld=gold)
endif()

find_program(SHARDLAB_CCACHE NAMES ccache)
if(SHARDLAB_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without this sloppiness ccache refuses every unit that uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${SHARDLAB_CCACHE})
endif()
