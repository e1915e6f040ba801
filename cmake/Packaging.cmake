# What goes along with the programs, and the Debian package of all of it:
#
#   cmake --build --preset release && cpack --config build/release/CPackConfig.cmake
#
# Manual pages and completions are made from the programs' own --help and from
# the table of options.
add_executable(thunderpush-docs EXCLUDE_FROM_ALL
  config/completions.cpp config/man_pages.cpp config/program_help.cpp
  config/roff.cpp config/thunderpush_docs.cpp)
thunderpush_target(thunderpush-docs)
target_link_libraries(thunderpush-docs PRIVATE thunderpush_config)

set(manual ${PROJECT_BINARY_DIR}/manual)
file(MAKE_DIRECTORY ${manual})
set(manual_files)

# made(FILE WORD...): manual/FILE is what thunderpush-docs WORD... prints.
function(made file)
  string(JOIN " " words ${ARGN})
  add_custom_command(OUTPUT ${manual}/${file}
    COMMAND sh -c "$<TARGET_FILE:thunderpush-docs> ${words} > ${manual}/${file}"
    DEPENDS thunderpush-docs VERBATIM
    COMMENT "Writing ${file}")
  list(APPEND manual_files ${manual}/${file})
  set(manual_files ${manual_files} PARENT_SCOPE)
endfunction()

# made_of(PROGRAM): the same for another program, from its --help.
function(made_of program)
  set(docs "$<TARGET_FILE:${program}> --help | $<TARGET_FILE:thunderpush-docs>")
  add_custom_command(
    OUTPUT ${manual}/${program}.1 ${manual}/${program}.bash
      ${manual}/_${program} ${manual}/${program}.fish
    COMMAND sh -c "${docs} man program > ${manual}/${program}.1"
    COMMAND sh -c "${docs} completion bash program > ${manual}/${program}.bash"
    COMMAND sh -c "${docs} completion zsh program > ${manual}/_${program}"
    COMMAND sh -c "${docs} completion fish program > ${manual}/${program}.fish"
    DEPENDS ${program} thunderpush-docs VERBATIM
    COMMENT "Writing the manual of ${program}")
  list(APPEND manual_files ${manual}/${program}.1 ${manual}/${program}.bash
       ${manual}/_${program} ${manual}/${program}.fish)
  set(manual_files ${manual_files} PARENT_SCOPE)
endfunction()

made(thunderpush.1 man daemon)
made(thunderpush.conf.5 man configuration)
made(thunderpush.bash completion bash)
made(_thunderpush completion zsh)
made(thunderpush.fish completion fish)
if(TARGET thunderpush-ctl)
  made_of(thunderpush-ctl)
endif()
add_custom_target(manual DEPENDS ${manual_files})
