#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace thunderpush::load {

/// What a scenario found, and which expectations did not hold.
class report {
public:
  using value = std::variant<bool, std::uint64_t, double, std::string>;

  /// Adds a figure; they are printed in the order they came.
  void found(std::string_view name, value figure);

  /// Counts a failure of an expectation. The first few times are kept with
  /// their details, which should name who saw what instead.
  void broke(std::string_view expectation, std::string detail);

  /// Breaks the expectation unless `holds`.
  void expect(bool holds, std::string_view expectation, std::string detail);

  /// No expectation was broken.
  bool passed() const { return broken_.empty(); }

  /// One JSON object in one line, see README.md.
  std::string to_json(std::string_view scenario) const;

  /// One line per broken expectation, for people.
  std::string to_text() const;

private:
  struct figure {
    std::string name;
    value content;
  };

  struct broken_expectation {
    std::string name;
    std::uint64_t times = 0;
    std::vector<std::string> details;
  };

  std::vector<figure> figures_;
  std::vector<broken_expectation> broken_;
};

/// Tells people on standard error what is being done.
void progress(std::string_view line);

} // namespace thunderpush::load
