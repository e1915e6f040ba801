#include "encoding/byte_words.hpp"
#include "encoding/json.hpp"
#include "encoding/json_reader.hpp"
#include "encoding/json_text_stream.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace thunderpush {

namespace {

// Collects the strings of an outermost array, or a string that stands alone.
// Goes on after a value that does not belong there: whether the text is JSON at
// all is known at its end only.
class string_collector
  : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, string_collector> {
public:
  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names.
  bool Default() {
    other_value();
    return true;
  }

  // The base class hands numbers and member names to String().
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return Default(); }
  bool Key(const char*, rapidjson::SizeType, bool) { return true; }

  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == 0)
      is_array_ = false;
    if (depth_ <= 1)
      strings_.emplace_back(text, size);
    return true;
  }

  bool StartArray() {
    if (depth_ != 0)
      other_value();
    return enter();
  }

  bool StartObject() {
    other_value();
    return enter();
  }

  bool EndArray(rapidjson::SizeType) { return leave(); }
  bool EndObject(rapidjson::SizeType) { return leave(); }
  // NOLINTEND(readability-identifier-naming)

  json_strings result(json_strings_form form) && {
    if (!is_array_ && (form == json_strings_form::array || has_other_values_))
      return json_strings_error::not_an_array;
    if (has_other_values_)
      return json_strings_error::not_a_string;
    return std::move(strings_);
  }

private:
  void other_value() {
    has_other_values_ = true;
    if (depth_ == 0)
      is_array_ = false;
  }

  bool enter() { return ++depth_ <= default_json_depth; }

  bool leave() {
    --depth_;
    return true;
  }

  std::vector<std::string> strings_;
  std::size_t depth_ = 0;
  bool is_array_ = true;
  bool has_other_values_ = false;
};

bool is_plain(char c) noexcept {
  return c >= 0x20 && c != '"' && c != '\\'; // those above ASCII are negative
}

// What nearly all clients send, each of their commands: one string that means
// itself, as it is ASCII without escapes.
std::optional<std::string_view>
single_plain_string(std::string_view text) noexcept {
  if (text.size() < 4 || !text.starts_with("[\"") || !text.ends_with("\"]"))
    return std::nullopt;
  const auto inside = text.substr(2, text.size() - 4);
  const auto* at = inside.data();
  const auto* const end = at + inside.size();
  while (end - at >= byte_word_size) {
    const auto word = load_byte_word(at);
    if (has_json_special(word) || has_high_byte(word))
      return std::nullopt;
    at += byte_word_size;
  }
  if (!std::all_of(at, end, is_plain))
    return std::nullopt;
  return inside;
}

} // namespace

json_strings parse_json_strings(std::string_view text, json_strings_form form) {
  constexpr unsigned flags = rapidjson::kParseIterativeFlag
                             | rapidjson::kParseValidateEncodingFlag
                             | rapidjson::kParseNumbersAsStringsFlag;
  if (text.empty())
    return json_strings_error::empty;
  if (const auto only = single_plain_string(text))
    return std::vector<std::string>{std::string{*only}};
  json_text_stream stream(text, json_text_stream::strings::whole);
  string_collector collector;
  json_memory memory;
  json_reader reader(&memory);
  if (reader.Parse<flags>(stream, collector).IsError())
    return json_strings_error::broken;
  return std::move(collector).result(form);
}

} // namespace thunderpush
