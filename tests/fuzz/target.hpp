#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace thunderpush::fuzz {

/// Ends the process if what must hold does not, in every kind of build.
inline void require(bool holds) {
  if (!holds)
    std::abort();
}

/// Something that reads bytes of strangers, and what must hold of it. `run`
/// gets memory of exactly the size of the input, so that a sanitizer sees each
/// byte that is read behind it.
struct target {
  std::string_view name; ///< As in the file `targets`.
  void (*run)(std::string_view input);
};

/// The targets that are linked into this program.
std::span<const target> targets();

/// Makes a target one of them: `const registration made{"json", fuzz_json};`
class registration {
public:
  registration(std::string_view name, void (*run)(std::string_view input));
};

/// Takes an input apart, from its front.
class input_reader {
public:
  explicit input_reader(std::string_view input) noexcept : rest_(input) {}

  /// The next byte, 0 at the end.
  std::uint8_t byte() noexcept;

  /// Up to the next line break, which is taken as well, or to the end.
  std::string_view line() noexcept;

  std::string_view rest() const noexcept { return rest_; }

private:
  std::string_view rest_;
};

/// Sizes of the pieces that something arrives in, small enough to cut headers.
class piece_sizes {
public:
  explicit piece_sizes(std::uint32_t seed) noexcept : state_(seed) {}

  /// 1 to 17.
  std::size_t next() noexcept;

private:
  std::uint32_t state_;
};

/// A copy of what has arrived, in memory of exactly its size. When it is gone a
/// sanitizer sees who still looks there. One at a time.
class arrived_piece {
public:
  explicit arrived_piece(std::string_view part);

  arrived_piece(const arrived_piece&) = delete;
  arrived_piece& operator=(const arrived_piece&) = delete;
  ~arrived_piece();

  std::span<char> bytes() const noexcept { return bytes_; }

private:
  std::unique_ptr<char[]> own_; // if it is not one of those that are kept
  std::span<char> bytes_;
};

/// Each byte as `%XX`, so that decoding must give the text back.
std::string percent_escaped(std::string_view text);

/// Whether `part` lies within `whole`, or is empty.
bool lies_within(std::string_view part, std::string_view whole) noexcept;

} // namespace thunderpush::fuzz
