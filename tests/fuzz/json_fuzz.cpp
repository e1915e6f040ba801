// Feeds arbitrary bytes to everything that reads or writes JSON. What must
// hold: an accepted text is UTF-8 and survives the envelope; RapidJSON's own
// verdict differs only where it is known to err.

#include "api/envelope.hpp"
#include "encoding/json.hpp"
#include "encoding/json_members.hpp"
#include "encoding/utf8.hpp"
#include "tests/fuzz/target.hpp"

#include <rapidjson/document.h>
#include <rapidjson/reader.h>

#include <string>
#include <string_view>
#include <variant>

namespace {

using namespace thunderpush;
using fuzz::require;

constexpr unsigned strict
  = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;

// The text of the string member `name` of a JSON object.
std::string member(const std::string& object, const char* name) {
  rapidjson::Document document;
  document.Parse<strict>(object.data(), object.size());
  require(!document.HasParseError() && document.IsObject());
  require(document.HasMember(name) && document[name].IsString());
  return {document[name].GetString(), document[name].GetStringLength()};
}

void check_envelopes(const std::string& text) {
  const std::string to_channel = channel_envelope(text, "a@b;c");
  require(is_valid_utf8(to_channel) && !check_json(to_channel));
  require(member(to_channel, "payload") == text);
  require(member(to_channel, "channel") == "a@b;c");
  require(member(user_envelope(text), "payload") == text);
}

void check_quoting(std::string_view text) {
  for (const auto append : {append_json_string, append_script_json_string,
                            append_ascii_json_string}) {
    std::string quoted;
    append(quoted, text);
    const json_strings strings
      = parse_json_strings(quoted, json_strings_form::array_or_string);
    const auto* values = std::get_if<std::vector<std::string>>(&strings);
    require(values != nullptr && values->size() == 1
            && values->front() == text);
  }
}

void compare_with_rapidjson(const std::string& text, bool accepted) {
  rapidjson::BaseReaderHandler<> handler;
  // It reads up to three bytes beyond the end when a character is cut short.
  const std::string padded = text + std::string(3, '\0');
  rapidjson::StringStream stream(padded.c_str());
  rapidjson::Reader reader;
  const rapidjson::ParseResult theirs = reader.Parse<strict>(stream, handler);
  if (accepted && theirs.IsError())
    require(theirs.Code() == rapidjson::kParseErrorNumberTooBig
            || theirs.Code()
                 == rapidjson::kParseErrorStringUnicodeSurrogateInvalid);
  if (!theirs.IsError() && !accepted)
    require(text.find('\0') != std::string::npos);
}

void check_strings(std::string_view text, json_strings_form form,
                   bool accepted) {
  const json_strings result = parse_json_strings(text, form);
  if (const auto* values = std::get_if<std::vector<std::string>>(&result)) {
    require(accepted);
    for (const std::string& value : *values)
      require(is_valid_utf8(value));
    return;
  }
  const auto error = std::get<json_strings_error>(result);
  const bool is_json = error == json_strings_error::not_an_array
                       || error == json_strings_error::not_a_string;
  require(is_json == accepted);
}

// An object of strings, written again, is the same object.
void check_members(std::string_view text, bool accepted) {
  const auto members = parse_json_members(text);
  if (!members)
    return;
  require(accepted);
  std::string again{"{"};
  for (const auto& [name, value] : *members) {
    if (again.size() > 1)
      again += ',';
    append_json_string(again, name);
    again += ':';
    append_json_string(again, value);
  }
  again += '}';
  require(parse_json_members(again) == members);
}

// UTF-8 is UTF-8 wherever it is cut, and fails at one place for good.
void check_utf8(std::string_view text) {
  utf8_validator validator;
  fuzz::piece_sizes sizes{static_cast<std::uint32_t>(text.size())};
  bool failed = false;
  for (auto rest = text; !rest.empty();) {
    const auto piece = rest.substr(0, sizes.next());
    rest.remove_prefix(piece.size());
    const bool is_fine = validator.feed(piece);
    require(!failed || !is_fine);
    failed = !is_fine;
  }
  require(validator.complete() == is_valid_utf8(text));
}

void run(std::string_view input) {
  check_utf8(input);
  const auto error = check_json(input);
  const bool accepted = !error;
  const std::string text{input};
  if (accepted) {
    require(is_valid_utf8(text) && text.find('\0') == std::string::npos);
    check_envelopes(text);
  } else {
    require(error->offset <= text.size() && !error->reason.empty());
  }
  if (accepted || error->reason != "Nested too deeply.")
    compare_with_rapidjson(text, accepted);
  check_strings(input, json_strings_form::array, accepted);
  check_strings(input, json_strings_form::array_or_string, accepted);
  check_members(input, accepted);
  if (is_valid_utf8(input))
    check_quoting(text);
  std::string ascii;
  append_ascii_json_string(ascii, input);
  require(!check_json(ascii));
}

const fuzz::registration made{"json", run};

} // namespace
