#include "tests/load/presence.hpp"

#include <algorithm>
#include <iterator>

namespace thunderpush::load {

namespace {

constexpr std::chrono::milliseconds between_questions{100};

/// The first few that are in `left` and not in `right`; both sorted.
std::string difference(const std::vector<std::string>& left,
                       const std::vector<std::string>& right) {
  std::vector<std::string> only;
  std::set_difference(left.begin(), left.end(), right.begin(), right.end(),
                      std::back_inserter(only));
  std::string text = std::to_string(only.size());
  for (std::size_t i = 0; i < std::min<std::size_t>(only.size(), 3); ++i)
    text += (i == 0 ? " (" : ", ") + only[i];
  return only.empty() ? text : text + (only.size() > 3 ? ", ...)" : ")");
}

} // namespace

presence::presence(const scenario_run& run, const rest_api& requests,
                   api_client& api)
  : run_(run), requests_(requests), api_(api) {}

bool presence::expect_users(std::uint64_t count, std::chrono::seconds in_time) {
  const auto deadline = clock::now() + in_time;
  for (;;) {
    const auto answer = api_.ask(requests_.count_users());
    if (answer.status == 200 && parse_count(answer.body) == count)
      return true;
    if (answer.status == 0 || clock::now() >= deadline) {
      run_.findings.broke("GET users/ counts everyone who is there",
                          "expected " + std::to_string(count)
                            + " users, last answer: " + describe(answer));
      return false;
    }
    run_.loop.run_for(between_questions);
  }
}

bool presence::expect_members(std::string_view channel,
                              std::vector<std::string> users,
                              std::chrono::seconds in_time) {
  std::sort(users.begin(), users.end());
  const auto deadline = clock::now() + in_time;
  for (;;) {
    const auto answer = api_.ask(requests_.list_channel(channel));
    auto listed = parse_users(answer.body);
    if (listed)
      std::sort(listed->begin(), listed->end());
    if (answer.status == 200 && listed == users)
      return true;
    if (answer.status == 0 || clock::now() >= deadline) {
      auto detail = "channel " + std::string{channel} + ": ";
      detail += listed ? "missing " + difference(users, *listed) + ", too many "
                           + difference(*listed, users)
                       : describe(answer);
      run_.findings.broke("GET channels/C/ lists every subscriber once",
                          std::move(detail));
      return false;
    }
    run_.loop.run_for(between_questions);
  }
}

} // namespace thunderpush::load
