#pragma once

#include "config/sockjs_transport.hpp"

#include <string>
#include <string_view>

namespace thunderpush::sockjs {

/// How the frames of a session reach its client in answers to HTTP requests.
/// The transports differ in this alone.
struct http_transport {
  sockjs_transport name;
  std::string_view method;       ///< Of the request that receives.
  std::string_view content_type; ///< Of its answer.
  bool streams;                  ///< Many frames an answer, or exactly one.
  bool cross_origin;             ///< Pages of other origins may read it.
  bool calls_back;               ///< The client names a function to be called.

  /// Appends what precedes the frames; null if nothing does.
  void (*open)(std::string& out, std::string_view callback);

  /// Appends a frame.
  void (*wrap)(std::string& out, std::string_view frame,
               std::string_view callback);
};

/// Those that there are.
struct http_transports {
  static const http_transport xhr_polling;
  static const http_transport xhr_streaming;
  static const http_transport eventsource;
  static const http_transport htmlfile;
  static const http_transport jsonp_polling;
};

} // namespace thunderpush::sockjs
