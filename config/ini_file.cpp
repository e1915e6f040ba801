#include "config/ini_file.hpp"

#include "config/loggable.hpp"
#include "config/named_section.hpp"
#include "config/value.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace thunderpush {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Reads one line after another and remembers the section they are in.
class ini_parser {
public:
  void take(std::string_view line) {
    ++line_;
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    line = trimmed(line);
    if (line.empty() || line.front() == '#' || line.front() == ';')
      return;
    if (line.front() == '[') {
      take_section(line);
    } else {
      take_entry(line);
    }
  }

  ini_lines finish() && { return std::move(lines_); }

private:
  void take_section(std::string_view line) {
    const auto end = line.find(']');
    const auto name = trimmed(line.substr(1, end - 1));
    in_section_ = end != std::string_view::npos && !name.empty();
    if (!in_section_ || has_control_bytes(name)) {
      in_section_ = false;
      // What follows is of no section that could be named: one report will do.
      skipping_ = true;
      problem("expected [section]");
      return;
    }
    skipping_ = false;
    section_ = name;
    lines_.sections.push_back({section_, line_});
    if (end + 1 != line.size()) {
      problem("text after [" + loggable(name)
              + "]: a comment needs a line of its own");
    }
  }

  // The text of a line is not repeated in a problem: it may hold a secret.
  void take_entry(std::string_view line) {
    const auto equals = line.find('=');
    const auto key = trimmed(line.substr(0, equals));
    if (equals == std::string_view::npos || key.empty()) {
      problem("expected [section] or key = value");
      return;
    }
    if (!in_section_) {
      if (!skipping_) {
        problem("key \"" + loggable(key)
                + "\" stands before any section: put a line such as [server] "
                  "above it");
      }
      return;
    }
    const auto [first, is_new]
      = seen_.try_emplace({section_, std::string{key}}, line_);
    if (!is_new) {
      problem("key \"" + loggable(key) + "\" of [" + loggable(section_)
              + "] is already set in line " + std::to_string(first->second)
              + "; remove one of the two");
      return;
    }
    take_value(key, trimmed(line.substr(equals + 1)));
  }

  void take_value(std::string_view key, std::string_view value) {
    if (value.starts_with('"')) {
      if (value.size() < 2 || !value.ends_with('"')) {
        problem("the quote that opens the value of \"" + loggable(key)
                + "\" is not closed at the end of the line");
        return;
      }
      value = value.substr(1, value.size() - 2);
    }
    lines_.entries.push_back(
      {section_, std::string{key}, std::string{value}, line_});
  }

  void problem(std::string text) {
    lines_.problems.push_back({line_, std::move(text)});
  }

  ini_lines lines_;
  std::size_t line_ = 0;
  bool in_section_ = false;
  bool skipping_ = false;
  std::string section_;
  std::map<std::pair<std::string, std::string>, std::size_t> seen_;
};

} // namespace

ini_lines parse_ini(std::string_view text) {
  if (text.starts_with(byte_order_mark))
    text.remove_prefix(byte_order_mark.size());
  ini_parser parser;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    parser.take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::move(parser).finish();
}

std::string ini_value(std::string_view value) {
  const auto plain
    = !value.empty() && trimmed(value) == value && !value.starts_with('"');
  return plain ? std::string{value} : '"' + std::string{value} + '"';
}

assignments read_ini(std::string_view text, std::string_view path) {
  auto lines = parse_ini(text);
  assignments result;
  const auto source = [path](std::size_t line) {
    return loggable(path) + ':' + std::to_string(line);
  };
  for (const auto& one : lines.sections) {
    if (!is_section(one.name)) {
      lines.problems.push_back({one.line, unknown_section(one.name)});
    } else if (!section_name(one.name).empty()) {
      result.sections.push_back({one.name, source(one.line)});
    }
  }
  for (auto& one : lines.entries) {
    const auto* known = find_option(one.section, one.key);
    if (known == nullptr) {
      // An unknown section was reported where it begins.
      if (is_section(one.section))
        lines.problems.push_back({one.line, unknown_key(one.section, one.key)});
      continue;
    }
    if (auto reason = complaint(*known, one.value)) {
      lines.problems.push_back({one.line, *std::move(reason)});
      result.refused.push_back(one.section + '.' + one.key);
    } else {
      result.values.push_back(
        {one.section, one.key, std::move(one.value), source(one.line)});
    }
  }
  std::stable_sort(
    lines.problems.begin(), lines.problems.end(),
    [](const auto& left, const auto& right) { return left.line < right.line; });
  for (const auto& one : lines.problems)
    result.problems.push_back(source(one.line) + ": " + one.text);
  return result;
}

} // namespace thunderpush
