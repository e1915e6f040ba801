# Finds CAF 0.17.x, for which Debian ships no package configuration.
#
#   find_package(CAF 0.17 REQUIRED)   ->   target CAF::core
#
# CAF_ROOT names another installation, for instance the ThreadSanitizer build
# of tools/build-caf-tsan.
find_path(CAF_INCLUDE_DIR caf/config.hpp)
find_library(CAF_CORE_LIBRARY caf_core)

if(CAF_INCLUDE_DIR)
  file(STRINGS ${CAF_INCLUDE_DIR}/caf/config.hpp _version
       REGEX "#define CAF_VERSION [0-9]+")
  string(REGEX REPLACE ".*CAF_VERSION ([0-9]+).*" "\\1" _version "${_version}")
  math(EXPR _major "${_version} / 10000")
  math(EXPR _minor "(${_version} / 100) % 100")
  math(EXPR _patch "${_version} % 100")
  set(CAF_VERSION ${_major}.${_minor}.${_patch})
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CAF
  REQUIRED_VARS CAF_CORE_LIBRARY CAF_INCLUDE_DIR
  VERSION_VAR CAF_VERSION)

if(CAF_FOUND AND NOT TARGET CAF::core)
  find_package(Threads REQUIRED)
  add_library(CAF::core UNKNOWN IMPORTED)
  set_target_properties(CAF::core PROPERTIES
    IMPORTED_LOCATION ${CAF_CORE_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${CAF_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
