#include "config/text_file.hpp"

#include "tests/config/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace thunderpush {

namespace {

std::string reason_of(const file_text& text) {
  const auto* error = std::get_if<file_error>(&text);
  return error != nullptr ? error->reason : "";
}

} // namespace

TEST_SUITE("text file") {
  TEST_CASE("the whole content is read, zero bytes included") {
    const scratch_directory directory;
    const std::string content("a\0b\r\n", 5);
    std::ofstream{directory.file("f")} << content;
    CHECK(std::get<std::string>(read_text_file(directory.file("f")))
          == content);
  }

  TEST_CASE("an empty file is an empty text") {
    const scratch_directory directory;
    std::ofstream{directory.file("f")} << "";
    CHECK(std::get<std::string>(read_text_file(directory.file("f"))).empty());
  }

  TEST_CASE("a missing file, a directory and no path are told apart") {
    const scratch_directory directory;
    CHECK(reason_of(read_text_file(directory.file("none")))
          == "No such file or directory");
    CHECK(reason_of(read_text_file(directory.path())) == "Is a directory");
    CHECK(reason_of(read_text_file("")) == "the path is empty");
  }

  TEST_CASE("a file of 1 MiB is read and a byte more is not") {
    const scratch_directory directory;
    std::ofstream{directory.file("f")} << std::string(max_file_bytes, 'x');
    CHECK(std::get<std::string>(read_text_file(directory.file("f"))).size()
          == max_file_bytes);
    std::ofstream{directory.file("g")} << std::string(max_file_bytes + 1, 'x');
    CHECK(reason_of(read_text_file(directory.file("g")))
          == "it is larger than 1 MiB");
  }

  TEST_CASE("a file without end is given up") {
    CHECK(reason_of(read_text_file("/dev/zero")) == "it is larger than 1 MiB");
  }
}

} // namespace thunderpush
