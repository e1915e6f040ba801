// What libFuzzer calls: runs the one target that is linked into the program.

#include "tests/fuzz/target.hpp"

// AddressSanitizer as fast as it gets: what was freed is kept until 16 MiB are,
// far more than an input takes, and the stack of an allocation is short. The
// asan preset's fuzz_replay shows all of it.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char* __asan_default_options() {
  return "quarantine_size_mb=16:malloc_context_size=3";
}

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer names it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  thunderpush::fuzz::targets().front().run(
    {reinterpret_cast<const char*>(data), size});
  return 0;
}
