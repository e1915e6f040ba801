#pragma once

#include "actors/token_verifier.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thunderpush {

/// Tokens that are what they say: `USER CHANNEL…`, with `@SECONDS` of their end
/// in front unless that is in an hour, and `expired` and `bad` as what they
/// are. Its clock moves only when told to.
class test_tokens final : public token_verifier {
public:
  token_verdict verify(app_id, std::string_view token) const override {
    if (token == "bad")
      return token_fault{false, "it is bad"};
    identity shown;
    shown.expires = begin_ + std::chrono::hours{1};
    while (!token.empty()) {
      const auto word = token.substr(0, token.find(' '));
      token.remove_prefix(std::min(word.size() + 1, token.size()));
      if (word.starts_with('@'))
        shown.expires
          = begin_
            + std::chrono::seconds{std::stoi(std::string{word.substr(1)})};
      else if (shown.user.empty())
        shown.user = word;
      else
        shown.channels.emplace_back(std::string{word});
    }
    if (now() >= shown.expires)
      return token_fault{true, "it has expired"};
    return shown;
  }

  identity::clock::time_point now() const override { return begin_ + passed_; }

  void pass(std::chrono::milliseconds time) { passed_ += time; }

private:
  identity::clock::time_point begin_{std::chrono::hours{1}};
  std::chrono::milliseconds passed_{0};
};

} // namespace thunderpush
