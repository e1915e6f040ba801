#include "tests/config/world.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace thunderpush {

namespace {

// What is warned of, besides open apps.
std::vector<std::string> warnings_of(const std::string& more) {
  std::vector<std::string> found;
  for (const auto& each :
       accepted(with_file(std::string{minimal} + more)).warnings)
    if (!contains(each, "as any user"))
      found.push_back(each);
  return found;
}

} // namespace

TEST_SUITE("proxy settings") {
  TEST_CASE("where other machines may say that they are proxies it is warned") {
    const auto of_server
      = warnings_of("[server]\nhost = 0.0.0.0\nproxy_protocol = on\n");
    REQUIRE(of_server.size() == 1);
    CHECK(of_server[0]
          == "f.conf:6: whoever connects to [server] may say that it is any "
             "client, and other machines reach it; name the proxies in "
             "trusted_proxies of [server]");
    const auto of_listener = warnings_of(
      "[listener.x]\nlisten = 192.0.2.1:1\nproxy_protocol = on\n");
    REQUIRE(of_listener.size() == 1);
    CHECK(of_listener[0].starts_with(
      "f.conf:6: whoever connects to [listener.x] may"));
  }

  TEST_CASE("proxies that are named, or on this machine, are fine") {
    for (const auto* lines :
         {"[server]\nhost = 0.0.0.0\nproxy_protocol = on\n"
          "trusted_proxies = 192.0.2.2\n",
          "[server]\nproxy_protocol = on\n", "[server]\nhost = 0.0.0.0\n",
          "[listener.x]\nlisten = [::1]:1\nproxy_protocol = on\n",
          "[listener.x]\nlisten = unix:/run/x\nproxy_protocol = on\n"})
      CHECK(warnings_of(lines).empty());
  }
}

} // namespace thunderpush
