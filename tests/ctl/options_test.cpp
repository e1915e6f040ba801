#include "ctl/options.hpp"

#include "ctl/command.hpp"

#include <doctest/doctest.h>

namespace thunderpush::ctl {

namespace {

using words = std::vector<std::string>;

options read(const words& arguments) {
  const auto found = parse_options(arguments, "1.2.3");
  const auto* exit = std::get_if<early_exit>(&found);
  CAPTURE((exit != nullptr ? exit->err : std::string{}));
  REQUIRE(exit == nullptr);
  return std::get<options>(found);
}

early_exit ended(const words& arguments) {
  const auto found = parse_options(arguments, "1.2.3");
  REQUIRE(std::holds_alternative<early_exit>(found));
  return std::get<early_exit>(found);
}

std::string refused(const words& arguments) {
  const auto exit = ended(arguments);
  CHECK(exit.status == exit_code::usage);
  CHECK(exit.out.empty());
  return exit.err;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_SUITE("options") {
  TEST_CASE("the first word is the command, the others are its operands") {
    const auto asked = read({"publish", "news", "{}"});
    CHECK(asked.command == "publish");
    CHECK(asked.operands == words{"news", "{}"});
  }

  TEST_CASE("options stand before, between and after the words") {
    const auto asked = read(
      {"--json", "publish", "--app=main", "news", "-", "--timeout", "250ms"});
    CHECK(asked.operands == words{"news", "-"});
    CHECK(asked.json);
    CHECK(asked.app == "main");
    CHECK(asked.timeout == std::chrono::milliseconds{250});
  }

  TEST_CASE("behind -- nothing is an option") {
    CHECK(read({"publish", "--", "news", "-5"}).operands
          == words{"news", "-5"});
  }

  TEST_CASE("a negative number for an option is told how to be given") {
    CHECK(contains(refused({"publish", "news", "-5"}), "put -- before"));
  }

  TEST_CASE("no command at all shows the help, as an error") {
    CHECK(contains(refused({}), "commands:"));
    CHECK(contains(refused({"--json"}), "commands:"));
  }

  TEST_CASE("--help lists all commands and all options of all commands") {
    const auto help = ended({"--help"});
    CHECK(help.status == exit_code::success);
    CHECK(help.err.empty());
    for (const auto& each : commands())
      CHECK(contains(help.out, "\n  " + std::string{each.name}));
    for (const auto* each :
         {"--config", "--url", "--admin", "--admin-token", "--app", "--key",
          "--secret", "--json", "--timeout", "--color"})
      CHECK(contains(help.out, each));
  }

  TEST_CASE("each command has help with an example of itself") {
    for (const auto& each : commands()) {
      const auto help = ended({std::string{each.name}, "--help"});
      CAPTURE(each.name);
      CHECK(help.status == exit_code::success);
      CHECK(
        contains(help.out, "usage: thunderpush-ctl " + std::string{each.name}));
      CHECK(contains(help.out, "example:\n  "));
      CHECK(contains(std::string{each.example}, each.name));
    }
  }

  TEST_CASE("help fits into 80 columns") {
    for (const auto& text :
         {ended({"--help"}).out, ended({"bench", "--help"}).out,
          ended({"top", "--help"}).out, ended({"tail", "--help"}).out}) {
      std::size_t begin = 0;
      for (auto end = text.find('\n'); end != std::string::npos;
           begin = end + 1, end = text.find('\n', begin))
        CHECK_MESSAGE(end - begin <= 80, text.substr(begin, end - begin));
    }
  }

  TEST_CASE("--version prints the version alone") {
    CHECK(ended({"--version"}).out == "1.2.3\n");
    CHECK(ended({"publish", "-V"}).out == "1.2.3\n");
  }

  TEST_CASE("an unknown command or option is told with the likely one") {
    CHECK(contains(refused({"publihs"}), "did you mean publish?"));
    CHECK(
      contains(refused({"online", "--confg", "x"}), "did you mean --config?"));
  }

  TEST_CASE("an option of another command is refused") {
    CHECK(contains(refused({"publish", "news", "1", "--count", "1"}),
                   "--count is not an option of publish"));
  }

  TEST_CASE("too few and too many operands are refused") {
    CHECK(contains(refused({"publish", "news"}), "needs CHANNEL JSON|-"));
    CHECK(contains(refused({"tail"}), "needs CHANNEL..."));
    CHECK(contains(refused({"publish", "news", "a", "b"}), "no more"));
    CHECK(contains(refused({"check", "x"}), "no operands"));
    CHECK(read({"tail", "a", "b", "c"}).operands.size() == 3);
  }

  TEST_CASE("values are told what they must be") {
    CHECK(contains(refused({"tail", "c", "--count", "0"}),
                   "--count: expected a number from 1 to"));
    CHECK(contains(refused({"tail", "c", "--user", "a:b"}), "without colon"));
    CHECK(contains(refused({"online", "--timeout", "soon"}), "a duration"));
    CHECK(contains(refused({"online", "--color", "blue"}), "auto, always"));
    CHECK(contains(refused({"bench", "--size", "1B"}), "from 16B"));
    CHECK(contains(refused({"online", "--config"}), "config"));
  }

  TEST_CASE("a message never repeats a secret") {
    const std::string secret = "sec\nret-4711";
    for (const auto& text :
         {refused({"online", "--secret", secret}),
          refused({"online", "--admin-token", "sec ret-4711"}),
          refused({"online", "--secrt=ret-4711"})})
      CHECK(!contains(text, "ret-4711"));
  }

  TEST_CASE("defaults are those of the help") {
    const auto asked = read({"bench"});
    CHECK(asked.timeout == std::chrono::seconds{5});
    CHECK(asked.color == color_choice::automatic);
    CHECK(asked.subscribers == 100);
    CHECK(asked.messages == 1000);
    CHECK(asked.size == 100);
    CHECK(asked.publishers == 1);
    CHECK(!asked.yes);
    CHECK(!asked.json);
  }
}

} // namespace thunderpush::ctl
