# What goes along with the programs, and the Debian package of all of it:
#
#   cmake --build --preset release --target deb    build/release/thunderpush_*.deb
#
# Manual pages and completions are made from the programs' own --help and from
# the table of options.
add_executable(thunderpush-docs EXCLUDE_FROM_ALL
  config/completions.cpp config/man_pages.cpp config/program_help.cpp
  config/roff.cpp config/thunderpush_docs.cpp)
thunderpush_target(thunderpush-docs)
target_link_libraries(thunderpush-docs PRIVATE thunderpush_config)
# Of today, or of SOURCE_DATE_EPOCH.
string(TIMESTAMP date "%Y-%m-%d" UTC)
set_source_files_properties(config/thunderpush_docs.cpp PROPERTIES
  COMPILE_DEFINITIONS THUNDERPUSH_DATE="${date}")

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

# made_of(PROGRAM): the same for another program, from its help and that of its
# commands.
function(made_of program)
  set(help ${PROJECT_SOURCE_DIR}/packaging/help-of)
  set(docs "${help} $<TARGET_FILE:${program}> | $<TARGET_FILE:thunderpush-docs>")
  add_custom_command(
    OUTPUT ${manual}/${program}.1 ${manual}/${program}.bash
      ${manual}/_${program} ${manual}/${program}.fish
    COMMAND sh -c "${docs} man program > ${manual}/${program}.1"
    COMMAND sh -c "${docs} completion bash program > ${manual}/${program}.bash"
    COMMAND sh -c "${docs} completion zsh program > ${manual}/_${program}"
    COMMAND sh -c "${docs} completion fish program > ${manual}/${program}.fish"
    DEPENDS ${program} thunderpush-docs ${help} VERBATIM
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

# `cmake --install` takes them along where they were made.
install(FILES ${manual}/thunderpush.1 ${manual}/thunderpush-ctl.1
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL)
install(FILES ${manual}/thunderpush.conf.5
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 OPTIONAL)

# -- the Debian package ------------------------------------------------------

set(debian ${PROJECT_BINARY_DIR}/debian)
set(from ${PROJECT_SOURCE_DIR}/packaging)
file(MAKE_DIRECTORY ${debian})

file(READ ${PROJECT_SOURCE_DIR}/LICENSE LICENSE_TEXT)
string(REGEX REPLACE "^.*(Permission is hereby)" "\\1" LICENSE_TEXT "${LICENSE_TEXT}")
string(REGEX REPLACE "\n+$" "" LICENSE_TEXT "${LICENSE_TEXT}")
string(REPLACE "\n\n" "\n.\n" LICENSE_TEXT "${LICENSE_TEXT}")
string(REPLACE "\n" "\n " LICENSE_TEXT " ${LICENSE_TEXT}")
set(CPACK_PACKAGE_CONTACT
  "The Thunderpush authors <maintainers@thunderpush.example>")
string(TIMESTAMP DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${from}/debian/changelog.in ${debian}/changelog.Debian @ONLY)
configure_file(${from}/debian/copyright.in ${debian}/copyright @ONLY)

add_custom_command(OUTPUT ${debian}/thunderpush.conf
  COMMAND ${CMAKE_COMMAND} -DFROM=${from}/thunderpush.conf
    -DTO=${debian}/thunderpush.conf -P ${from}/debian/configuration.cmake
  DEPENDS ${from}/thunderpush.conf ${from}/debian/configuration.cmake VERBATIM)

set(programs thunderpush)
if(TARGET thunderpush-ctl)
  list(APPEND programs thunderpush-ctl)
endif()
set(package_files ${debian}/thunderpush.conf)

# For the package alone: `cmake --install` leaves units and users be.
function(packaged folder)
  install(${ARGN} DESTINATION ${folder} COMPONENT debian EXCLUDE_FROM_ALL)
endfunction()

# packaged_compressed(FILE FOLDER NAME): as FOLDER/NAME.gz, without a date.
function(packaged_compressed file folder name)
  add_custom_command(OUTPUT ${debian}/${name}.gz
    COMMAND sh -c "gzip -9nc ${file} > ${debian}/${name}.gz"
    DEPENDS ${file} VERBATIM)
  set(package_files ${package_files} ${debian}/${name}.gz PARENT_SCOPE)
  packaged(${folder} FILES ${debian}/${name}.gz)
endfunction()

packaged(/usr/bin TARGETS ${programs} RUNTIME)
packaged(/etc/thunderpush FILES ${debian}/thunderpush.conf
         PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
packaged(/etc/default FILES ${from}/debian/default RENAME thunderpush)
packaged(/etc/logrotate.d FILES ${from}/logrotate/thunderpush)
packaged(/lib/systemd/system FILES ${from}/systemd/thunderpush.service
         ${from}/systemd/thunderpush.socket)
packaged(/usr/lib/sysusers.d FILES ${from}/systemd/thunderpush.sysusers
         RENAME thunderpush.conf)
foreach(program ${programs})
  packaged_compressed(${manual}/${program}.1 /usr/share/man/man1 ${program}.1)
  packaged(/usr/share/bash-completion/completions FILES ${manual}/${program}.bash
           RENAME ${program})
  packaged(/usr/share/zsh/vendor-completions FILES ${manual}/_${program})
  packaged(/usr/share/fish/vendor_completions.d FILES ${manual}/${program}.fish)
endforeach()
packaged_compressed(${manual}/thunderpush.conf.5 /usr/share/man/man5
                    thunderpush.conf.5)
set(doc /usr/share/doc/thunderpush)
packaged_compressed(${PROJECT_SOURCE_DIR}/CHANGELOG.md ${doc} changelog)
packaged_compressed(${debian}/changelog.Debian ${doc} changelog.Debian)
packaged(/usr/share/lintian/overrides FILES ${from}/debian/lintian-overrides
         RENAME thunderpush)
packaged(${doc} FILES ${debian}/copyright ${PROJECT_SOURCE_DIR}/README.md)
packaged(${doc} FILES docs/api.md docs/configuration.md docs/operations.md OPTIONAL)
packaged(${doc}/examples DIRECTORY ${from}/prometheus ${from}/grafana
         ${from}/nginx ${from}/haproxy ${from}/supervisor)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "push server for browsers: REST in, SockJS and WebSocket out")
set(CPACK_PACKAGE_DESCRIPTION
"Application servers send a message with one HTTP request; every browser that
is subscribed to the channel, or connected as the user, has it at once, over a
WebSocket or whatever SockJS finds to work. Nothing is stored. It takes the
place of the Python server of the same name.")
set(CPACK_PACKAGE_VENDOR "The Thunderpush authors")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL debian)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
  WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_PACKAGE_NAME thunderpush)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "passwd, systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "nginx | haproxy, prometheus, logrotate")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${from}/debian/conffiles ${from}/debian/postinst ${from}/debian/prerm
  ${from}/debian/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
include(CPack)

add_custom_target(deb
  COMMAND ${CMAKE_CPACK_COMMAND} --config ${PROJECT_BINARY_DIR}/CPackConfig.cmake
  DEPENDS ${programs} manual ${package_files} VERBATIM USES_TERMINAL
  COMMENT "Making the Debian package")
