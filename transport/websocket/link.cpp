#include "transport/websocket/link.hpp"

#include "actors/endpoint.hpp"
#include "actors/out_queue.hpp"
#include "encoding/utf8.hpp"
#include "transport/frame_writer.hpp"
#include "transport/websocket/frame.hpp"

#include <iterator>
#include <utility>
#include <variant>

namespace thunderpush::websocket {

link::link(client_stream stream, const dialect& speech,
           const link_settings& settings, handshake opening)
  : speech_(speech),
    settings_(settings),
    stream_(std::move(stream)),
    reader_(opening.agreed),
    opening_(std::make_unique<handshake>(std::move(opening))) {}

// What the reader holds is counted here, and not by it: an idle one must not
// pay for that.
class link::reader_count {
public:
  explicit reader_count(link& of) noexcept
    : of_(of), before_(of.reader_.buffered_bytes()) {}
  reader_count(const reader_count&) = delete;
  reader_count& operator=(const reader_count&) = delete;
  ~reader_count() {
    auto& memory = of_.home().memory();
    memory.remove(before_);
    memory.add(of_.reader_.buffered_bytes());
    if (memory.has_grown())
      memory.look();
  }

private:
  link& of_;
  const std::size_t before_;
};

link::~link() {
  if (owner_ != nullptr)
    home().memory().remove(reader_.buffered_bytes());
}

home& link::home() const noexcept {
  return owner_->home();
}

void link::start(endpoint& owner) {
  owner_ = &owner;
  stream_.attend(home().sockets(), *this);
  const auto opening = std::exchange(opening_, nullptr);
  owner.send(opening->answer + speech_.greeting());
  home().timers().start(*this, settings_.heartbeat);
  if (!opening->first_message.empty())
    hand_over({std::move(opening->first_message)});
  if (paused_) {
    waiting().bytes = std::move(opening->early_bytes);
  } else if (opening->early_bytes.empty()) {
    wait_readable();
  } else {
    pump(opening->early_bytes);
  }
}

// -- reading -----------------------------------------------------------------

void link::wait_readable() {
  if (!lost_)
    stream_.wait_readable();
}

void link::readable() {
  owner_->run([this] { read(); });
}

void link::read() {
  if (lost_)
    return;
  const auto buffer = receive_buffer();
  const auto got = stream_.read(buffer);
  switch (got.what) {
  case client_stream::outcome::done:
    pump(buffer.first(got.bytes));
    break;
  case client_stream::outcome::would_block:
    stream_.wait_readable();
    break;
  case client_stream::outcome::lost:
    finish();
    break;
  }
}

void link::pump(std::span<char> input) {
  if (awaiting_pong_ && !closing_) {
    // Whatever it says, it is alive.
    awaiting_pong_ = false;
    home().timers().start(*this, settings_.heartbeat);
  }
  const reader_count counted{*this};
  pumping_ = true;
  bool more = true;
  while (more && !paused_ && !lost_) {
    const auto found = reader_.next(input, settings_.messages);
    more = !std::holds_alternative<need_more>(found);
    std::visit([this](const auto& what) { on(what); }, found);
  }
  pumping_ = false;
  if (paused_) {
    waiting().bytes.assign(input.begin(), input.end());
    backlog_->count();
  } else {
    wait_readable();
  }
}

void link::on(const text_message& message) {
  if (closing_)
    return;
  std::vector<std::string> messages;
  if (speech_.decode(message.payload, messages)) {
    hand_over(std::move(messages));
  } else {
    fail(close_code::policy_violation, "Not a JSON array of strings");
  }
}

void link::on(const binary_message& message) {
  if (closing_)
    return;
  std::vector<std::string> messages;
  if (speech_.decode_binary(message.payload, messages)) {
    hand_over(std::move(messages));
  } else if (is_valid_utf8(message.payload)) {
    on(text_message{message.payload});
  } else {
    fail(close_code::unsupported_data, "Binary message");
  }
}

void link::hand_over(std::vector<std::string> messages) {
  for (auto it = messages.begin(); it != messages.end(); ++it) {
    if (owner_->receive(*it))
      continue;
    if (closing_)
      return;
    paused_ = true;
    waiting().messages.assign(std::make_move_iterator(std::next(it)),
                              std::make_move_iterator(messages.end()));
    backlog_->count();
    return;
  }
}

void link::resume() {
  if (!paused_ || lost_)
    return;
  paused_ = false;
  const auto before = std::exchange(backlog_, nullptr);
  if (before == nullptr) {
    wait_readable();
    return;
  }
  hand_over(std::move(before->messages));
  if (paused_) {
    waiting().bytes = std::move(before->bytes);
    backlog_->count();
  } else {
    pump(before->bytes);
  }
}

link::backlog& link::waiting() {
  if (backlog_ == nullptr)
    backlog_ = std::make_unique<backlog>(home().memory());
  return *backlog_;
}

void link::backlog::count() {
  auto held = bytes.size();
  for (const auto& each : messages)
    held += each.size();
  counted.set(held);
}

void link::on(const ping& message) {
  if (!closing_)
    owner_->send(encode_frame(opcode::pong, message.payload));
}

// -- writing -----------------------------------------------------------------

client_link::flush_result link::flush(out_queue& queue) {
  switch (frame_writer::of_thread().write(stream_, queue)) {
  case frame_writer::outcome::drained:
    told_ = closing_;
    if (peer_closed_ && !stream_.is_flushed()) {
      stream_.wait_writable();
    } else if (peer_closed_) {
      finish();
    } else if (failed_) {
      stream_.shut_down_sending();
    }
    return flush_result::drained;
  case frame_writer::outcome::more:
    return flush_result::more;
  case frame_writer::outcome::blocked:
    stream_.wait_writable();
    return flush_result::blocked;
  case frame_writer::outcome::lost:
    break;
  }
  finish();
  return flush_result::drained;
}

void link::writable() {
  if (lost_)
    return;
  if (told_ && peer_closed_)
    owner_->run([this] { finish(); }); // the last of it has left
  else
    owner_->writable();
}

// -- the end -----------------------------------------------------------------

void link::close(const close_reason& why) {
  if (closing_ || lost_)
    return;
  say_farewell(speech_.farewell(why));
}

// The client answers with a close frame of its own, or has the time to: what
// it sends meanwhile is read and thrown away, as the kernel would else reset
// the connection and the reason with it.
void link::say_farewell(std::string frames) {
  closing_ = true;
  paused_ = false;
  backlog_.reset();
  owner_->send(std::move(frames));
  home().timers().start(*this, settings_.close_timeout);
  if (!pumping_)
    wait_readable();
}

void link::on(const close_frame& message) {
  peer_closed_ = true;
  if (closing_) {
    if (told_)
      finish();
    return; // else once it is told why it is closed
  }
  say_farewell(encode_frame(opcode::close, message.code
                                             ? close_payload(*message.code, "")
                                             : std::string{}));
  owner_->close(close_reasons::peer_gone);
}

void link::on(const violation& broken) {
  if (!closing_) {
    fail(broken.code, broken.why);
    return;
  }
  // The reason why it is closed is the one it is told.
  failed_ = true;
  if (told_)
    finish();
}

// A client that breaks the protocol is not waited for (RFC 6455, 7.1.7): it is
// told why, and that nothing more will come.
void link::fail(close_code code, std::string_view why) {
  failed_ = true;
  say_farewell(encode_frame(opcode::close, close_payload(code, why)));
  owner_->close(close_reasons::peer_gone);
}

void link::finish() {
  if (lost_)
    return;
  lost_ = true;
  cancel();
  stream_.close();
  owner_->link_lost();
}

void link::expired() {
  owner_->run([this] {
    if (closing_) {
      stream_.abandon();
      finish();
    } else if (paused_) {
      // It is not listened to, and so cannot be heard either.
      home().timers().start(*this, settings_.heartbeat);
    } else if (awaiting_pong_) {
      owner_->close(close_reasons::no_pong);
    } else {
      awaiting_pong_ = true;
      owner_->send(speech_.heartbeat() + encode_frame(opcode::ping, ""));
      home().timers().start(*this, settings_.pong_timeout);
    }
  });
}

} // namespace thunderpush::websocket
