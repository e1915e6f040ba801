#include "tools/benchmark/floor/accept_key.hpp"

#include <array>
#include <memory>
#include <openssl/evp.h>

namespace thunderpush::benchmark {

std::string accept_key(std::string_view key) {
  // Looked up once: each time would cost more than the digest.
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha1{
    EVP_MD_fetch(nullptr, "SHA1", nullptr), &EVP_MD_free};
  static const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{
    EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  std::string salted{key};
  salted += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, 20> digest{};
  EVP_DigestInit_ex2(context.get(), sha1.get(), nullptr);
  EVP_DigestUpdate(context.get(), salted.data(), salted.size());
  EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  std::array<unsigned char, 29> text{};
  const auto length
    = EVP_EncodeBlock(text.data(), digest.data(), digest.size());
  return {text.begin(), text.begin() + length};
}

} // namespace thunderpush::benchmark
