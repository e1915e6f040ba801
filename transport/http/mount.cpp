#include "transport/http/mount.hpp"

#include "transport/http/connection.hpp"
#include "transport/http/entity_tag.hpp"

#include <algorithm>

namespace thunderpush {

void site::add(std::string prefix, std::shared_ptr<mount> where) {
  insert(entry{std::move(prefix), false, std::move(where)});
}

void site::add_page(std::string path, std::shared_ptr<mount> where) {
  insert(entry{std::move(path), true, std::move(where)});
}

void site::insert(entry what) {
  // A page before what is below its path.
  const auto shorter
    = std::find_if(entries_.begin(), entries_.end(), [&](const entry& each) {
        return each.path.size() < what.path.size()
               || (each.path == what.path && what.whole);
      });
  entries_.insert(shorter, std::move(what));
}

mount* site::find(std::string_view path) const noexcept {
  for (const auto& each : entries_) {
    if (each.whole ? path == each.path : path.starts_with(each.path))
      return each.where.get();
  }
  return nullptr;
}

void handler_mount::serve(const http_request& request,
                          const std::shared_ptr<http_connection>& client) {
  handler_.handle(request, client);
}

static_mount::static_mount(http_response content)
  : content_(std::move(content)), tag_(entity_tag(content_.body)) {
  content_.fields.push_back({"ETag", tag_});
}

void static_mount::serve(const http_request& request,
                         const std::shared_ptr<http_connection>& client) {
  if (request.method != "GET") {
    client->respond(http_response{405, {}, {{"Allow", "GET"}}, {}});
  } else if (names_entity_tag(request.field("If-None-Match"), tag_)) {
    client->respond(http_response{304, {}, content_.fields, {}});
  } else {
    client->respond(content_);
  }
}

} // namespace thunderpush
