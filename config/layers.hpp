#pragma once

#include "config/assignment.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thunderpush {

/// A value that won over the weaker sources, and where it was found.
struct sourced_value {
  std::string text;
  std::string source;
};

/// The sources of the configuration laid over each other.
class layers {
public:
  /// `sections` are all that have a name, of all sources, each once.
  explicit layers(std::span<const named_section> sections);

  /// Lays a source below those already there: what they set stays. Within
  /// one source the last value of an option counts.
  void add_below(std::span<const assignment> values);

  /// The value in effect of a known option; nothing if no source sets it.
  std::optional<sourced_value> find(std::string_view section,
                                    std::string_view key) const;

private:
  boost::program_options::options_description known_;
  boost::program_options::variables_map values_;
};

} // namespace thunderpush
