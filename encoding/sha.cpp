#include "encoding/sha.hpp"

#include <memory>
#include <openssl/evp.h>
#include <stdexcept>
#include <string>

namespace thunderpush {

namespace {

struct free_algorithm {
  void operator()(EVP_MD* what) const noexcept { EVP_MD_free(what); }
};

struct free_context {
  void operator()(EVP_MD_CTX* what) const noexcept { EVP_MD_CTX_free(what); }
};

// A hash function, for one thread.
class hash_function {
public:
  explicit hash_function(const char* name)
    : algorithm_(EVP_MD_fetch(nullptr, name, nullptr)),
      context_(EVP_MD_CTX_new()) {
    require(algorithm_ != nullptr && context_ != nullptr);
  }

  template <class Digest>
  Digest operator()(std::initializer_list<std::string_view> parts) {
    require(EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) == 1);
    for (const auto part : parts)
      require(EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1);
    Digest result;
    require(EVP_DigestFinal_ex(context_.get(), result.data(), nullptr) == 1);
    return result;
  }

private:
  static void require(bool done) {
    if (!done)
      throw std::runtime_error{"the cryptographic library cannot hash"};
  }

  std::unique_ptr<EVP_MD, free_algorithm> algorithm_;
  std::unique_ptr<EVP_MD_CTX, free_context> context_;
};

} // namespace

sha1_digest sha1(std::initializer_list<std::string_view> parts) {
  thread_local hash_function hash{"SHA1"};
  return hash.operator()<sha1_digest>(parts);
}

sha256_digest sha256(std::initializer_list<std::string_view> parts) {
  thread_local hash_function hash{"SHA256"};
  return hash.operator()<sha256_digest>(parts);
}

} // namespace thunderpush
