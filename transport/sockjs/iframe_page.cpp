#include "transport/sockjs/iframe_page.hpp"

#include "transport/http/entity_tag.hpp"

namespace thunderpush::sockjs {

namespace {

std::string body_with(std::string_view script) {
  std::string body{
    "<!DOCTYPE html>\n"
    "<html>\n"
    "<head>\n"
    "  <meta http-equiv=\"X-UA-Compatible\" content=\"IE=edge\" />\n"
    "  <meta http-equiv=\"Content-Type\" content=\"text/html; "
    "charset=UTF-8\" />\n"
    "  <script src=\""};
  body.append(script);
  body.append("\"></script>\n"
              "  <script>\n"
              "    document.domain = document.domain;\n"
              "    SockJS.bootstrap_iframe();\n"
              "  </script>\n"
              "</head>\n"
              "<body>\n"
              "  <h2>Don't panic!</h2>\n"
              "  <p>This is a SockJS hidden iframe. It's used for cross domain "
              "magic.</p>\n"
              "</body>\n"
              "</html>");
  return body;
}

} // namespace

iframe_page::iframe_page(std::string_view script)
  : body_(body_with(script)), tag_(entity_tag(body_)) {}

http_response iframe_page::answer(const http_request& request) const {
  if (names_entity_tag(request.field("If-None-Match"), tag_))
    return {304, {}, {{"ETag", tag_}}, {}};
  return {200, "text/html; charset=UTF-8", {{"ETag", tag_}}, body_};
}

} // namespace thunderpush::sockjs
