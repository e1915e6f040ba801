#include "tests/config/world.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace thunderpush {

namespace {

world with_admin_at(const std::string& endpoint) {
  auto result = with_file(minimal);
  result.arguments.insert(result.arguments.end(), {"--admin", endpoint});
  return result;
}

std::string with_argument(world given, const std::string& argument) {
  given.arguments.push_back(argument);
  const auto exit = ended(given);
  CHECK(exit.status == 0);
  return exit.out;
}

} // namespace

TEST_SUITE("configuration") {
  TEST_CASE("the original's command line has the original's defaults") {
    const auto read = accepted({{"public", "hunter2"}, {}, {}});
    settings expected;
    expected.server.host = "";
    expected.server.port = 8080;
    expected.server.pid_file = "/tmp/thunderpush.pid";
    expected.admin.enabled = false;
    expected.apps = {{"main", "public", "hunter2"}};
    CHECK(read.values.admin.enabled == false);
    CHECK(read.values.server == expected.server);
    CHECK(read.values.apps == expected.apps);
    CHECK(read.values.limits == expected.limits);
    CHECK(read.values.log == expected.log);
    REQUIRE(read.warnings.size() == 1);
    CHECK(contains(read.warnings[0], "may connect as any user"));
  }

  TEST_CASE("with --admin the original's command line has the pages") {
    const auto read
      = accepted({{"k", "s", "--admin", "127.0.0.1:8081"}, {}, {}});
    CHECK(read.values.admin == admin_settings{});
  }

  TEST_CASE("a file has the defaults of the table") {
    settings expected;
    expected.apps = {{"main", "public", "hunter2"}};
    CHECK(accepted(with_file(minimal)).values == expected);
    CHECK(expected.server.host == "127.0.0.1");
    CHECK(expected.server.pid_file.empty());
    CHECK(expected.admin.enabled);
  }

  TEST_CASE("options of the original work with a file") {
    auto given = with_file(minimal);
    given.arguments.insert(given.arguments.end(),
                           {"-p", "0", "-H", "", "-v", "--pid-path", "/p"});
    const auto read = accepted(given);
    CHECK(read.values.server.port == 0);
    CHECK(read.values.server.host.empty());
    CHECK(read.values.server.pid_file == "/p");
    CHECK(read.values.log.level == log_level::debug);
  }

  TEST_CASE("the command line beats the environment, that the file, that the "
            "default, and each value knows its source") {
    auto given = with_file("[server]\nport = 1\nhomes = 1\ndrain = 1s\n"
                           + std::string{minimal});
    given.environment
      = {"THUNDERPUSH_SERVER__PORT=2", "THUNDERPUSH_SERVER__HOMES=2"};
    given.arguments.insert(given.arguments.end(), {"--port", "3"});
    const auto read = accepted(given);
    CHECK(read.values.server.port == 3);
    CHECK(read.values.server.homes == 2);
    CHECK(read.values.server.drain == 1s);
    CHECK(read.values.server.heartbeat == 25s);
    CHECK(read.sources.at("server.port") == "command line");
    CHECK(read.sources.at("server.homes") == "THUNDERPUSH_SERVER__HOMES");
    CHECK(read.sources.at("server.drain") == "f.conf:4");
    CHECK(read.sources.at("server.heartbeat") == "default");
    CHECK(read.sources.at("app.main.key") == "f.conf:6");
  }

  TEST_CASE("the environment applies to the original's command line") {
    const auto read = accepted(
      {{"k", "s"},
       {"THUNDERPUSH_SERVER__HOST=::1", "THUNDERPUSH_APP__MAIN__KEY=weaker"},
       {}});
    CHECK(read.values.server.host == "::1");
    REQUIRE(read.values.apps.size() == 1);
    CHECK(read.values.apps[0].key == "k");
  }

  TEST_CASE("a mistake in a value that is overridden is still a mistake") {
    auto given = with_file("[server]\nport = x\n" + std::string{minimal});
    given.arguments.insert(given.arguments.end(), {"-p", "80"});
    CHECK(contains(refused(given), "f.conf:2: port cannot be"));
  }

  TEST_CASE("apps may come from the environment alone") {
    const auto read = accepted(
      {{},
       {"THUNDERPUSH_APP__MAIN__KEY=k", "THUNDERPUSH_APP__MAIN__SECRET=s"},
       {}});
    CHECK(read.values.apps == std::vector<app_settings>{{"main", "k", "s"}});
    CHECK(read.values.server == server_settings{});
  }

  TEST_CASE("apps of all sources are merged by name, the file's first") {
    auto given = with_file("[app.b]\nkey = b\n[app.a]\nkey = a\nsecret = a\n");
    given.environment
      = {"THUNDERPUSH_APP__C__KEY=c", "THUNDERPUSH_APP__B__SECRET=b"};
    given.arguments.insert(given.arguments.end(), {"--set", "app.c.secret=c"});
    CHECK(accepted(given).values.apps
          == std::vector<app_settings>{
            {"b", "b", "b"}, {"a", "a", "a"}, {"c", "c", "c"}});
  }

  TEST_CASE("no arguments at all are a usage error") {
    const auto exit = ended({{}, {"PATH=/bin"}, {}});
    CHECK(exit.status == 2);
    CHECK(contains(exit.err, "required: clientkey, apikey, or --config FILE"));
    CHECK(ended({{"-v", "--check-config"}, {}, {}}).status == 2);
  }

  TEST_CASE("mistakes on the command line come before all others") {
    auto given = with_file("junk\n");
    given.arguments.emplace_back("--nonsense");
    CHECK(ended(given).status == 2);
  }

  TEST_CASE("mistakes of file and environment are reported together") {
    auto given = with_file("[server]\nport = x\nhots = y\n[app.main]\nkey =\n");
    given.environment
      = {"THUNDERPUSH_LOG__LEVEL=loud", "THUNDERPUSH_SERVR__PORT=1"};
    const auto report = refused(given);
    CHECK(contains(report, "f.conf:2: port cannot be \"x\""));
    CHECK(contains(report, "f.conf:3: unknown key \"hots\" in [server]; did "
                           "you mean host?"));
    CHECK(contains(report, "f.conf:5: key cannot be \"\""));
    CHECK(contains(report, "THUNDERPUSH_LOG__LEVEL: level cannot be \"loud\""));
    CHECK(contains(report, "THUNDERPUSH_SERVR__PORT: no option"));
    CHECK(contains(report, "f.conf:4: app main has no secret"));
    CHECK(!contains(report, "app main has no key"));
    CHECK(contains(report, "thunderpush: 6 mistakes in the configuration\n"));
  }

  TEST_CASE("a file that cannot be read is the only mistake reported") {
    CHECK(refused({{"--config", "none"}, {}, {}})
          == "cannot read none: No such file or directory\n"
             "thunderpush: 1 mistake in the configuration\n");
  }

  TEST_CASE("without an app the report shows how to add one") {
    const auto report = refused(with_file("[server]\nport = 80\n"));
    CHECK(contains(report, "f.conf: no app is configured"));
    CHECK(contains(report, "[app.main]\n    key = "));
    CHECK(contains(report, "THUNDERPUSH_APP__MAIN__KEY"));
  }

  TEST_CASE("an app needs a key and a secret") {
    const auto report = refused(with_file("\n[app.x]\n"));
    CHECK(contains(report, "f.conf:2: app x has no key; set key of [app.x]"));
    CHECK(contains(report, "f.conf:2: app x has no secret; set secret or "));
    CHECK(contains(refused({{}, {"THUNDERPUSH_APP__X__KEY=k"}, {}}),
                   "THUNDERPUSH_APP__X__KEY: app x has no secret"));
  }

  TEST_CASE("an empty secret is refused") {
    CHECK(contains(refused(with_file("[app.x]\nkey = k\nsecret =\n")),
                   "f.conf:3: secret cannot be"));
  }

  TEST_CASE("two apps cannot have the same key") {
    const auto report
      = refused(with_file("[app.a]\nkey = k\nsecret = s\n[app.b]\nkey = "
                          "k\nsecret = t\n[app.c]\nkey = K\nsecret = s\n"));
    CHECK(contains(report, "f.conf:5: app b has the same key as app a "
                           "(f.conf:2); every app needs a key of its own"));
    CHECK(contains(report, "thunderpush: 1 mistake in"));
  }

  TEST_CASE("a key that URLs must escape is allowed with a warning") {
    const auto read = accepted(with_file("[app.a]\nkey = a/b\nsecret = s\n"));
    CHECK(read.values.apps[0].key == "a/b");
    REQUIRE(read.warnings.size() == 1);
    CHECK(contains(read.warnings[0], "f.conf:2: the key has one of / ? # %"));
    CHECK(contains(read.warnings[0], "/ as %2F"));
  }
}

