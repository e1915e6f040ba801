#include "config/ini_file.hpp"

#include <doctest/doctest.h>

#include <string>

namespace thunderpush {

namespace {

// The one value of `[app.main] secret` that is written as `text`.
std::string value_of(const std::string& text) {
  const auto lines = parse_ini("[app.main]\nsecret =" + text + "\n");
  REQUIRE(lines.problems.empty());
  REQUIRE(lines.entries.size() == 1);
  return lines.entries.front().value;
}

// The problems of a file, one a line.
std::string problems_of(std::string_view text) {
  std::string result;
  for (const auto& one : read_ini(text, "f.conf").problems)
    result += one + '\n';
  return result;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

} // namespace

TEST_SUITE("ini file") {
  TEST_CASE("sections, keys and values are found with their lines") {
    const auto lines
      = parse_ini("[server]\n\n port\t=  80 \n[ log ]\nlevel=off");
    CHECK(lines.problems.empty());
    REQUIRE(lines.sections.size() == 2);
    CHECK(lines.sections[1].name == "log");
    CHECK(lines.sections[1].line == 4);
    REQUIRE(lines.entries.size() == 2);
    CHECK(lines.entries[0].section == "server");
    CHECK(lines.entries[0].key == "port");
    CHECK(lines.entries[0].value == "80");
    CHECK(lines.entries[0].line == 3);
    CHECK(lines.entries[1].section == "log");
    CHECK(lines.entries[1].value == "off");
    CHECK(lines.entries[1].line == 5);
  }

  TEST_CASE("a hash or a semicolon inside a value stays") {
    CHECK(value_of("a#b") == "a#b");
    CHECK(value_of("#a") == "#a");
    CHECK(value_of(" a ; b # c ") == "a ; b # c");
    CHECK(value_of("a=b=c") == "a=b=c");
  }

  TEST_CASE("a line that begins with a hash or a semicolon is a comment") {
    const auto lines = parse_ini("# [a]\n; b = c\n  \t# d\n\t;e\n");
    CHECK(lines.sections.empty());
    CHECK(lines.entries.empty());
    CHECK(lines.problems.empty());
  }

  TEST_CASE("double quotes keep blanks and know no escapes") {
    CHECK(value_of("\"  a \"") == "  a ");
    CHECK(value_of("\"\"") == "");
    CHECK(value_of("\"a\\\"") == "a\\");
    CHECK(value_of("\"a\"b\"") == "a\"b");
    CHECK(value_of("a\"b\"") == "a\"b\"");
    CHECK(value_of("") == "");
  }

  TEST_CASE("a quote that is not closed is reported without the value") {
    for (auto line :
         {"secret = \"hunter2", "secret = \"hunter2\" x", "secret = \""}) {
      const auto problems = problems_of("[app.main]\n" + std::string{line});
      CHECK(contains(problems, "f.conf:2: the quote that opens"));
      CHECK(!contains(problems, "hunter2"));
    }
  }

  TEST_CASE("what ini_value spells is read back") {
    for (std::string value : {"", " ", "a", " a", "a ", "\"", "\"a\"", "a#b",
                              "#", ";", "a = b", "\"a", "[x]", "\xC3\xA9"})
      CHECK_MESSAGE(value_of(ini_value(value)) == value, value);
  }

  TEST_CASE("a byte order mark and CRLF line ends are tolerated") {
    const auto lines = parse_ini("\xEF\xBB\xBF[server]\r\nport = 80\r\n\r\n");
    CHECK(lines.problems.empty());
    REQUIRE(lines.entries.size() == 1);
    CHECK(lines.entries[0].section == "server");
    CHECK(lines.entries[0].value == "80");
  }

  TEST_CASE("an empty file says nothing") {
    for (auto text : {"", "\n", "\xEF\xBB\xBF", "\r\n", "   "}) {
      CHECK(parse_ini(text).entries.empty());
      CHECK(parse_ini(text).problems.empty());
    }
  }

  TEST_CASE("a line that is neither section nor entry is not repeated") {
    const auto problems
      = problems_of("[app.main]\nsecret hunter2\n= hunter2\n");
    CHECK(contains(problems, "f.conf:2: expected [section] or key = value\n"));
    CHECK(contains(problems, "f.conf:3: expected [section] or key = value\n"));
    CHECK(!contains(problems, "hunter2"));
  }

  TEST_CASE("a key before any section is refused") {
    CHECK(contains(problems_of("port = 80\n"),
                   "f.conf:1: key \"port\" stands before any section"));
  }

  TEST_CASE("a key that is set twice names both lines") {
    const auto text
      = "[server]\nport = 80\nhost = a\n[log]\n[server]\nport = 81";
    CHECK(problems_of(text)
          == "f.conf:6: key \"port\" of [server] is already set in line 2; "
             "remove one of the two\n");
    const auto read = read_ini(text, "f.conf");
    REQUIRE(read.values.size() == 2);
    CHECK(read.values[0].value == "80");
  }

  TEST_CASE("the same key in two sections is no duplicate") {
    CHECK(problems_of("[app.a]\nkey = 1\n[app.b]\nkey = 2\n").empty());
  }

  TEST_CASE("a broken section line is reported once and its keys are not") {
    for (auto line : {"[server", "[]", "[ ]", "[a\x01]"}) {
      CHECK_MESSAGE(problems_of(std::string{line} + "\nport = 80\nx = 1\n")
                      == "f.conf:1: expected [section]\n",
                    line);
    }
  }

  TEST_CASE("text after a section is refused") {
    CHECK(contains(problems_of("[server] # public\nport = 80\n"),
                   "f.conf:1: text after [server]: a comment needs"));
  }

  TEST_CASE("an unknown section is reported once, with what was meant") {
    CHECK(problems_of("[sever]\nport = x\nhost = y\n")
          == "f.conf:1: unknown section [sever]; did you mean [server]?\n");
    CHECK(contains(problems_of("[zzzzzzzzz]\n"), "there are [server]"));
  }

  TEST_CASE("a section of an app needs a name") {
    for (auto line :
         {"[app]", "[app.]", "[app.a b]", "[app.a.b]", "[app.\xC3\xA9]"})
      CHECK_MESSAGE(contains(problems_of(line), "does not name an app"), line);
    CHECK(problems_of("[app.Main-2_x]\n").empty());
  }

  TEST_CASE("an unknown key is reported with what was meant") {
    CHECK(
      problems_of("[server]\nprot = 80\n")
      == "f.conf:2: unknown key \"prot\" in [server]; did you mean port?\n");
    CHECK(problems_of("[server]\nqueue_bytes = 1\n")
          == "f.conf:2: unknown key \"queue_bytes\" in [server]; it belongs to "
             "[limits]\n");
    CHECK(problems_of("[server]\ncolour = red\n")
          == "f.conf:2: unknown key \"colour\" in [server]\n");
  }

  TEST_CASE("a bad value is named with what is allowed and an example") {
    CHECK(problems_of("[server]\nport = 70000\n")
          == "f.conf:2: port cannot be \"70000\": expected a number from 0 to "
             "65535, for example port = 8080\n");
  }

  TEST_CASE("a comment behind a value is explained") {
    CHECK(contains(problems_of("[server]\nport = 80 # http\n"),
                   "a comment needs a line of its own"));
  }

  TEST_CASE("a bad secret is not repeated") {
    const auto problems = problems_of("[app.main]\nsecret = \"hunter2 \"\n");
    CHECK(contains(problems, "f.conf:2: secret cannot be what it is set to"));
    CHECK(!contains(problems, "hunter2"));
  }

  TEST_CASE("bytes from the file cannot forge lines in a report") {
    const auto problems = problems_of("[server]\nport = 1\x1B[2J\ra\n");
    CHECK(contains(problems, "1\\x1B[2J\\x0Da"));
  }

  TEST_CASE("all problems of a file are reported in the order of its lines") {
    CHECK(
      problems_of("x = 1\n[server]\nport = x\nzzz = 1\n[zzzzzzzz]\n[log]\n"
                  "junk\nlevel = loud\n")
      == "f.conf:1: key \"x\" stands before any section: put a line such as "
         "[server] above it\n"
         "f.conf:3: port cannot be \"x\": expected a number from 0 to "
         "65535, for example port = 8080\n"
         "f.conf:4: unknown key \"zzz\" in [server]\n"
         "f.conf:5: unknown section [zzzzzzzz]; there are [server], "
         "[listener.NAME], [sockjs], [app.NAME], [secret.NAME], "
         "[namespace.NAME], [admin], [limits], [log]\n"
         "f.conf:7: expected [section] or key = value\n"
         "f.conf:8: level cannot be \"loud\": expected trace, debug, info, "
         "warning, error or off, for example level = info\n");
  }
}

} // namespace thunderpush
