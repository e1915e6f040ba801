#include "transport/sockjs/receiver.hpp"

#include <utility>

namespace thunderpush::sockjs {

namespace {

http_response head_of(const http_transport& how, const answer_headers& headers,
                      std::string body) {
  auto made = uncached(headers.answer(200, how.content_type, std::move(body)));
  if (how.calls_back)
    made.fields.push_back({"X-Content-Type-Options", "nosniff"});
  return made;
}

} // namespace

receiver::receiver(const http_transport& how, answer_headers headers,
                   std::string callback,
                   std::shared_ptr<http_connection> client, std::size_t limit)
  : how_(how),
    headers_(std::move(headers)),
    callback_(std::move(callback)),
    client_(std::move(client)),
    limit_(limit) {
  client_->hold(*this);
  if (!how_.streams)
    return;
  client_->begin(head_of(how_, headers_, {}));
  std::string prelude;
  how_.open(prelude, callback_);
  client_->add(prelude);
}

receiver::~receiver() {
  if (finished_)
    client_->let_go();
  else
    client_->abandon();
}

void receiver::add(std::string_view frame) {
  std::string text;
  how_.wrap(text, frame, callback_);
  sent_ += text.size();
  if (how_.streams)
    client_->add(text);
  else
    body_ = std::move(text);
}

bool receiver::is_full() const noexcept {
  return how_.streams ? sent_ >= limit_ : sent_ > 0;
}

void receiver::send() {
  if (how_.streams && !finished_)
    waiting_ = !client_->send();
}

void receiver::finish() {
  finished_ = true;
  if (how_.streams)
    client_->end();
  else
    client_->respond(head_of(how_, headers_, std::move(body_)));
}

void receiver::drained() {
  waiting_ = false;
  if (holder_ != nullptr)
    holder_->receiver_drained();
}

void receiver::lost() {
  if (holder_ != nullptr)
    holder_->receiver_lost();
}

} // namespace thunderpush::sockjs
