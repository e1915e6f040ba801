#include "ctl/json.hpp"

#include "encoding/json.hpp"

#include <rapidjson/encodings.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace thunderpush::ctl {

namespace {

// What writes and destroys a document does so level by level.
constexpr std::size_t deepest_answer = 64;

} // namespace

std::optional<json_document> parse_json(std::string_view text) {
  if (check_json(text, deepest_answer))
    return std::nullopt;
  std::optional<json_document> document{std::in_place};
  document->Parse(text.data(), text.size());
  if (document->HasParseError())
    return std::nullopt;
  return document;
}

std::string json_text(const json_value& value) {
  rapidjson::StringBuffer out;
  rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>,
                    rapidjson::ASCII<>>
    writer{out};
  value.Accept(writer);
  return {out.GetString(), out.GetSize()};
}

std::string json_text(std::string_view text) {
  std::string out;
  append_ascii_json_string(out, text);
  return out;
}

const json_value& member(const json_value& object, const char* name) {
  static const json_value none;
  if (!object.IsObject())
    return none;
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? none : found->value;
}

rapidjson::Value::ConstArray elements(const json_value& object,
                                      const char* name) {
  static const json_value none{rapidjson::kArrayType};
  const auto& found = member(object, name);
  return (found.IsArray() ? found : none).GetArray();
}

std::string text_of(const json_value& object, const char* name) {
  const auto& found = member(object, name);
  return found.IsString()
           ? std::string{found.GetString(), found.GetStringLength()}
           : std::string{};
}

std::uint64_t count_of(const json_value& object, const char* name) {
  const auto& found = member(object, name);
  return found.IsUint64() ? found.GetUint64() : 0;
}

double number_of(const json_value& object, const char* name) {
  const auto& found = member(object, name);
  return found.IsNumber() ? found.GetDouble() : 0;
}

} // namespace thunderpush::ctl
