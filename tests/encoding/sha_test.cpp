#include "encoding/sha.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>

using namespace thunderpush;

namespace {

template <class Digest>
std::string hex_of(const Digest& digest) {
  std::string text;
  for (const auto byte : digest) {
    constexpr auto digits = "0123456789abcdef";
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

} // namespace

TEST_SUITE("SHA") {
  TEST_CASE("the examples of FIPS 180 have their digests") {
    CHECK(hex_of(sha1({"abc"})) == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(
      hex_of(sha256({"abc"}))
      == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(
      hex_of(sha256({}))
      == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  TEST_CASE("it does not matter how a text is divided") {
    const std::string text(1000, 'x');
    const auto whole = sha256({text});
    CHECK(sha256({text.substr(0, 1), text.substr(1)}) == whole);
    CHECK(sha256({text.substr(0, 999), "", text.substr(999)}) == whole);
    CHECK(sha1({text.substr(0, 64), text.substr(64)}) == sha1({text}));
  }

  TEST_CASE("what was hashed before leaves nothing behind, on any thread") {
    const auto expected = sha256({"abc"});
    sha256({"another"});
    CHECK(sha256({"abc"}) == expected);
    sha256_digest elsewhere{};
    std::thread{[&elsewhere] { elsewhere = sha256({"abc"}); }}.join();
    CHECK(elsewhere == expected);
  }
}
