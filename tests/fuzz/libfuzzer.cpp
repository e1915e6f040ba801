// What libFuzzer calls: runs the one target that is linked into the program.

#include "tests/fuzz/target.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer names it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  thunderpush::fuzz::targets().front().run(
    {reinterpret_cast<const char*>(data), size});
  return 0;
}
