# The determinism suite (docs/SIMULATION.md) with this build alone: the leak canaries, and a hundred
# worlds against the pinned digests, half of them played in an unusual way. Over many builds:
# `tools/dev determinism`.

function(determinism_test name)
  add_test(NAME "determinism: ${name}" COMMAND ${ARGN})
  set_tests_properties("determinism: ${name}" PROPERTIES LABELS determinism TIMEOUT 900)
endfunction()

set(here ${CMAKE_CURRENT_SOURCE_DIR}/determinism)
determinism_test("the comparison catches the leak canaries" ${here}/canaries
                 --release ${PROJECT_BINARY_DIR} again alone shuffled environment)

function(pinned_digests scenario way seeds)
  determinism_test("${way}, worlds ${seeds} of ${scenario} have the digests they had"
                   ${here}/compare --release ${PROJECT_BINARY_DIR} --seeds ${seeds}
                   --pinned ${CMAKE_CURRENT_SOURCE_DIR}/runs/golden/digests-${scenario}.txt ${way}
                   -- tools/shardlab run ${PROJECT_SOURCE_DIR}/scenarios/files/${scenario}.toml)
endfunction()
foreach(scenario guide guide-live)
  pinned_digests(${scenario} release 1..25)
  pinned_digests(${scenario} shuffled 26..38)
  pinned_digests(${scenario} environment 39..50)
endforeach()
