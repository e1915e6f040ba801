#pragma once

#include "actors/messages.hpp"

#include <caf/type_erased_tuple.hpp>

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

} // namespace thunderpush
