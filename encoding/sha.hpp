#pragma once

#include <array>
#include <initializer_list>
#include <string_view>

namespace thunderpush {

/// The digests of the Secure Hash Standard (FIPS 180-4) that are needed here,
/// of parts in a row. What OpenSSL needs for them is looked up once and kept by
/// each thread: that costs more than the hash. Any thread. Throw
/// `std::runtime_error` if the cryptographic library has none, or no memory.

using sha1_digest = std::array<unsigned char, 20>;
sha1_digest sha1(std::initializer_list<std::string_view> parts);

using sha256_digest = std::array<unsigned char, 32>;
sha256_digest sha256(std::initializer_list<std::string_view> parts);

} // namespace thunderpush
