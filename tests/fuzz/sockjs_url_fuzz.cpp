// Where the path of a SockJS request leads, and which function its query names.
// The first line of the input is the path below the prefix, the rest the query.

#include "tests/fuzz/target.hpp"
#include "transport/sockjs/callback.hpp"
#include "transport/sockjs/url.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace {

using namespace thunderpush;
using namespace thunderpush::sockjs;
using fuzz::require;

constexpr std::string_view function_characters
  = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

bool is_below_session(resource what) {
  return what >= resource::websocket;
}

void check_path(std::string_view path) {
  const auto found = locate(path);
  require(fuzz::lies_within(found.session, path));
  if (!is_below_session(found.what))
    return;
  require(!found.session.empty());
  require(found.session.find_first_of("/.") == std::string_view::npos);
  const auto last = path.substr(path.rfind('/'));
  const auto server
    = path.substr(1, path.size() - found.session.size() - last.size() - 2);
  require(!server.empty() && server.find_first_of("/.") == server.npos);
  // Whatever the server is called, it is the same session.
  const auto again
    = "/any-server/" + std::string{found.session} + std::string{last};
  const auto same = locate(again);
  require(same.what == found.what && same.session == found.session);
}

void check_query(std::string_view query) {
  const auto found = find_callback(query);
  const auto* name = std::get_if<std::string>(&found);
  if (name == nullptr) {
    require(std::get<callback_error>(found).text.ends_with('\n'));
    return;
  }
  require(!name->empty() && name->size() <= 32);
  require(name->find_first_not_of(function_characters) == std::string::npos);
  for (const auto& again :
       {"c=" + *name, "x&c=" + fuzz::percent_escaped(*name) + "&c=other"}) {
    const auto same = find_callback(again);
    require(std::get_if<std::string>(&same) != nullptr
            && std::get<std::string>(same) == *name);
  }
}

void run(std::string_view input) {
  fuzz::input_reader in{input};
  const auto path = in.line();
  check_path(path);
  check_path("/server/" + std::string{path});
  check_query(in.rest());
}

const fuzz::registration made{"sockjs_url", run};

} // namespace
