# What every target of the project is built with.

# A library of one folder: thunderpush_library(config SOURCES ... LINK ...).
function(thunderpush_library folder)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_library(thunderpush_${folder} STATIC ${arg_SOURCES})
  target_link_libraries(thunderpush_${folder} PUBLIC ${arg_LINK})
  thunderpush_target(thunderpush_${folder})
endfunction()

# A doctest program of one folder: thunderpush_test(config SOURCES ... LINK ...).
# Each becomes one ctest entry, named after the folder.
function(thunderpush_test folder)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(test_${folder} ${PROJECT_SOURCE_DIR}/tests/main.cpp
                 ${arg_SOURCES})
  target_link_libraries(test_${folder} PRIVATE doctest::doctest ${arg_LINK})
  thunderpush_target(test_${folder})
  add_test(NAME ${folder} COMMAND test_${folder})
endfunction()

function(thunderpush_target target)
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${target} PRIVATE
    THUNDERPUSH_VERSION="${PROJECT_VERSION}"
    # One translation unit of transport/ compiles each of these libraries.
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
    BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE
    RAPIDJSON_HAS_STDSTRING=1)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
    -Wcast-align -Woverloaded-virtual -Wconversion -Wnull-dereference
    -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # False positives of g++ 12 inside libstdc++ when it inlines at -O2.
    target_compile_options(${target} PRIVATE
      -Wno-null-dereference -Wno-restrict)
  endif()
  if(THUNDERPUSH_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${THUNDERPUSH_SANITIZE} -fno-sanitize-recover=all
      -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${THUNDERPUSH_SANITIZE})
    if(THUNDERPUSH_SANITIZE STREQUAL "thread")
      # TSan does not know fences; Asio's are beside the locks of its queues.
      target_compile_definitions(${target} PRIVATE
        BOOST_ASIO_DISABLE_FENCED_BLOCK)
      target_compile_options(${target} PRIVATE -Wno-tsan)
    endif()
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      target_compile_options(${target} PRIVATE
        -fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/cmake/sanitizer-ignore.txt)
    endif()
    if(THUNDERPUSH_FUZZERS)
      target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
    endif()
  endif()
endfunction()
