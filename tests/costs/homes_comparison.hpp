#pragma once

#include "tests/costs/growth.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace thunderpush::costs {

/// What a delivery costs a server with one home and one with two, threads and
/// all, measured by turns: nanoseconds of processor time of the homes' threads.
struct homes_comparison {
  std::vector<double> one_home;
  std::vector<double> two_homes;
  std::vector<std::string> broken; ///< What was not as it should be.
};

/// So many clients of each server subscribe to one channel.
homes_comparison compare_homes(std::size_t clients, const progress& tell);

} // namespace thunderpush::costs
