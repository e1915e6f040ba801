#include "transport/sockjs/session_table.hpp"

#include <utility>

namespace thunderpush::sockjs {

session* session_table::find(std::string_view id) const {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second;
}

const std::string* session_table::last_words(std::string_view id) {
  const auto found = epitaphs_.find(id);
  if (found == epitaphs_.end())
    return nullptr;
  home_.timers().start(*found->second, delay_);
  return &found->second->text();
}

void session_table::add(std::string_view id, session& who) {
  sessions_.emplace(id, &who);
}

void session_table::remove(std::string_view id) {
  if (const auto found = sessions_.find(id); found != sessions_.end())
    sessions_.erase(found);
}

void session_table::bury(std::string_view id, std::string close_frame) {
  remove(id);
  auto& place = epitaphs_[std::string{id}];
  place = std::make_unique<epitaph>(*this, id, std::move(close_frame));
  home_.timers().start(*place, delay_);
}

} // namespace thunderpush::sockjs
