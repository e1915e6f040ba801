#include "transport/http/mount.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace thunderpush;

namespace {

class silent_mount final : public mount {
public:
  void serve(const http_request&,
             const std::shared_ptr<http_connection>&) override {}
};

struct offer {
  site all;

  const mount* below(std::string prefix) {
    auto made = std::make_shared<silent_mount>();
    all.add(std::move(prefix), made);
    return made.get();
  }

  const mount* page(std::string path) {
    auto made = std::make_shared<silent_mount>();
    all.add_page(std::move(path), made);
    return made.get();
  }
};

} // namespace

TEST_SUITE("site") {
  TEST_CASE("an empty site answers nothing") {
    const site empty;
    CHECK(empty.find("/") == nullptr);
    CHECK(empty.find("") == nullptr);
  }

  TEST_CASE("a mount answers all paths that begin with its prefix") {
    offer offer;
    const auto* api = offer.below("/api/");
    CHECK(offer.all.find("/api/") == api);
    CHECK(offer.all.find("/api/1.0.0/key/users/") == api);
    CHECK(offer.all.find("/api") == nullptr);
    CHECK(offer.all.find("/API/") == nullptr);
    CHECK(offer.all.find("/") == nullptr);
    CHECK(offer.all.find("*") == nullptr);
  }

  TEST_CASE("the longest prefix counts, in whatever order they came") {
    offer offer;
    const auto* some = offer.below("/connect/");
    const auto* all = offer.below("/");
    const auto* few = offer.below("/connect/admin/");
    CHECK(offer.all.find("/x") == all);
    CHECK(offer.all.find("/connect") == all);
    CHECK(offer.all.find("/connect/x") == some);
    CHECK(offer.all.find("/connect/admin") == some);
    CHECK(offer.all.find("/connect/admin/x") == few);
  }

  TEST_CASE("a page answers its path alone") {
    offer offer;
    const auto* page = offer.page("/");
    CHECK(offer.all.find("/") == page);
    CHECK(offer.all.find("/x") == nullptr);
    CHECK(offer.all.find("") == nullptr);
  }

  TEST_CASE("a page hides nothing of a mount that is around it") {
    offer offer;
    const auto* page = offer.page("/connect/page");
    const auto* around = offer.below("/connect");
    CHECK(offer.all.find("/connect/page") == page);
    CHECK(offer.all.find("/connect/page/") == around);
    CHECK(offer.all.find("/connect/pag") == around);
  }

  TEST_CASE("of two with the same path the first answers") {
    offer offer;
    const auto* first = offer.below("/a");
    offer.below("/a");
    CHECK(offer.all.find("/a") == first);
  }
}
