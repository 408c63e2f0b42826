# Every library as Debian 12 ships it; tools/dev installs what is missing.

find_package(Boost 1.81 REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(Protobuf 3.21 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(tomlplusplus 3.3 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(Catch2 2.13 REQUIRED)
find_package(rapidcheck REQUIRED)

find_package(PkgConfig REQUIRED)
pkg_check_modules(nettle REQUIRED IMPORTED_TARGET nettle)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)

# Only for the tests labelled real, and asked for anew each time: it may have come or gone.
unset(__pkg_config_checked_libmariadb CACHE)
unset(libmariadb_FOUND CACHE)
pkg_check_modules(libmariadb QUIET IMPORTED_TARGET libmariadb)
