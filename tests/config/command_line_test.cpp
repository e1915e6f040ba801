#include "config/command_line.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

namespace thunderpush {

namespace {

using arguments = std::vector<std::string>;

command_line accepted(const arguments& given) {
  auto result = parse_command_line(given, "1.2.3");
  if (const auto* exit = std::get_if<early_exit>(&result))
    FAIL(exit->err);
  return std::get<command_line>(std::move(result));
}

early_exit ended(const arguments& given) {
  auto result = parse_command_line(given, "1.2.3");
  REQUIRE(std::holds_alternative<early_exit>(result));
  return std::get<early_exit>(result);
}

// What is set in the end, by name.
std::map<std::string, std::string> set_by(const arguments& given) {
  std::map<std::string, std::string> result;
  for (const auto& one : accepted(given).given.values)
    result[one.name()] = one.value;
  return result;
}

// The message of a usage error.
std::string message(const arguments& given) {
  const auto exit = ended(given);
  CHECK(exit.status == 2);
  CHECK(exit.out.empty());
  CHECK(exit.err.starts_with("usage: thunderpush [-h] [-p PORT] [-H HOST]"));
  CHECK(exit.err.ends_with('\n'));
  const std::string_view mark = "\nthunderpush: error: ";
  const auto begin = exit.err.find(mark);
  REQUIRE(begin != std::string::npos);
  return exit.err.substr(begin + mark.size());
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

} // namespace

TEST_SUITE("command line") {
  TEST_CASE("two arguments are the key and the secret of one app") {
    const auto parsed = accepted({"public", "secret"});
    CHECK(parsed.has_key_pair);
    const auto set = set_by({"public", "secret"});
    CHECK(set.size() == 2);
    CHECK(set.at("app.main.key") == "public");
    CHECK(set.at("app.main.secret") == "secret");
  }

  TEST_CASE("options stand before, between and after the arguments") {
    for (const arguments& given :
         {arguments{"-p", "80", "k", "s"}, arguments{"k", "-p", "80", "s"},
          arguments{"k", "s", "-p", "80"}}) {
      const auto set = set_by(given);
      CHECK(set.at("server.port") == "80");
      CHECK(set.at("app.main.key") == "k");
      CHECK(set.at("app.main.secret") == "s");
    }
  }

  TEST_CASE("an option is spelled in every way of the original") {
    for (const arguments& given :
         {arguments{"-p1234"}, arguments{"-p", "1234"}, arguments{"-p=1234"},
          arguments{"--port", "1234"}, arguments{"--port=1234"},
          arguments{"--por", "1234"}, arguments{"--po=1234"},
          arguments{"-vp1234"}, arguments{"-dvp", "1234"}}) {
      auto all = given;
      all.insert(all.end(), {"k", "s"});
      CHECK_MESSAGE(set_by(all).at("server.port") == "1234", given.front());
    }
  }

  TEST_CASE("every option sets what it is for") {
    const auto set
      = set_by({"-H", "::1", "--pid-path", "/run/x", "-v", "-d", "--admin",
                "[::1]:9000", "--set", "limits.queue_bytes=2MiB", "k", "s"});
    CHECK(set.at("server.host") == "::1");
    CHECK(set.at("server.pid_file") == "/run/x");
    CHECK(set.at("log.level") == "debug");
    CHECK(set.at("admin.listen") == "[::1]:9000");
    CHECK(set.at("limits.queue_bytes") == "2MiB");
    CHECK(set.size() == 7);
  }

  TEST_CASE("abbreviations of the original stay unambiguous") {
    const auto set
      = set_by({"--ho", "a", "--pi", "b", "--verb", "--deb", "k", "s"});
    CHECK(set.at("server.host") == "a");
    CHECK(set.at("server.pid_file") == "b");
    CHECK(set.at("log.level") == "debug");
    CHECK(ended({"--he"}).status == 0);
    CHECK(ended({"--vers"}).out == "1.2.3\n");
  }

  TEST_CASE("an ambiguous abbreviation is refused") {
    CHECK(contains(message({"--p", "80", "k", "s"}), "ambiguous"));
    CHECK(contains(message({"--v", "k", "s"}), "ambiguous"));
    CHECK(contains(message({"--h"}), "ambiguous"));
  }

  TEST_CASE("short flags combine") {
    CHECK(set_by({"-vd", "k", "s"}).at("log.level") == "debug");
    CHECK(ended({"-vdV"}).out == "1.2.3\n");
  }

  TEST_CASE("of a repeated option the last counts") {
    CHECK(set_by({"-p", "1", "--port=2", "k", "s"}).at("server.port") == "2");
    CHECK(set_by({"--set", "server.port=1", "-p", "2", "--set", "server.port=3",
                  "k", "s"})
            .at("server.port")
          == "3");
    CHECK(set_by({"-v", "-v", "k", "s"}).at("log.level") == "debug");
  }

  TEST_CASE("two hyphens end the options") {
    const auto set = set_by({"-p", "80", "--", "-k", "--secret"});
    CHECK(set.at("app.main.key") == "-k");
    CHECK(set.at("app.main.secret") == "--secret");
    CHECK(set_by({"k", "--", "-V"}).at("app.main.secret") == "-V");
  }

  TEST_CASE("a single hyphen is an argument") {
    CHECK(set_by({"-", "s"}).at("app.main.key") == "-");
  }

  TEST_CASE("an empty host is all interfaces") {
    CHECK(set_by({"-H", "", "k", "s"}).at("server.host").empty());
    CHECK(set_by({"--host=", "k", "s"}).at("server.host").empty());
    CHECK(set_by({"--ho=", "k", "s"}).at("server.host").empty());
  }

  TEST_CASE("help goes to standard output and ends with 0") {
    for (const arguments& given :
         {arguments{"-h"}, arguments{"--help"}, arguments{"k", "-h"},
          arguments{"-x", "-h"}, arguments{"k", "s", "too many", "-h"}}) {
      const auto exit = ended(given);
      CHECK(exit.status == 0);
      CHECK(exit.err.empty());
      CHECK(exit.out.starts_with("usage: thunderpush"));
    }
  }

  TEST_CASE("help names every option and fits a terminal") {
    const auto text = ended({"-h"}).out;
    for (auto name :
         {"-h, --help", "-p PORT, --port PORT", "-H HOST, --host HOST",
          "-v, --verbose", "-d, --debug", "-V, --version", "--pid-path PATH",
          "--admin HOST:PORT", "--config FILE", "--set SECTION.KEY=VALUE",
          "--check-config", "--print-config", "clientkey", "apikey"})
      CHECK_MESSAGE(contains(text, name), name);
    std::size_t column = 0;
    for (const char c : text) {
      column = c == '\n' ? 0 : column + 1;
      CHECK(column < 80);
    }
  }

  TEST_CASE("version is the number alone on a line and ends with 0") {
    for (auto option : {"-V", "--version"}) {
      const auto exit = ended({option});
      CHECK(exit.status == 0);
      CHECK(exit.out == "1.2.3\n");
      CHECK(exit.err.empty());
    }
  }

  TEST_CASE("what stands first takes effect first") {
    CHECK(ended({"-V", "-h"}).out == "1.2.3\n");
    CHECK(contains(message({"-p", "x", "-h"}), "argument -p/--port"));
    CHECK(ended({"-h", "-p", "x"}).status == 0);
  }

  TEST_CASE("one argument is one too few") {
    CHECK(message({"k"}) == "the following argument is required: apikey\n");
    CHECK(contains(message({"--config", "f", "k"}), "apikey"));
  }

  TEST_CASE("three arguments are refused without repeating them") {
    const auto text = message({"k", "hunter2", "hunter3"});
    CHECK(contains(text, "more arguments than clientkey and apikey"));
    CHECK(!contains(text, "hunter"));
  }

  TEST_CASE("an unknown option is refused with what was meant") {
    CHECK(message({"--prot", "80", "k", "s"})
          == "unknown option --prot; did you mean --port?\n");
    CHECK(message({"-x", "k", "s"}) == "unknown option -x\n");
    CHECK(message({"--zzzzzz", "k", "s"}) == "unknown option --zzzzzz\n");
  }

  TEST_CASE("what stands behind an unknown option is not repeated") {
    for (auto option :
         {"--apikey=hunter2", "-khunter2", "--verbose=hunter2", "--x=hunter2="})
      CHECK_MESSAGE(!contains(message({option, "k", "s"}), "hunter"), option);
  }

  TEST_CASE("a port that is no number or out of range is refused") {
    for (auto port : {"abc", "", "-1", "65536", "70000", "80x", "0x50", " 80",
                      "8080.0", "99999999999999999999"}) {
      CHECK_MESSAGE(message({"k", "s", "--port=" + std::string{port}})
                      .starts_with("argument -p/--port: port cannot be"),
                    port);
    }
  }

  TEST_CASE("a value that is missing is refused") {
    for (const arguments& given :
         {arguments{"k", "s", "-p"}, arguments{"k", "s", "--port"},
          arguments{"-H", "-v", "k", "s"}, arguments{"k", "s", "--config"},
          arguments{"k", "s", "--set"}})
      CHECK(contains(message(given), "missing"));
  }

  TEST_CASE("a flag takes no value") {
    CHECK(contains(message({"--verbose=1", "k", "s"}), "--verbose"));
    CHECK(contains(message({"--verbose=", "k", "s"}), "--verbose"));
  }

  TEST_CASE("empty arguments are refused") {
    CHECK(contains(message({"", "s"}), "argument clientkey: key cannot be"));
    CHECK(contains(message({"k", ""}), "argument apikey: secret cannot be"));
  }

  TEST_CASE("a secret that cannot be is not repeated") {
    CHECK(!contains(message({"k", "hunter2\n"}), "hunter"));
    CHECK(!contains(message({"k", "s", "--set", "app.a.secret= hunter2"}),
                    "hunter"));
  }

  TEST_CASE("--set takes any option and several times") {
    const auto parsed = accepted({"--set", "app.a.key=k=1", "--set",
                                  "app.a.secret=s", "--set", "server.homes=2"});
    CHECK(!parsed.has_key_pair);
    REQUIRE(parsed.given.values.size() == 3);
    CHECK(parsed.given.values[0].value == "k=1");
    REQUIRE(!parsed.given.sections.empty());
    CHECK(parsed.given.sections[0].section == "app.a");
  }

  TEST_CASE("--set that names no option is refused with what was meant") {
    CHECK(message({"--set", "server.prot=1", "k", "s"})
          == "argument --set: unknown key \"prot\" in [server]; did you mean "
             "port?\n");
    CHECK(contains(message({"--set", "sever.port=1", "k", "s"}),
                   "did you mean [server]?"));
    CHECK(contains(message({"--set", "app.key=1", "k", "s"}), "[app.NAME]"));
    for (auto text : {"", "=", "port=1", "server.port", ".=1"})
      CHECK(contains(message({"--set", text, "k", "s"}), "argument --set"));
    CHECK(contains(message({"--set", "server.port=x", "k", "s"}),
                   "port cannot be \"x\""));
  }

  TEST_CASE("a file and the two arguments exclude each other") {
    CHECK(contains(message({"--config", "f", "k", "s"}),
                   "cannot be combined with --config"));
  }

  TEST_CASE("a file alone needs no arguments") {
    const auto parsed
      = accepted({"--config", "f", "--check-config", "--print-config"});
    CHECK(parsed.config_file == "f");
    CHECK(parsed.check_config);
    CHECK(parsed.print_config);
    CHECK(!parsed.has_key_pair);
    CHECK(parsed.given.values.empty());
  }

  TEST_CASE("control characters of an option cannot forge lines") {
    CHECK(contains(message({"--a\nb", "k", "s"}), "--a\\x0Ab"));
  }
}

} // namespace thunderpush
