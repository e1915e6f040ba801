#pragma once

#include "config/configuration.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace thunderpush {

// Everything the configuration is read from.
struct world {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::map<std::string, std::string> files;
  tls_check check_tls{};

  std::variant<configuration, early_exit> read() const {
    return read_configuration(
      arguments, environment, "1.2.3",
      [this](const std::string& path) -> file_text {
        const auto found = files.find(path);
        if (found == files.end()) {
          return file_error{"No such file or directory"};
        }
        return found->second;
      },
      {}, check_tls);
  }
};

inline constexpr auto minimal = "[app.main]\nkey = public\nsecret = hunter2\n";

inline world with_file(const std::string& text) {
  return {{"--config", "f.conf"}, {}, {{"f.conf", text}}};
}

inline configuration accepted(const world& given) {
  auto result = given.read();
  if (const auto* exit = std::get_if<early_exit>(&result))
    FAIL(exit->err);
  return std::get<configuration>(std::move(result));
}

inline early_exit ended(const world& given) {
  auto result = given.read();
  REQUIRE(std::holds_alternative<early_exit>(result));
  return std::get<early_exit>(result);
}

// The report of a configuration that cannot be.
inline std::string refused(const world& given) {
  const auto exit = ended(given);
  CHECK(exit.status == 78);
  CHECK(exit.out.empty());
  return exit.err;
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

} // namespace thunderpush
