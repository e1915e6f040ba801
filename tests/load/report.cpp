#include "tests/load/report.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iostream>
#include <utility>

namespace thunderpush::load {

namespace {

constexpr std::size_t kept_details = 5;

/// Bytes that are not printable ASCII are escaped one by one: details may
/// quote whatever a faulty server sent.
std::string quoted(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 0xf];
    } else {
      out += c;
    }
  }
  return out += '"';
}

struct json_writer {
  std::string operator()(bool truth) const { return truth ? "true" : "false"; }
  std::string operator()(std::uint64_t number) const {
    return std::to_string(number);
  }
  std::string operator()(double number) const {
    if (!std::isfinite(number))
      return "null";
    std::array<char, 400> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                   number, std::chars_format::fixed, 3);
    return {digits.data(), end.ptr};
  }
  std::string operator()(const std::string& text) const { return quoted(text); }
};

} // namespace

void report::found(std::string_view name, value content) {
  figures_.push_back({std::string{name}, std::move(content)});
}

void report::broke(std::string_view expectation, std::string detail) {
  auto entry = std::find_if(broken_.begin(), broken_.end(),
                            [expectation](const broken_expectation& broken) {
                              return broken.name == expectation;
                            });
  if (entry == broken_.end())
    entry = broken_.insert(entry, {std::string{expectation}, 0, {}});
  ++entry->times;
  if (entry->details.size() < kept_details)
    entry->details.push_back(std::move(detail));
}

void report::expect(bool holds, std::string_view expectation,
                    std::string detail) {
  if (!holds)
    broke(expectation, std::move(detail));
}

std::string report::to_json(std::string_view scenario) const {
  std::string out = "{\"scenario\": " + quoted(scenario)
                    + ", \"passed\": " + json_writer{}(passed());
  for (const auto& [name, content] : figures_)
    out += ", " + quoted(name) + ": " + std::visit(json_writer{}, content);
  out += ", \"broken\": [";
  std::string_view separator;
  for (const auto& entry : broken_) {
    out.append(separator)
      .append("{\"expectation\": ")
      .append(quoted(entry.name));
    out += ", \"times\": " + std::to_string(entry.times) + ", \"details\": [";
    std::string_view comma;
    for (const auto& detail : entry.details) {
      out.append(comma).append(quoted(detail));
      comma = ", ";
    }
    out += "]}";
    separator = ", ";
  }
  return out += "]}";
}

std::string report::to_text() const {
  std::string out;
  for (const auto& entry : broken_) {
    out += "BROKEN: " + entry.name + " (" + std::to_string(entry.times)
           + " times)\n";
    for (const auto& detail : entry.details)
      out += "  " + detail + '\n';
  }
  return out;
}

void progress(std::string_view line) {
  std::cerr << "load_client: " << line << std::endl;
}

} // namespace thunderpush::load
