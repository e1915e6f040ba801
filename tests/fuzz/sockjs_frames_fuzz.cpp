// What the server says to SockJS clients: whatever an application published
// comes out of each transport as it went in, and can be nothing but data there.
// The first line of the input is the name of a function, the others are
// messages.

#include "actors/frame.hpp"
#include "encoding/json.hpp"
#include "encoding/utf8.hpp"
#include "tests/fuzz/target.hpp"
#include "transport/sockjs/callback.hpp"
#include "transport/sockjs/frames.hpp"
#include "transport/sockjs/http_transport.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using namespace thunderpush;
using namespace thunderpush::sockjs;
using fuzz::require;

// What stands between two texts, if it does.
std::string_view between(std::string_view begin, std::string_view text,
                         std::string_view end) {
  require(text.size() >= begin.size() + end.size() && text.starts_with(begin)
          && text.ends_with(end));
  text.remove_prefix(begin.size());
  text.remove_suffix(end.size());
  return text;
}

std::string json_string_value(std::string_view text) {
  auto parsed = parse_json_strings(text, json_strings_form::array_or_string);
  auto* values = std::get_if<std::vector<std::string>>(&parsed);
  require(text.starts_with('"') && values != nullptr && values->size() == 1);
  return std::move(values->front());
}

std::string wrapped(const http_transport& how, std::string_view frame,
                    std::string_view callback) {
  std::string out;
  how.wrap(out, frame, callback);
  return out;
}

// What browsers undo of percent escapes.
std::string without_escapes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto escape = text.substr(i, 3);
    out += escape == "%25" ? '%' : escape == "%0D" ? '\r' : '\n';
    i += 2;
  }
  return out;
}

void check_transports(std::string_view frame, std::string_view callback) {
  for (const auto* how :
       {&http_transports::xhr_polling, &http_transports::xhr_streaming})
    require(between("", wrapped(*how, frame, callback), "\n") == frame);

  const auto event = wrapped(http_transports::eventsource, frame, callback);
  const auto data = between("data: ", event, "\r\n\r\n");
  require(data.find_first_of("\r\n") == std::string_view::npos);
  require(without_escapes(data) == frame);

  const auto page = wrapped(http_transports::htmlfile, frame, callback);
  const auto literal = between("<script>\np(", page, ");\n</script>\r\n");
  require(literal.find('<') == std::string_view::npos);
  require(json_string_value(literal) == frame);

  const auto call = wrapped(http_transports::jsonp_polling, frame, callback);
  const auto argument
    = between("/**/" + std::string{callback} + "(", call, ");\r\n");
  require(argument.find('<') == std::string_view::npos);
  require(json_string_value(argument) == frame);
}

// What precedes the frames: the name of the function in it is the one asked
// for.
void check_openings(std::string_view callback) {
  for (const auto* how :
       {&http_transports::xhr_streaming, &http_transports::eventsource,
        &http_transports::htmlfile}) {
    std::string out{"before"};
    how->open(out, callback);
    require(out.starts_with("before") && out.ends_with('\n'));
    const auto named = "var c = parent." + std::string{callback} + ";\n";
    require((out.find(named) != std::string::npos) == how->calls_back);
  }
}

void check_messages(const std::vector<std::string>& messages,
                    std::string_view callback) {
  std::vector<frame_ptr> frames;
  for (const auto& each : messages) {
    auto what = std::make_shared<publication>();
    append_json_string(what->element, each);
    require(array_frame(what->element) == "a[" + what->element + "]");
    frames.emplace_back(new frame{std::move(what), frame::clock::time_point{}});
  }
  const auto together = array_frame(frames);
  const auto array = std::string_view{together}.substr(1);
  const auto read = parse_json_strings(array, json_strings_form::array);
  const auto* values = std::get_if<std::vector<std::string>>(&read);
  require(together.starts_with("a[") && values != nullptr
          && *values == messages);
  check_transports(together, callback);
}

void run(std::string_view input) {
  fuzz::input_reader in{input};
  const auto named = find_callback("c=" + fuzz::percent_escaped(in.line()));
  const auto* name = std::get_if<std::string>(&named);
  const auto callback = name == nullptr ? std::string{"callback"} : *name;
  std::vector<std::string> messages;
  while (!in.rest().empty()) {
    const auto line = in.line();
    // What reaches a frame has been checked before.
    if (is_valid_utf8(line))
      messages.emplace_back(line);
  }
  check_openings(callback);
  check_messages(messages, callback);
  if (messages.empty())
    return;
  const auto closed = close_frame({3000, messages.front()});
  require(json_string_value(between("c[3000,", closed, "]"))
          == messages.front());
  check_transports(closed, callback);
}

const fuzz::registration made{"sockjs_frames", run};

} // namespace
