#pragma once

#include "actors/messages.hpp"

#include <caf/type_erased_tuple.hpp>

#include <cstdint>
#include <optional>
#include <type_traits>

namespace thunderpush {

/// Tells the asker that the request failed, if `content` is one of `Requests`;
/// false if it is none of them.
template <class... Requests>
bool answer_failed_request(const caf::type_erased_tuple& content) {
  const auto answer = [&content]<class Request>(std::type_identity<Request>) {
    if (!content.match_elements<Request>())
      return false;
    const auto& reply = content.get_as<Request>(0).reply;
    reply.requester.tell(request_failed{reply.ticket});
    return true;
  };
  return (answer(std::type_identity<Requests>{}) || ...);
}

/// The ticket of a reply that was lost, if `content` is one of `Replies`.
template <class... Replies>
std::optional<std::uint64_t> ticket_of(const caf::type_erased_tuple& content,
                                       accepts<Replies...>) {
  std::optional<std::uint64_t> ticket;
  const auto look = [&]<class Reply>(std::type_identity<Reply>) {
    if (content.match_elements<Reply>())
      ticket = content.get_as<Reply>(0).ticket;
  };
  (look(std::type_identity<Replies>{}), ...);
  return ticket;
}

} // namespace thunderpush
