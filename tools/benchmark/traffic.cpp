#include "tools/benchmark/traffic.hpp"

#include <algorithm>
#include <string>

namespace thunderpush::benchmark {

namespace {

std::size_t streams_of(const traffic::settings& how) {
  return how.audience.channels >= how.publishers ? 1 : how.publishers;
}

std::string count_of(std::uint64_t number, std::string_view what) {
  return std::to_string(number).append(" ").append(what);
}

} // namespace

traffic::traffic(load::event_loop& loop, const load::endpoint& server,
                 const dialect& speaks, const settings& how,
                 load::report& findings)
  : loop_(loop),
    server_(server),
    speaks_(speaks),
    how_(how),
    findings_(findings),
    streams_(streams_of(how)),
    audience_(loop, server, speaks, how.audience, findings),
    ledger_(how.audience.subscribers, how.audience.channels, streams_) {
  for (std::size_t i = 0; i < how_.audience.channels; ++i)
    shapes_.push_back(
      speaks.arrival(how_.audience.first_channel + i, how_.payload));
}

void traffic::begin() {
  audience_.listen([this](std::size_t subscriber, std::string_view text) {
    on_text(subscriber, text);
  });
  if (how_.round.count() > 0)
    audience_.read_in_rounds(how_.round);
  const auto channels = how_.audience.channels;
  for (std::size_t i = 0; i < how_.publishers; ++i) {
    publishers_.emplace_back(loop_, server_, i, i % channels);
    idle_.push_back(i);
  }
  if (how_.rate)
    schedule_.emplace(*how_.rate, clock::now());
  publishing_ = true;
}

clock::time_point traffic::step() {
  const auto now = clock::now();
  auto again = clock::time_point::max();
  if (schedule_) {
    publish_due(now);
    again = schedule_->next();
  } else {
    publish_more(now);
  }
  return std::min(again, audience_.read_some());
}

void traffic::publish_due(clock::time_point now) {
  for (; schedule_->next() <= now; schedule_->take()) {
    if (!publishing_)
      continue;
    const auto position = scheduled_++ % publishers_.size();
    if (publishers_[position].busy)
      publishers_[position].due.push_back(schedule_->next());
    else
      publish(position, schedule_->next());
  }
}

void traffic::publish_more(clock::time_point now) {
  while (publishing_ && !idle_.empty()
         && ledger_.under_way() < how_.most_under_way) {
    const auto position = idle_.front();
    idle_.pop_front();
    publish(position, now);
  }
}

std::size_t traffic::take_channel(std::size_t position) {
  auto& next = publishers_[position].next_channel;
  const auto channel = next;
  const auto channels = how_.audience.channels;
  if (streams_ > 1)
    next = (channel + 1) % channels;
  else if ((next += how_.publishers) >= channels)
    next = position;
  return channel;
}

void traffic::publish(std::size_t position, clock::time_point due) {
  const auto channel = take_channel(position);
  const auto stream = streams_ == 1 ? 0 : position;
  const auto number = ledger_.publish(
    channel, stream, audience_.subscribers_of(channel), due, measuring_);
  publishers_[position].busy = true;
  ++busy_;
  publishers_[position].connection.send(
    speaks_.publish(how_.audience.first_channel + channel,
                    body_of(number, how_.payload)),
    [this, position](const load::http_response& response) {
      answered(position, response);
    });
}

void traffic::answered(std::size_t position,
                       const load::http_response& response) {
  --busy_;
  auto& who = publishers_[position];
  who.busy = false;
  if (response.status / 100 == 2)
    ++counts_.publishes;
  else
    findings_.broke("every publish is accepted", describe(response));
  if (!schedule_) {
    idle_.push_back(position);
  } else if (!who.due.empty()) {
    const auto due = who.due.front();
    who.due.pop_front();
    publish(position, due);
  }
}

void traffic::on_text(std::size_t subscriber, std::string_view text) {
  if (!text.empty() && text == speaks_.heartbeat())
    return;
  // In rounds the time of a delivery says nothing, so it is not looked at.
  const auto now = how_.round.count() > 0 ? clock::time_point{} : clock::now();
  const auto opening = speaks_.opening();
  const auto closing = speaks_.closing();
  auto messages = text;
  const bool framed
    = messages.starts_with(opening) && messages.ends_with(closing);
  if (framed) {
    messages.remove_prefix(opening.size());
    messages.remove_suffix(closing.size());
  }
  constexpr std::size_t quoted = 200;
  if (!framed || !read_messages(subscriber, messages, now))
    findings_.broke("only what was published arrives",
                    "client " + std::to_string(subscriber) + ": "
                      + std::string{text.substr(0, quoted)});
}

bool traffic::read_messages(std::size_t subscriber, std::string_view text,
                            clock::time_point now) {
  const auto& shape = shapes_[audience_.channel_of(subscriber)];
  for (;;) {
    const auto number = shape.take(text);
    if (!number)
      return false;
    deliver(subscriber, *number, now);
    if (text.empty())
      return true;
    if (text.front() != ',' || speaks_.opening().empty())
      return false;
    text.remove_prefix(1);
  }
}

void traffic::deliver(std::size_t subscriber, message_number message,
                      clock::time_point now) {
  const auto how
    = ledger_.deliver(subscriber, audience_.channel_of(subscriber), message);
  ++counts_.deliveries;
  if (how.measured && how_.round.count() == 0)
    latencies_.add(
      std::chrono::duration_cast<std::chrono::microseconds>(now - how.due));
}

bool traffic::settled() const {
  return busy_ == 0 && ledger_.under_way() == 0;
}

ledger::faults traffic::check() const {
  const auto faults = ledger_.found();
  findings_.expect(faults.lost == 0, "no message is lost",
                   count_of(faults.lost, "deliveries are missing"));
  findings_.expect(faults.duplicates == 0, "no message arrives twice",
                   count_of(faults.duplicates, "deliveries came again"));
  findings_.expect(
    faults.out_of_order == 0, "messages arrive in order",
    count_of(faults.out_of_order, "deliveries came after a later one"));
  findings_.expect(faults.foreign == 0, "only what was published arrives",
                   count_of(faults.foreign, "deliveries are of no message"));
  return faults;
}

} // namespace thunderpush::benchmark
