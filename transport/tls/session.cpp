#include "transport/tls/session.hpp"

#include <cerrno>
#include <memory>
#include <new>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <utility>

namespace thunderpush::tls {

namespace {

// What is encrypted for one system call: four records.
constexpr std::size_t batch_bytes = std::size_t{4} * SSL3_RT_MAX_PLAIN_LENGTH;

// What may wait: a batch, and what is said between reads, as alerts.
constexpr std::size_t most_pending = batch_bytes + std::size_t{64} * 1024;

bool is_full(int error) noexcept {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

// The records of the call that is under way on this thread.
std::string& records() {
  thread_local std::string bytes;
  return bytes;
}

} // namespace

// Between OpenSSL and the socket: reads from it, and keeps what is to be
// written until the end of the call.
struct socket_bio {
  static int read(BIO* from, char* into, std::size_t size, std::size_t* moved) {
    auto& owner = *static_cast<session*>(BIO_get_data(from));
    BIO_clear_retry_flags(from);
    const auto got = ::recv(owner.socket_, into, size, MSG_DONTWAIT);
    owner.dry_ = got < static_cast<ssize_t>(size);
    if (got < 0 && is_full(errno))
      BIO_set_retry_read(from);
    *moved = got > 0 ? static_cast<std::size_t>(got) : 0;
    return got > 0 ? 1 : 0;
  }

  static int write(BIO*, const char* bytes, std::size_t size,
                   std::size_t* moved) {
    try {
      records().append(bytes, size);
    } catch (const std::bad_alloc&) {
      return 0;
    }
    *moved = size;
    return 1;
  }

  static long control(BIO*, int command, long, void*) {
    // Flushing is nothing that could fail; all else it is not asked for.
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  static int create(BIO* made) {
    BIO_set_init(made, 1);
    return 1;
  }

  static const BIO_METHOD* method() {
    struct freed {
      void operator()(BIO_METHOD* what) const { BIO_meth_free(what); }
    };
    static const auto made = [] {
      std::unique_ptr<BIO_METHOD, freed> methods{BIO_meth_new(
        BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "thunderpush socket")};
      if (!methods)
        throw std::bad_alloc{};
      BIO_meth_set_read_ex(methods.get(), &read);
      BIO_meth_set_write_ex(methods.get(), &write);
      BIO_meth_set_ctrl(methods.get(), &control);
      BIO_meth_set_create(methods.get(), &create);
      return methods;
    }();
    return made.get();
  }
};

session::session(const context& with, int socket)
  : native_(SSL_new(with.native())), socket_(socket) {
  auto* const bio
    = native_ != nullptr ? BIO_new(socket_bio::method()) : nullptr;
  if (bio == nullptr) {
    SSL_free(native_);
    throw std::bad_alloc{};
  }
  BIO_set_data(bio, this);
  SSL_set_bio(native_, bio, bio);
  SSL_set_accept_state(native_);
}

session::~session() {
  SSL_free(native_);
}

transfer session::shake_hands() noexcept {
  ERR_clear_error();
  const auto result = SSL_do_handshake(native_);
  if (result == 1)
    return leave() ? transfer{transfer_outcome::done} : fail();
  if (SSL_get_error(native_, result) != SSL_ERROR_WANT_READ)
    return fail();
  return leave() ? transfer{transfer_outcome::would_block} : fail();
}

// -- reading -----------------------------------------------------------------

transfer session::read(std::span<char> into) noexcept {
  if (broken_)
    return {transfer_outcome::lost};
  ERR_clear_error();
  std::size_t moved = 0;
  auto error = SSL_ERROR_NONE;
  more_ = true;
  while (moved < into.size() && more_) {
    std::size_t part = 0;
    const auto result
      = SSL_read_ex(native_, into.data() + moved, into.size() - moved, &part);
    if (result != 1) {
      error = SSL_get_error(native_, result);
      break;
    }
    moved += part;
    more_ = !dry_ || SSL_has_pending(native_) == 1;
  }
  const bool left = leave(); // also what OpenSSL has to say about an error
  broken_ = !left
            || (error != SSL_ERROR_NONE && error != SSL_ERROR_WANT_READ
                && error != SSL_ERROR_ZERO_RETURN);
  if (error == SSL_ERROR_WANT_READ)
    more_ = false;
  // An end behind some bytes is told by the next read.
  if (moved > 0)
    return {transfer_outcome::done, moved};
  return {error == SSL_ERROR_WANT_READ ? transfer_outcome::would_block
                                       : transfer_outcome::lost};
}

// -- writing -----------------------------------------------------------------

transfer session::write(std::string_view bytes) noexcept {
  if (const auto before = flush(); before.what != transfer_outcome::done)
    return before;
  std::size_t taken = 0;
  while (taken < bytes.size() && is_flushed()) {
    const auto batch = bytes.substr(taken, batch_bytes);
    std::size_t moved = 0;
    ERR_clear_error();
    if (SSL_write_ex(native_, batch.data(), batch.size(), &moved) != 1
        || !leave())
      return fail();
    taken += moved;
  }
  return {transfer_outcome::done, taken};
}

transfer session::flush() noexcept {
  if (broken_)
    return {transfer_outcome::lost};
  if (is_flushed())
    return {transfer_outcome::done};
  const auto sent = ::send(socket_, pending_.data(), pending_.size(),
                           MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0) {
    broken_ = !is_full(errno);
    return {broken_ ? transfer_outcome::lost : transfer_outcome::would_block};
  }
  if (static_cast<std::size_t>(sent) < pending_.size()) {
    pending_.erase(0, static_cast<std::size_t>(sent));
    return {transfer_outcome::would_block};
  }
  std::string{}.swap(pending_);
  return {transfer_outcome::done};
}

// Writes the records of this call, behind what waits. False if that is
// impossible.
bool session::leave() noexcept {
  auto& made = records();
  std::string_view rest{made};
  bool possible = !broken_;
  if (possible && is_flushed() && !rest.empty()) {
    const auto sent
      = ::send(socket_, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0)
      rest.remove_prefix(static_cast<std::size_t>(sent));
    else
      possible = is_full(errno);
  }
  possible = possible && pending_.size() + rest.size() <= most_pending;
  if (possible && !rest.empty()) {
    try {
      pending_.append(rest);
    } catch (const std::bad_alloc&) {
      possible = false;
    }
  }
  made.clear();
  return possible;
}

// What OpenSSL has to say about it is said.
transfer session::fail() noexcept {
  leave();
  broken_ = true;
  return {transfer_outcome::lost};
}

void session::end() noexcept {
  if (std::exchange(ended_, true) || broken_
      || SSL_is_init_finished(native_) != 1)
    return;
  ERR_clear_error();
  SSL_shutdown(native_);
  if (!leave())
    broken_ = true;
}

} // namespace thunderpush::tls
