#include "tests/costs/usage.hpp"

#include <ctime>
#include <fstream>
#include <malloc.h>
#include <unistd.h>

namespace thunderpush::costs {

memory_usage memory_now() {
  std::ifstream file{"/proc/self/statm"};
  std::size_t size = 0;
  std::size_t resident = 0;
  file >> size >> resident;
  const auto heap = ::mallinfo2();
  return {resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)),
          heap.uordblks + heap.hblkhd};
}

std::chrono::nanoseconds thread_time_now() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds{now.tv_sec}
         + std::chrono::nanoseconds{now.tv_nsec};
}

} // namespace thunderpush::costs
