#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace thunderpush::load {

/// One HTTP response, read as it arrives (RFC 9112, sections 6 and 7).
class response_reader {
public:
  /// Takes what came next.
  /// @returns the bytes of the body in it
  std::string take(std::string_view bytes);

  /// The head has come; before, status and keep_alive mean nothing.
  bool has_head() const { return phase_ != phase::head; }
  int status() const { return status_; }
  bool keep_alive() const { return keep_alive_; }

  /// All of it has come. What follows a complete response makes it malformed:
  /// nothing has been asked for yet.
  bool complete() const { return phase_ == phase::complete && rest_.empty(); }

  /// It is no HTTP/1.1 response that ends before its connection does.
  bool malformed() const {
    return phase_ == phase::malformed
           || (phase_ == phase::complete && !rest_.empty());
  }

private:
  enum class phase {
    head,
    sized_body,
    chunk_size,
    chunk,
    chunk_end,
    trailer,
    complete,
    malformed,
  };

  /// @returns false if more bytes are needed
  bool step(std::string& body);
  bool read_head();
  bool read_chunk_size();
  bool read_part(std::string& body, phase next);
  bool skip_line_end();

  phase phase_ = phase::head;
  int status_ = 0;
  bool keep_alive_ = true;
  /// Of the body, or of the chunk.
  std::size_t left_ = 0;
  std::string rest_;
};

} // namespace thunderpush::load
