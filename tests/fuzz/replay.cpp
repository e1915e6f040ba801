// Runs targets on inputs that are there, without libFuzzer: seeds, what was
// once found, or a corpus.
//
//   fuzz_replay [--whole] TARGET FILE|FOLDER...
//
// Without --whole the beginnings of each file are tried as well, up to 512
// bytes. A folder that is missing has no files; a target that has none at all
// is a mistake.

#include "tests/fuzz/target.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace fs = std::filesystem;

using namespace thunderpush::fuzz;

namespace {

constexpr std::size_t longest_cut = 512;

std::vector<fs::path> files_of(const fs::path& from) {
  if (fs::is_regular_file(from))
    return {from};
  std::vector<fs::path> found;
  if (fs::is_directory(from)) {
    for (const auto& each : fs::directory_iterator(from))
      if (each.is_regular_file())
        found.push_back(each.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void run(const target& which, std::string_view input) {
  const auto exact = std::make_unique<char[]>(input.size());
  std::copy(input.begin(), input.end(), exact.get());
  which.run({exact.get(), input.size()});
}

void replay(const target& which, const fs::path& path, std::size_t cuts) {
  // If it ends here, this says with what.
  std::fprintf(stderr, "%s\n", path.c_str());
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  for (std::size_t size = 0; size < std::min(text.size(), cuts); ++size)
    run(which, std::string_view{text}.substr(0, size));
  run(which, text);
}

} // namespace

int main(int count, char** arguments) {
  std::vector<std::string> words(arguments + std::min(count, 1),
                                 arguments + count);
  std::size_t cuts = longest_cut;
  if (!words.empty() && words.front() == "--whole") {
    cuts = 0;
    words.erase(words.begin());
  }
  const auto name = words.empty() ? std::string{} : words.front();
  const auto all = targets();
  const auto which
    = std::find_if(all.begin(), all.end(),
                   [&name](const target& each) { return each.name == name; });
  if (which == all.end()) {
    std::fprintf(stderr,
                 "usage: fuzz_replay [--whole] TARGET FILE|FOLDER...\n");
    return 2;
  }
  std::size_t files = 0;
  for (std::size_t i = 1; i < words.size(); ++i) {
    for (const auto& path : files_of(words[i])) {
      replay(*which, path, cuts);
      ++files;
    }
  }
  std::printf("%s: %zu inputs\n", name.c_str(), files);
  return files == 0 ? 1 : 0;
}
