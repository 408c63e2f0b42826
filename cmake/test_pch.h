// What every test parses anyway, on top of the product's own precompiled header.
#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include "cmake/pch.h"
