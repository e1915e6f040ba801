// The PROXY header of a connection: found whole or not at all, wherever its
// bytes are cut.

#include "tests/fuzz/target.hpp"
#include "transport/proxy_header.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace {

using namespace thunderpush;
using fuzz::require;

parsed_proxy_header parse(std::string_view bytes) {
  return parse_proxy_header({bytes.data(), bytes.size()});
}

// A line of version 1 that says the same.
void check_source(const ip_address& source) {
  const auto text = source.text();
  const auto line = std::string{"PROXY "} + (source.is_v4() ? "TCP4 " : "TCP6 ")
                    + text + ' ' + text + " 1 65535\r\n";
  require(parse(line + "GET")
          == parsed_proxy_header{proxy_header{line.size(), source}});
}

void check_prefixes(std::string_view bytes, const parsed_proxy_header& whole) {
  const auto* header = std::get_if<proxy_header>(&whole);
  bool failed = false;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto found = parse(bytes.substr(0, size));
    if (header != nullptr && size >= header->size) {
      require(found == whole);
      continue;
    }
    // An error is one for good, and nothing else becomes of a part.
    const bool is_error = std::holds_alternative<proxy_header_error>(found);
    require(is_error || std::holds_alternative<proxy_header_part>(found));
    require(is_error || !failed);
    failed = failed || is_error;
  }
  require(!failed || std::holds_alternative<proxy_header_error>(whole));
}

void run(std::string_view input) {
  const auto found = parse(input);
  if (const auto* header = std::get_if<proxy_header>(&found)) {
    require(header->size > 0 && header->size <= input.size());
    require(header->size <= longest_proxy_header);
    if (header->source)
      check_source(*header->source);
  } else if (std::holds_alternative<proxy_header_part>(found)) {
    require(input.size() < longest_proxy_header);
  } else {
    require(!std::get<proxy_header_error>(found).why.empty());
  }
  check_prefixes(input, found);
}

const fuzz::registration made{"proxy_header", run};

} // namespace