TEST_SUITE("admin token") {
  TEST_CASE("beyond loopback the admin endpoint needs one") {
    for (auto listen : {"0.0.0.0:1", ":1", "[::]:1", "10.0.0.1:1",
                        "127.example:1", "admin.example:1"}) {
      const auto report = refused(with_admin_at(listen));
      CHECK_MESSAGE(
        contains(report, "command line: the admin endpoint would be "
                         "open to other machines; set token, "
                         "token_file or tls_client_ca of [admin], listen on "
                         "127.0.0.1, or set listen = off\n"),
        listen);
    }
  }

  TEST_CASE("on loopback, or with the endpoint off, none is needed") {
    for (auto listen : {"127.0.0.2:1", "[::1]:1", "localhost:1", "off"}) {
      const auto read = accepted(with_admin_at(listen));
      CHECK_MESSAGE(read.warnings.empty(), listen);
      CHECK(read.values.admin.token.empty());
    }
  }

  TEST_CASE("with a token it may listen anywhere, with a warning") {
    auto given = with_admin_at(":1");
    given.environment = {"THUNDERPUSH_ADMIN__TOKEN=0123456789abcdef"};
    const auto read = accepted(given);
    CHECK(read.values.admin == admin_settings{true, "", 1, "0123456789abcdef"});
    REQUIRE(read.warnings.size() == 1);
    CHECK(contains(read.warnings[0], "does not encrypt"));
  }

  TEST_CASE("the original's command line with --admin is no exception") {
    CHECK(contains(refused({{"k", "s", "--admin", ":1"}, {}, {}}),
                   "set token, token_file or tls_client_ca"));
  }

  TEST_CASE("a token that was refused is not reported as missing as well") {
    auto given = with_admin_at(":1");
    given.environment = {"THUNDERPUSH_ADMIN__TOKEN=hunter2"};
    const auto report = refused(given);
    CHECK(contains(report, "THUNDERPUSH_ADMIN__TOKEN: token cannot be what it "
                           "is set to"));
    CHECK(contains(report, "thunderpush: 1 mistake in"));
    CHECK(!contains(report, "hunter2"));
  }

  TEST_CASE("the first line of its file, trimmed, is the token") {
    auto given = with_admin_at(":1");
    given.environment = {"THUNDERPUSH_ADMIN__TOKEN_FILE=t.txt"};
    for (auto content :
         {"0123456789abcdef", " 0123456789abcdef\r\n",
          "0123456789abcdef\nwhat else the file says, by whom and why\n"}) {
      given.files["t.txt"] = content;
      CHECK(accepted(given).values.admin.token == "0123456789abcdef");
    }
  }

  TEST_CASE("a file that is missing or holds no token is refused, once") {
    auto given = with_admin_at(":1");
    given.environment = {"THUNDERPUSH_ADMIN__TOKEN_FILE=t.txt"};
    CHECK(refused(given)
          == "THUNDERPUSH_ADMIN__TOKEN_FILE: token_file: cannot read t.txt: No "
             "such file or directory\n"
             "thunderpush: 1 mistake in the configuration\n");
    for (auto content : {"", "\n0123456789abcdef", "hunter2",
                         "hunter2 hunter2 "
                         "hunter2"}) {
      given.files["t.txt"] = content;
      CHECK(refused(given)
            == "THUNDERPUSH_ADMIN__TOKEN_FILE: token_file: the first line of "
               "t.txt must be 16 to 256 visible characters of ASCII, without "
               "blanks\nthunderpush: 1 mistake in the configuration\n");
    }
  }

  TEST_CASE("a token and a token file in one source exclude each other") {
    CHECK(contains(refused(with_file(std::string{minimal}
                                     + "[admin]\ntoken = 0123456789abcdef\n"
                                       "token_file = t.txt\n")),
                   "f.conf:6: [admin] has a token_file and a token (f.conf:5); "
                   "remove one of the two"));
  }

  TEST_CASE("it is never shown") {
    auto given
      = with_file(std::string{minimal} + "[admin]\ntoken = 0123456789abcdef\n");
    const auto text = with_argument(given, "--print-config");
    CHECK(!contains(text, "0123456789abcdef"));
    CHECK(contains(text, "\n# token = (not shown)\n"));
  }
}

