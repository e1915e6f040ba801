#include "config/log_writer.hpp"

#include <system_error>
#include <utility>

namespace thunderpush {

namespace {

constexpr std::chrono::seconds try_again_after{1};

std::string in_words(int error) {
  return std::generic_category().message(error);
}

log_style style_of(log_format format) {
  return format == log_format::json ? log_style::json : log_style::text;
}

} // namespace

log_writer::log_writer(log_settings chosen, log_stream standard_error,
                       std::string_view journal_stream, log_clocks clocks)
  : chosen_{std::move(chosen)},
    clocks_{clocks},
    standard_error_{std::move(standard_error)},
    style_{style_of(chosen_.format)},
    standard_error_style_{style_ == log_style::text
                              && standard_error_.is_journal(journal_stream)
                            ? log_style::journal
                            : style_} {}

std::optional<std::string> log_writer::open() {
  const auto error = chosen_.file.empty() ? 0 : open_file();
  if (error == 0)
    return std::nullopt;
  return "cannot open the log file " + chosen_.file + ": " + in_words(error);
}

void log_writer::reopen() {
  if (chosen_.file.empty())
    return;
  file_.reset();
  if (const auto error = open_file(); error != 0)
    fail("open", error);
}

void log_writer::write(const log_entry& what) {
  if (!chosen_.file.empty() && write_to_file(what))
    return;
  ++elsewhere_;
  write_to_standard_error(what);
}

bool log_writer::write_to_file(const log_entry& what) {
  if (!file_ && clocks_.elapsed() < next_try_)
    return false;
  if (!file_) {
    if (const auto error = open_file(); error != 0) {
      fail("open", error);
      return false;
    }
  }
  if (const auto error = file_->write(log_line(what, style_), hurry_);
      error != 0) {
    fail("write to", error);
    return false;
  }
  if (failing_)
    recover();
  return true;
}

int log_writer::open_file() {
  auto opened = log_stream::open(chosen_.file);
  if (const auto* error = std::get_if<int>(&opened))
    return *error;
  file_ = std::get<log_stream>(std::move(opened));
  return 0;
}

void log_writer::fail(std::string_view doing, int error) {
  file_.reset();
  next_try_ = clocks_.elapsed() + try_again_after;
  if (failing_)
    return;
  failing_ = true;
  elsewhere_ = 0;
  const auto text = "cannot " + std::string{doing} + " the log file "
                    + chosen_.file + ": " + in_words(error)
                    + "; events go to standard error until it can be done";
  write_to_standard_error({clocks_.time(), log_level::error, "log", text});
}

void log_writer::recover() {
  failing_ = false;
  const auto text = "the log file is written again; events that went to "
                    "standard error meanwhile: "
                    + std::to_string(elsewhere_);
  write_to_file({clocks_.time(), log_level::warning, "log", text});
}

void log_writer::write_to_standard_error(const log_entry& what) {
  if (standard_error_.write(log_line(what, standard_error_style_), hurry_) != 0)
    ++lost_;
}

} // namespace thunderpush
