#include "config/assignment.hpp"

#include "config/named_section.hpp"

#include <algorithm>

namespace thunderpush {

bool assignments::names_an_app() const {
  return std::any_of(sections.begin(), sections.end(),
                     [](const named_section& one) {
                       return table_section(one.section) == "app";
                     });
}

} // namespace thunderpush
