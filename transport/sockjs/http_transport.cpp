#include "transport/sockjs/http_transport.hpp"

#include "encoding/json.hpp"

namespace thunderpush::sockjs {

namespace {

constexpr std::string_view script = "application/javascript; charset=UTF-8";

// -- xhr ---------------------------------------------------------------------

// Old browsers pass nothing on before they have got so much.
constexpr std::size_t xhr_prelude_bytes = 2048;

void open_xhr(std::string& out, std::string_view) {
  out.append(xhr_prelude_bytes, 'h').append("\n");
}

void wrap_xhr(std::string& out, std::string_view frame, std::string_view) {
  out.append(frame).append("\n");
}

// -- eventsource -------------------------------------------------------------

void open_events(std::string& out, std::string_view) {
  out.append("\r\n");
}

// Clients decode percent escapes in what they receive.
void wrap_event(std::string& out, std::string_view frame, std::string_view) {
  out.append("data: ");
  for (const auto c : frame) {
    switch (c) {
    case '%':
      out.append("%25");
      break;
    case '\r':
      out.append("%0D");
      break;
    case '\n':
      out.append("%0A");
      break;
    case '\0':
      out.append("%00");
      break;
    default:
      out += c;
    }
  }
  out.append("\r\n\r\n");
}

// -- htmlfile ----------------------------------------------------------------

// As with xhr.
constexpr std::size_t htmlfile_prelude_bytes = 1024;

void open_page(std::string& out, std::string_view callback) {
  const auto begin = out.size();
  out
    .append("<!doctype html>\n"
            "<html><head>\n"
            "  <meta http-equiv=\"X-UA-Compatible\" content=\"IE=edge\" />\n"
            "  <meta http-equiv=\"Content-Type\" content=\"text/html; "
            "charset=UTF-8\" />\n"
            "</head><body><h2>Don't panic!</h2>\n"
            "  <script>\n"
            "    document.domain = document.domain;\n"
            "    var c = parent.")
    .append(callback)
    .append(";\n"
            "    c.start();\n"
            "    function p(d) {c.message(d);};\n"
            "    window.onload = function() {c.stop();};\n"
            "  </script>");
  const auto size = out.size() - begin;
  if (size <= htmlfile_prelude_bytes)
    out.append(htmlfile_prelude_bytes + 1 - size, ' ');
  out.append("\r\n\r\n");
}

void wrap_in_page(std::string& out, std::string_view frame, std::string_view) {
  out.append("<script>\np(");
  append_script_json_string(out, frame);
  out.append(");\n</script>\r\n");
}

// -- jsonp -------------------------------------------------------------------

void wrap_call(std::string& out, std::string_view frame,
               std::string_view callback) {
  // The comment keeps the answer from being taken for a Flash file.
  out.append("/**/").append(callback).append("(");
  append_script_json_string(out, frame);
  out.append(");\r\n");
}

} // namespace

const http_transport http_transports::xhr_polling{
  .name = sockjs_transport::xhr_polling,
  .method = "POST",
  .content_type = script,
  .streams = false,
  .cross_origin = true,
  .calls_back = false,
  .open = nullptr,
  .wrap = wrap_xhr};

const http_transport http_transports::xhr_streaming{
  .name = sockjs_transport::xhr_streaming,
  .method = "POST",
  .content_type = script,
  .streams = true,
  .cross_origin = true,
  .calls_back = false,
  .open = open_xhr,
  .wrap = wrap_xhr};

const http_transport http_transports::eventsource{
  .name = sockjs_transport::eventsource,
  .method = "GET",
  .content_type = "text/event-stream",
  .streams = true,
  .cross_origin = true,
  .calls_back = false,
  .open = open_events,
  .wrap = wrap_event};

const http_transport http_transports::htmlfile{
  .name = sockjs_transport::htmlfile,
  .method = "GET",
  .content_type = "text/html; charset=UTF-8",
  .streams = true,
  .cross_origin = false,
  .calls_back = true,
  .open = open_page,
  .wrap = wrap_in_page};

const http_transport http_transports::jsonp_polling{
  .name = sockjs_transport::jsonp_polling,
  .method = "GET",
  .content_type = script,
  .streams = false,
  .cross_origin = false,
  .calls_back = true,
  .open = nullptr,
  .wrap = wrap_call};

} // namespace thunderpush::sockjs
