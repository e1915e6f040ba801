#include "tests/load/sockjs_body.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace thunderpush::load;

namespace {

std::string page(std::string_view callback) {
  return "<!doctype html>\n<html><head>\n  <script>\n    var c = parent."
         + std::string{callback}
         + ";\n    c.start();\n    function p(d) {c.message(d);};\n  </script>"
         + std::string(1024, ' ') + "\r\n\r\n";
}

/// The frames of a body, none if it is malformed or could not end where it
/// does.
std::vector<std::string> frames(session_transport how, std::string_view body) {
  sockjs_body reader{how, has_callback(how) ? "cb" : ""};
  reader.append(body);
  std::vector<std::string> found;
  while (auto frame = reader.next())
    found.push_back(std::move(*frame));
  if (reader.malformed() || !reader.may_end())
    return {};
  return found;
}

struct example {
  session_transport how;
  std::string prelude;
  std::vector<std::string> wrapped;
};

const std::vector<std::string> two_frames{"o", R"(a["5%\"\n"])"};

/// The two frames on every transport.
std::vector<example> examples() {
  using way = session_transport;
  return {
    {way::xhr, "", {"o\n", "a[\"5%\\\"\\n\"]\n"}},
    {way::xhr_streaming,
     std::string(2048, 'h') + "\n",
     {"o\n", "a[\"5%\\\"\\n\"]\n"}},
    {way::eventsource,
     "\r\n",
     {"data: o\r\n\r\n", "data: a[\"5%25\\\"\\n\"]\r\n\r\n"}},
    {way::htmlfile,
     page("cb"),
     {"<script>\np(\"o\");\n</script>\r\n",
      "<script>\np(\"a[\\\"5%\\\\\\\"\\\\n\\\"]\");\n</script>\r\n"}},
    {way::jsonp,
     "",
     {"/**/cb(\"o\");\r\n", "/**/cb(\"a[\\\"5%\\\\\\\"\\\\n\\\"]\");\r\n"}},
  };
}

} // namespace

TEST_SUITE("SockJS body") {
  TEST_CASE("a frame comes out as it was before it was wrapped") {
    for (const auto& each : examples()) {
      CAPTURE(to_string(each.how));
      for (std::size_t i = 0; i < two_frames.size(); ++i)
        CHECK(frames(each.how, each.prelude + each.wrapped[i])
              == std::vector{two_frames[i]});
    }
  }

  TEST_CASE("a stream has many frames, a poll has one") {
    for (const auto& each : examples()) {
      CAPTURE(to_string(each.how));
      const auto found
        = frames(each.how, each.prelude + each.wrapped[0] + each.wrapped[1]);
      CHECK(
        found
        == (is_polling(each.how) ? std::vector<std::string>{} : two_frames));
    }
  }

  TEST_CASE("a frame is found however its bytes arrive") {
    for (const auto& each : examples()) {
      CAPTURE(to_string(each.how));
      const auto body = each.prelude + each.wrapped[1];
      sockjs_body reader{each.how, has_callback(each.how) ? "cb" : ""};
      for (std::size_t i = 0; i + 1 < body.size(); ++i) {
        reader.append(std::string_view{body}.substr(i, 1));
        CHECK_FALSE(reader.next());
        CHECK_FALSE(reader.malformed());
        if (i >= each.prelude.size())
          CHECK_FALSE(reader.may_end());
      }
      reader.append(std::string_view{body}.substr(body.size() - 1));
      CHECK(reader.next() == two_frames[1]);
      CHECK(reader.may_end());
    }
  }

  TEST_CASE("an empty poll is refused, a stream without frames is not") {
    for (const auto& each : examples()) {
      CAPTURE(to_string(each.how));
      sockjs_body reader{each.how, has_callback(each.how) ? "cb" : ""};
      reader.append(each.prelude);
      CHECK_FALSE(reader.next());
      CHECK(reader.may_end() == !is_polling(each.how));
    }
  }

  TEST_CASE("a prelude or a wrapping that differs is malformed") {
    using way = session_transport;
    for (const auto& [how, wrong] : std::vector<std::pair<way, std::string>>{
           {way::xhr, "\n"},
           {way::xhr_streaming, std::string(2047, 'h') + "\n"},
           {way::xhr_streaming, std::string(2049, 'h')},
           {way::eventsource, "data: o\r\n\r\n"},
           {way::eventsource, "\r\ndata:o\r\n\r\n"},
           {way::eventsource, "\r\ndata: %\r\n\r\n"},
           {way::htmlfile, page("other")},
           {way::htmlfile, page("cb").substr(5)},
           {way::htmlfile, page("cb") + "<script>p(\"o\");\n</script>\r\n"},
           {way::jsonp, "cb(\"o\");\r\n"},
           {way::jsonp, "/**/cc(\"o\");\r\n"},
           {way::jsonp, "/**/cb(\"\\x\");\r\n"}}) {
      CAPTURE(to_string(how));
      CAPTURE(wrong);
      sockjs_body reader{how, has_callback(how) ? "cb" : ""};
      reader.append(wrong);
      CHECK_FALSE(reader.next());
      CHECK(reader.malformed());
    }
  }

  TEST_CASE("JSON strings are read with their escapes") {
    CHECK(decode_json_string(R"(a\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac)")
          == "a\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac");
    for (const std::string_view wrong :
         {"\"", "\\", "\\x", "\\u12", "\\ud800", "\n", "\\u00g0"}) {
      CAPTURE(wrong);
      CHECK_FALSE(decode_json_string(wrong));
    }
  }

  TEST_CASE("percent escapes are read") {
    CHECK(decode_percent("5%25 %0A") == "5% \n");
    CHECK_FALSE(decode_percent("%"));
    CHECK_FALSE(decode_percent("%2"));
    CHECK_FALSE(decode_percent("%zz"));
  }

  TEST_CASE("a form's value keeps nothing that means something in a form") {
    CHECK(encode_form_value("[\"a b+c&d=%\"]")
          == "%5B%22a+b%2Bc%26d%3D%25%22%5D");
  }
}
