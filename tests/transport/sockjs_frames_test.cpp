#include "transport/sockjs/frames.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

using namespace thunderpush;
using namespace thunderpush::sockjs;

namespace {

frame_ptr message(std::string element) {
  return frame_ptr{new frame{
    std::make_shared<const publication>(publication{std::move(element)}), {}}};
}

} // namespace

TEST_SUITE("SockJS frames") {
  TEST_CASE("a session opens with o and beats with h") {
    CHECK(open_frame == "o");
    CHECK(heartbeat_frame == "h");
  }

  TEST_CASE("an element goes into the array as it is") {
    CHECK(array_frame(R"("text")") == R"(a["text"])");
    CHECK(array_frame(R"({"payload":"\"Hello World!\"","channel":"c"})")
          == R"(a[{"payload":"\"Hello World!\"","channel":"c"}])");
    CHECK(array_frame("") == "a[]");
  }

  TEST_CASE("several messages go into one array, in order") {
    std::vector<frame_ptr> messages;
    CHECK(array_frame(messages) == "a[]");
    for (const auto* const element : {R"("one")", R"({"two":2})", "3"})
      messages.push_back(message(element));
    CHECK(array_frame(std::span{messages}.first(1)) == R"(a["one"])");
    CHECK(array_frame(messages) == R"(a["one",{"two":2},3])");
  }

  TEST_CASE("a close frame holds code and reason without a blank") {
    CHECK(close_frame(close_reasons::go_away) == R"(c[3000,"Go away!"])");
    CHECK(close_frame(close_reasons::disconnected)
          == R"(c[9002,"Server closed the connection (intentionally)."])");
    CHECK(close_frame(close_reason{1000, ""}) == R"(c[1000,""])");
  }

  TEST_CASE("the reason is encoded as a JSON string") {
    CHECK(close_frame(close_reason{3000, "say \"no\" \\ \n\xE2\x80\xA8"})
          == R"(c[3000,"say \"no\" \\ \n\u2028"])");
  }
}