TEST_SUITE("secret file") {
  TEST_CASE("its trimmed content is the secret") {
    auto given = with_file("[app.a]\nkey = k\nsecret_file = s.txt\n");
    for (auto content : {"hunter2", " hunter2\r\n", "\n\thunter2\n\n"}) {
      given.files["s.txt"] = content;
      CHECK(accepted(given).values.apps[0].secret == "hunter2");
    }
    CHECK(accepted(given).sources.at("app.a.secret_file") == "f.conf:3");
  }

  TEST_CASE("a file that is missing, empty or of several lines is refused") {
    auto given = with_file("[app.a]\nkey = k\nsecret_file = s.txt\n");
    CHECK(contains(refused(given), "f.conf:3: secret_file: cannot read s.txt: "
                                   "No such file or directory"));
    for (std::string content :
         {"", " \r\n", "hunter2\nhunter3", "hunter\x01"}) {
      given.files["s.txt"] = content;
      const auto report = refused(given);
      CHECK(
        contains(report, "f.conf:3: secret_file: s.txt must hold one line"));
      CHECK(!contains(report, "hunter"));
    }
  }

  TEST_CASE("a secret and a secret file in one source exclude each other") {
    CHECK(contains(refused(with_file("[app.a]\nkey = k\nsecret = s\n"
                                     "secret_file = s.txt\n")),
                   "f.conf:4: [app.a] has a secret_file and a secret "
                   "(f.conf:3); remove one of the two"));
    const auto exit
      = ended({{"--set", "app.main.secret_file=s.txt", "k", "s"}, {}, {}});
    CHECK(exit.status == 2);
    CHECK(contains(exit.err, "has a secret_file and a secret"));
  }

  TEST_CASE("the stronger source decides between the two") {
    auto given = with_file("[app.a]\nkey = k\nsecret_file = none\n");
    given.environment = {"THUNDERPUSH_APP__A__SECRET=s"};
    CHECK(accepted(given).values.apps[0].secret == "s");
    CHECK(accepted(given).sources.count("app.a.secret_file") == 0);

    given = with_file("[app.a]\nkey = k\nsecret = weaker\n");
    given.environment = {"THUNDERPUSH_APP__A__SECRET_FILE=s.txt"};
    given.files["s.txt"] = "stronger";
    CHECK(accepted(given).values.apps[0].secret == "stronger");
  }
}

