#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <variant>

namespace thunderpush {

/// A descriptor that lines are written to. One thread writes.
class log_stream {
public:
  /// Appends to the file, which is made (0640) if there is none. The other
  /// alternative is why it cannot be opened (errno).
  static std::variant<log_stream, int> open(const std::string& path);

  /// A descriptor that others own, such as standard error.
  static log_stream of(int descriptor) { return log_stream{descriptor, false}; }

  log_stream(log_stream&& other) noexcept;
  log_stream& operator=(log_stream&& other) noexcept;
  log_stream(const log_stream&) = delete;
  log_stream& operator=(const log_stream&) = delete;
  ~log_stream();

  /// Writes the whole line, or takes back what was written of it if it is a
  /// file. While nobody reads it waits, but not longer than until `hurry`,
  /// which it looks at ten times a second. Returns 0 or an errno.
  int write(std::string_view line, const std::atomic<bool>& hurry) const;

  /// Whether systemd connected this to its journal: `named` is the variable
  /// JOURNAL_STREAM, device and inode of what it did connect.
  bool is_journal(std::string_view named) const;

private:
  log_stream(int descriptor, bool owned)
    : descriptor_{descriptor}, owned_{owned} {}

  int descriptor_; // -1: none
  bool owned_;
};

} // namespace thunderpush
