#include "tools/benchmark/dialect.hpp"

#include <utility>

namespace thunderpush::benchmark {

namespace {

std::string channel_name(std::size_t channel) {
  return "c" + std::to_string(channel);
}

std::string padded(std::size_t number, std::size_t width) {
  auto digits = std::to_string(number);
  if (digits.size() < width)
    digits.insert(0, width - digits.size(), '0');
  return digits;
}

/// Text in a JSON string.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += '\\';
    out += c;
  }
  return out;
}

class raw : public dialect {
public:
  raw(const load::endpoint& server, load::credentials who)
    : key_(who.key), requests_(server, std::move(who)) {}

  std::string path(std::size_t, std::size_t) const override {
    return "/connect/websocket";
  }

  std::vector<std::string> introduction(std::size_t client,
                                        std::size_t channel) const override {
    return {"CONNECT u" + std::to_string(client) + ":" + key_,
            "SUBSCRIBE " + channel_name(channel)};
  }

  std::string publish(std::size_t channel,
                      std::string_view body) const override {
    return requests_.post_to_channel(channel_name(channel), body);
  }

  std::string ask() const override { return requests_.count_users(); }

  message_shape arrival(std::size_t channel, std::size_t bytes) const override {
    return message_shape{R"({"payload":")" + escaped(body_of(0, bytes))
                         + R"(","channel":")" + channel_name(channel)
                         + R"("})"};
  }

private:
  std::string key_;
  load::rest_api requests_;
};

class sockjs final : public raw {
public:
  using raw::raw;

  std::string path(std::size_t client, std::size_t) const override {
    return "/connect/" + padded(client % 1000, 3) + '/' + padded(client, 8)
           + "/websocket";
  }

  std::string_view greeting() const override { return "o"; }

  std::vector<std::string> introduction(std::size_t client,
                                        std::size_t channel) const override {
    auto commands = raw::introduction(client, channel);
    for (auto& each : commands)
      each = "[\"" + each + "\"]";
    return commands;
  }

  std::string_view opening() const override { return "a["; }
  std::string_view closing() const override { return "]"; }
  std::string_view heartbeat() const override { return "h"; }
};

class plain final : public dialect {
public:
  explicit plain(const load::endpoint& server) : host_(to_string(server)) {}

  std::string path(std::size_t, std::size_t channel) const override {
    return "/sub/" + std::to_string(channel);
  }

  std::vector<std::string> introduction(std::size_t,
                                        std::size_t) const override {
    return {};
  }

  std::string publish(std::size_t channel,
                      std::string_view body) const override {
    std::string request = "POST /pub/" + std::to_string(channel);
    request.append(" HTTP/1.1\r\nHost: ").append(host_);
    request.append("\r\nContent-Type: application/json\r\nContent-Length: ");
    request.append(std::to_string(body.size()));
    return request.append("\r\n\r\n").append(body);
  }

  std::string ask() const override {
    return "GET / HTTP/1.1\r\nHost: " + host_ + "\r\n\r\n";
  }

  message_shape arrival(std::size_t, std::size_t bytes) const override {
    return message_shape{body_of(0, bytes)};
  }

private:
  std::string host_;
};

} // namespace

std::unique_ptr<dialect> sockjs_dialect(const load::endpoint& server,
                                        const load::credentials& who) {
  return std::make_unique<sockjs>(server, who);
}

std::unique_ptr<dialect> raw_dialect(const load::endpoint& server,
                                     const load::credentials& who) {
  return std::make_unique<raw>(server, who);
}

std::unique_ptr<dialect> plain_dialect(const load::endpoint& server) {
  return std::make_unique<plain>(server);
}

} // namespace thunderpush::benchmark
