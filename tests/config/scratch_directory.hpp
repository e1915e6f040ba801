#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace thunderpush {

/// A new directory for one test, removed with all that is in it.
class scratch_directory {
public:
  scratch_directory()
    : path_{std::filesystem::temp_directory_path()
            / "thunderpush_test_XXXXXX"} {
    if (::mkdtemp(path_.data()) == nullptr)
      throw std::runtime_error{"no scratch directory"};
  }

  scratch_directory(const scratch_directory&) = delete;
  scratch_directory(scratch_directory&&) = delete;
  scratch_directory& operator=(const scratch_directory&) = delete;
  scratch_directory& operator=(scratch_directory&&) = delete;

  ~scratch_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + '/' + name; }

private:
  std::string path_;
};

} // namespace thunderpush
