#include "tests/load/push_client.hpp"

#include <charconv>

namespace thunderpush::load {

namespace {

std::string padded(std::uint64_t number, std::size_t width) {
  auto digits = std::to_string(number);
  if (digits.size() < width)
    digits.insert(0, width - digits.size(), '0');
  return digits;
}

} // namespace

push_client::push_client(event_loop& loop, push_client_events& owner,
                         transport how, std::size_t index)
  : owner_(owner), transport_(how), index_(index), socket_(loop, *this) {}

void push_client::connect(const endpoint& server, std::uint64_t n) {
  opened_ = false;
  close_code_ = 0;
  socket_.connect(server, n, path(n));
}

void push_client::connect_halfway(const endpoint& server, std::uint64_t n) {
  opened_ = false;
  close_code_ = 0;
  socket_.connect_halfway(server, n, path(n));
}

void push_client::command(std::string_view text) {
  socket_.send_text(framed(text));
}

void push_client::command_halfway(std::string_view text) {
  socket_.send_part_of_text(framed(text));
}

std::string push_client::path(std::uint64_t n) const {
  if (transport_ == transport::raw)
    return "/connect/websocket";
  return "/connect/" + padded(n % 1000, 3) + '/' + padded(n, 8) + "/websocket";
}

std::string push_client::framed(std::string_view command) const {
  if (transport_ == transport::raw)
    return std::string{command};
  return "[\"" + std::string{command} + "\"]";
}

void push_client::on_open() {
  if (transport_ == transport::raw)
    owner_.on_ready(*this);
}

void push_client::on_text(std::string_view text) {
  if (transport_ == transport::raw) {
    const auto message = take_delivery(text);
    if (!message || !text.empty())
      fail("a message of another form than specified", text);
    else
      owner_.on_delivery(*this, *message);
    return;
  }
  if (text == "o" && !opened_) {
    opened_ = true;
    owner_.on_ready(*this);
  } else if (!opened_) {
    fail("another first frame than o", text);
  } else if (close_code_ != 0) {
    fail("a frame after the close frame", text);
  } else if (text.starts_with("a[") && text.ends_with(']')) {
    on_messages(text.substr(1));
  } else if (text.starts_with("c[")) {
    on_close_frame(text);
  } else if (text != "h") {
    fail("an unknown frame", text);
  }
}

void push_client::on_messages(std::string_view list) {
  const auto whole = list;
  do {
    list.remove_prefix(1);
    const auto message = take_delivery(list);
    if (!message || list.empty()) {
      fail("a message of another form than specified", whole);
      return;
    }
    owner_.on_delivery(*this, *message);
    // The owner may have vanished on account of it.
    if (!socket_.connected())
      return;
  } while (list.front() == ',');
  if (list != "]")
    fail("a message list of another form than specified", whole);
}

void push_client::on_close_frame(std::string_view frame) {
  const auto* begin = frame.data() + 2;
  const auto* end = frame.data() + frame.size();
  if (std::from_chars(begin, end, close_code_).ec != std::errc{})
    fail("a close frame without a code", frame);
}

void push_client::fail(std::string_view problem, std::string_view text) {
  constexpr std::size_t quoted = 200;
  const bool was_connected = socket_.connected();
  socket_.abandon();
  if (was_connected)
    on_end({"the server sent " + std::string{problem} + ": "
              + std::string{text.substr(0, quoted)},
            0});
}

void push_client::on_end(const connection_end& end) {
  connection_end how = end;
  if (close_code_ != 0)
    how.code = close_code_;
  owner_.on_end(*this, how);
}

} // namespace thunderpush::load
