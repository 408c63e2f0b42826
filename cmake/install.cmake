# What `cmake --install` leaves behind: the program, the scenario files, and a package that others
# find with find_package(shardlab CONFIG).

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(SHARDLAB_INSTALLED_HEADERS ${CMAKE_INSTALL_INCLUDEDIR}/shardlab)
set(SHARDLAB_INSTALLED_PACKAGE ${CMAKE_INSTALL_LIBDIR}/cmake/shardlab)
set(SHARDLAB_INSTALLED_SCENARIOS ${CMAKE_INSTALL_DATADIR}/shardlab/scenarios)

# shardlab_install_library(NAME): `shardlab_sim` becomes `shardlab::sim`.
function(shardlab_install_library name)
  if(name STREQUAL "shardlab_bench")
    return()
  endif()
  string(REGEX REPLACE "^shardlab_" "" exported ${name})
  set_target_properties(${name} PROPERTIES EXPORT_NAME ${exported})
  install(TARGETS ${name} EXPORT shardlab ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  # Headers say "scenarios/file/load.h" of each other, users <shardlab/scenarios/file/load.h>.
  target_include_directories(${name} INTERFACE
    $<INSTALL_INTERFACE:${SHARDLAB_INSTALLED_HEADERS}>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  # Whoever includes the headers must see what the library saw (cmake/compiler.cmake).
  get_directory_property(definitions DIRECTORY ${PROJECT_SOURCE_DIR} COMPILE_DEFINITIONS)
  foreach(definition IN LISTS definitions)
    target_compile_definitions(${name} INTERFACE $<INSTALL_INTERFACE:${definition}>)
  endforeach()
  target_compile_options(${name} INTERFACE $<INSTALL_INTERFACE:-ffp-contract=off>)
  target_compile_features(${name} INTERFACE $<INSTALL_INTERFACE:cxx_std_20>)
endfunction()

function(shardlab_install_package)
  install(TARGETS shardlab RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  foreach(folder core sim fakes scenarios)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION ${SHARDLAB_INSTALLED_HEADERS}
            FILES_MATCHING PATTERN "*.h" PATTERN files EXCLUDE)
  endforeach()
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/tools/testing
          DESTINATION ${SHARDLAB_INSTALLED_HEADERS}/tools FILES_MATCHING PATTERN "*.h")
  install(DIRECTORY ${SHARDLAB_GENERATED}/ DESTINATION ${SHARDLAB_INSTALLED_HEADERS}
          FILES_MATCHING PATTERN "*.h")
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/scenarios/files/
          DESTINATION ${SHARDLAB_INSTALLED_SCENARIOS})

  set(made ${PROJECT_BINARY_DIR}/package)
  configure_package_config_file(
    ${PROJECT_SOURCE_DIR}/cmake/shardlabConfig.cmake.in ${made}/shardlabConfig.cmake
    INSTALL_DESTINATION ${SHARDLAB_INSTALLED_PACKAGE}
    PATH_VARS SHARDLAB_INSTALLED_SCENARIOS)
  write_basic_package_version_file(${made}/shardlabConfigVersion.cmake
                                   COMPATIBILITY SameMinorVersion)
  install(FILES ${made}/shardlabConfig.cmake ${made}/shardlabConfigVersion.cmake
          DESTINATION ${SHARDLAB_INSTALLED_PACKAGE})
  install(EXPORT shardlab NAMESPACE shardlab:: FILE shardlabTargets.cmake
          DESTINATION ${SHARDLAB_INSTALLED_PACKAGE})
endfunction()
