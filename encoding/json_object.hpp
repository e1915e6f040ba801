#pragma once

#include "encoding/json.hpp"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace thunderpush {

/// Appends one JSON object to a text, member by member. Names need no escaping;
/// texts are UTF-8.
class json_object {
public:
  explicit json_object(std::string& out) : out_(out) { out_ += '{'; }

  /// Begins a member: its value is to be appended next. Returns the text.
  std::string& member(std::string_view name) {
    out_.append(separator_).append(1, '"').append(name).append("\": ");
    separator_ = ", ";
    return out_;
  }

  json_object& number(std::string_view name, std::uint64_t value) {
    member(name) += std::to_string(value);
    return *this;
  }

  /// With three decimals.
  json_object& decimal(std::string_view name, double value) {
    char text[32];
    const auto size = std::snprintf(text, sizeof text, "%.3f",
                                    std::isfinite(value) ? value : 0.0);
    member(name).append(text, static_cast<std::size_t>(size));
    return *this;
  }

  json_object& text(std::string_view name, std::string_view value) {
    append_json_string(member(name), value);
    return *this;
  }

  json_object& null(std::string_view name) {
    member(name) += "null";
    return *this;
  }

  void end() { out_ += '}'; }

private:
  std::string& out_;
  std::string_view separator_;
};

/// Appends a JSON array; `append` appends one element.
template <class Elements, class Append>
void append_json_array(std::string& out, const Elements& elements,
                       Append append) {
  out += '[';
  std::string_view separator;
  for (const auto& element : elements) {
    out += separator;
    append(element);
    separator = ", ";
  }
  out += ']';
}

} // namespace thunderpush
