#pragma once

#include "tests/load/report.hpp"

#include "tools/benchmark/options.hpp"

namespace thunderpush::benchmark {

/// Makes the load and adds figures and broken expectations to the findings.
void measure(const options& how, load::report& findings);

} // namespace thunderpush::benchmark
