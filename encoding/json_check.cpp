#include "encoding/json.hpp"
#include "encoding/json_reader.hpp"
#include "encoding/json_text_stream.hpp"
#include "encoding/utf8.hpp"

#include <rapidjson/error/en.h>
namespace thunderpush {

namespace {

// Takes every value and refuses the level after the deepest one.
class depth_guard
  : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, depth_guard> {
public:
  explicit depth_guard(std::size_t max_depth) : left_(max_depth) {}

  bool StartObject() { return enter(); } // NOLINT: RapidJSON's names
  bool StartArray() { return enter(); }  // NOLINT
  bool EndObject(rapidjson::SizeType) { return leave(); } // NOLINT
  bool EndArray(rapidjson::SizeType) { return leave(); }  // NOLINT

private:
  bool enter() {
    if (left_ == 0)
      return false;
    --left_;
    return true;
  }

  bool leave() {
    ++left_;
    return true;
  }

  std::size_t left_;
};

} // namespace

std::optional<json_error> check_json(std::string_view text,
                                     std::size_t max_depth) {
  constexpr unsigned flags = rapidjson::kParseIterativeFlag
                             | rapidjson::kParseValidateEncodingFlag
                             | rapidjson::kParseNumbersAsStringsFlag;
  constexpr std::size_t first_stack_bytes = 1024;
  if (!is_valid_utf8(text))
    return json_error{0, "Not valid UTF-8."};
  json_text_stream stream(text, json_text_stream::strings::escapes);
  depth_guard guard(max_depth);
  json_memory memory; // given, for the reader would allocate it
  json_reader reader(&memory, first_stack_bytes);
  const rapidjson::ParseResult result = reader.Parse<flags>(stream, guard);
  if (!result.IsError())
    return std::nullopt;
  if (result.Code() == rapidjson::kParseErrorTermination)
    return json_error{result.Offset(), "Nested too deeply."};
  return json_error{result.Offset(),
                    rapidjson::GetParseError_En(result.Code())};
}

} // namespace thunderpush
