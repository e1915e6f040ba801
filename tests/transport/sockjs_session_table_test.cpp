#include "tests/support/deterministic_node.hpp"
#include "transport/sockjs/http_transport.hpp"
#include "transport/sockjs/session.hpp"
#include "transport/sockjs/session_table.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

using namespace thunderpush;
using namespace std::chrono_literals;
using sockjs::session_table;

namespace {

class table_fixture : public deterministic_node {
public:
  std::unique_ptr<sockjs::session> session(std::string id) {
    return std::make_unique<sockjs::session>(
      node().at(0), table, std::move(id), settings,
      sockjs::http_transports::xhr_polling);
  }

  std::optional<std::string> last_words(std::string_view id) const {
    const auto* text = table->last_words(id);
    return text == nullptr ? std::nullopt : std::optional{*text};
  }

  const sockjs::session_settings settings;
  const std::shared_ptr<session_table> table
    = std::make_shared<session_table>(node().at(0), 5s);
};

} // namespace

TEST_SUITE("SockJS session table") {
  TEST_CASE_FIXTURE(table_fixture, "it finds sessions by their id") {
    const auto one = session("one");
    const auto two = session("two");
    CHECK(table->find("one") == one.get());
    CHECK(table->find("two") == two.get());
    CHECK(table->find("") == nullptr);
    CHECK(table->find("ONE") == nullptr);
    CHECK_FALSE(last_words("one"));
  }

  TEST_CASE_FIXTURE(table_fixture, "a session that is destroyed is forgotten") {
    auto one = session("one");
    one.reset();
    CHECK(table->find("one") == nullptr);
    CHECK_FALSE(last_words("one"));
    const auto again = session("one");
    CHECK(table->find("one") == again.get());
  }

  TEST_CASE_FIXTURE(table_fixture, "a session may be taken out, once or more") {
    const auto one = session("one");
    table->remove("one");
    CHECK(table->find("one") == nullptr);
    table->remove("one");
    table->remove("never there");
  }

  TEST_CASE_FIXTURE(table_fixture, "its last words outlive a session") {
    const auto one = session("one");
    table->bury("one", "c[1,\"x\"]");
    CHECK(table->find("one") == nullptr);
    CHECK(last_words("one") == "c[1,\"x\"]");
    CHECK_FALSE(last_words("two"));
  }

  TEST_CASE_FIXTURE(table_fixture, "last words are kept for a while") {
    table->bury("one", "c[1]");
    advance(4900ms);
    table->bury("two", "c[2]");
    advance(100ms);
    CHECK_FALSE(last_words("one"));
    CHECK(last_words("two") == "c[2]");
    advance(5s);
    CHECK_FALSE(last_words("two"));
  }

  TEST_CASE_FIXTURE(table_fixture, "to be told again keeps them for longer") {
    table->bury("one", "c[1]");
    for (int i = 0; i < 5; ++i) {
      advance(4900ms);
      CHECK(last_words("one") == "c[1]");
    }
    advance(4900ms);
    advance(100ms);
    CHECK_FALSE(last_words("one"));
  }

  TEST_CASE_FIXTURE(table_fixture, "newer last words take the place of older") {
    table->bury("one", "c[1]");
    advance(4900ms);
    table->bury("one", "c[2]");
    advance(4900ms);
    CHECK(last_words("one") == "c[2]");
    advance(5s);
    CHECK_FALSE(last_words("one"));
  }

  TEST_CASE_FIXTURE(table_fixture, "its end is the end of all last words") {
    auto other = std::make_unique<session_table>(node().at(0), 5s);
    for (const auto* const id : {"one", "two", "three"})
      other->bury(id, "c[1]");
    other.reset();
    advance(10s);
  }
}
