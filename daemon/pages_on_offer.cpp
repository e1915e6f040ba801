#include "daemon/pages_on_offer.hpp"

#include <string_view>

#include "pages/pages.hpp"

namespace thunderpush {

namespace {

// The scripts that pages load from here. They may be loaded by pages of other
// origins, and are asked for again after a while.
std::shared_ptr<mount> script_mount(std::string_view script) {
  return std::make_shared<static_mount>(
    http_response{200,
                  "text/javascript; charset=UTF-8",
                  {{"Cache-Control", "public, max-age=3600"},
                   {"Access-Control-Allow-Origin", "*"},
                   {"Cross-Origin-Resource-Policy", "cross-origin"},
                   {"X-Content-Type-Options", "nosniff"}},
                  std::string{script}});
}

std::shared_ptr<mount> page_mount(std::string_view page) {
  return std::make_shared<static_mount>(http_response{
    200,
    "text/html; charset=UTF-8",
    {{"Cache-Control", "no-cache"}, {"X-Content-Type-Options", "nosniff"}},
    std::string{page}});
}

// What operators see may be named by anybody: the dashboard runs its own script
// and nothing else, and is part of no other page.
std::shared_ptr<mount> dashboard_mount(std::string_view type,
                                       std::string_view content) {
  return std::make_shared<static_mount>(http_response{
    200,
    type,
    {{"Cache-Control", "no-cache"},
     {"Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self' "
      "'unsafe-inline'; connect-src 'self'; img-src 'self' data:; "
      "frame-ancestors 'none'"},
     {"Referrer-Policy", "no-referrer"},
     {"X-Content-Type-Options", "nosniff"}},
    std::string{content}});
}

} // namespace

public_pages::public_pages(bool with_demo) {
  by_path_.emplace_back("/client/thunderpush.js",
                        script_mount(client_script()));
  by_path_.emplace_back("/client/thunderpush.mjs",
                        script_mount(client_module()));
  by_path_.emplace_back("/client/sockjs.min.js", script_mount(sockjs_client()));
  if (with_demo)
    by_path_.emplace_back("/", page_mount(demo_page()));
}

void public_pages::add_to(site& offer) const {
  for (const auto& [path, page] : by_path_)
    offer.add_page(path, page);
}

void add_dashboard(site& offer) {
  offer.add_page("/",
                 dashboard_mount("text/html; charset=UTF-8", dashboard_page()));
  offer.add_page(
    "/dashboard.js",
    dashboard_mount("text/javascript; charset=UTF-8", dashboard_script()));
  offer.add_page("/dashboard.css",
                 dashboard_mount("text/css; charset=UTF-8", dashboard_style()));
}

} // namespace thunderpush