TEST_SUITE("check and print") {
  TEST_CASE("--check-config says OK and ends with 0") {
    CHECK(with_argument(with_file(minimal), "--check-config")
          == "The configuration is OK.\n");
  }

  TEST_CASE("--check-config tells warnings on standard error") {
    auto given = with_file("[app.a]\nkey = a/b\nsecret = s\n");
    given.arguments.emplace_back("--check-config");
    const auto exit = ended(given);
    CHECK(exit.status == 0);
    CHECK(exit.err.starts_with("warning: f.conf:2: the key"));
  }

  TEST_CASE("--check-config reports mistakes and ends with 78") {
    auto given = with_file("[server]\nport = x\n" + std::string{minimal});
    given.arguments.emplace_back("--check-config");
    CHECK(contains(refused(given), "f.conf:2: port cannot be"));
  }

  TEST_CASE("--print-config shows values with their sources") {
    auto given = with_file("[server]\nport = 80\n" + std::string{minimal});
    given.environment = {"THUNDERPUSH_LOG__LEVEL=debug"};
    given.arguments.insert(given.arguments.end(), {"--admin", "off"});
    const auto text = with_argument(given, "--print-config");
    CHECK(contains(text, "\n# f.conf:2\nport = 80\n"));
    CHECK(contains(text, "\n# THUNDERPUSH_LOG__LEVEL\nlevel = debug\n"));
    CHECK(contains(text, "\n# command line\nlisten = off\n"));
    CHECK(contains(text, "\n# default\nheartbeat = 25s\n"));
    CHECK(contains(text, "\n# f.conf:4\nkey = public\n"));
  }

  TEST_CASE("--print-config never shows a secret") {
    for (const auto& given :
         {with_file(minimal), world{{"k", "hunter2"}, {}, {}}}) {
      const auto text = with_argument(given, "--print-config");
      CHECK(!contains(text, "hunter2"));
      CHECK(contains(text, "\n# secret = (not shown)\n"));
    }
  }

  TEST_CASE("what --print-config shows can be read back, the secret added") {
    const auto file = "[server]\nhost =\npid_file = \" a#b \"\ndemo = yes\n"
                      "drain = 1500ms\n[limits]\nqueue_bytes = 3 MiB\n"
                      "[app.a]\nkey = \"\"k\"\"\nsecret = s\n"
                      "[app.b]\nkey = \" l \"\nsecret_file = s.txt\n";
    auto given = with_file(file);
    given.files["s.txt"] = "t";
    const auto first = accepted(given).values;
    CHECK(first.apps[0].key == "\"k\"");
    CHECK(first.server.pid_file == " a#b ");

    auto again = with_file(with_argument(given, "--print-config"));
    again.files["s.txt"] = "t";
    again.arguments.insert(again.arguments.end(), {"--set", "app.a.secret=s"});
    CHECK(accepted(again).values == first);
  }

  TEST_CASE("what --print-config shows of the original's command line too") {
    const world given{{"k", "s"}, {}, {}};
    auto again = with_file(with_argument(given, "--print-config"));
    again.arguments.insert(again.arguments.end(),
                           {"--set", "app.main.secret=s"});
    CHECK(accepted(again).values == accepted(given).values);
  }
}

} // namespace thunderpush
