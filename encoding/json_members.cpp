#include "encoding/json_members.hpp"

#include "encoding/json_reader.hpp"
#include "encoding/json_text_stream.hpp"

#include <utility>

namespace thunderpush {

namespace {

// Takes `{`, pairs of strings and `}`, and nothing else.
class member_handler
  : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, member_handler> {
public:
  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names.
  bool Default() { return false; }

  bool StartObject() { return !std::exchange(begun_, true); }

  bool Key(const char* text, rapidjson::SizeType size, bool) {
    name_.assign(text, size);
    return true;
  }

  bool String(const char* text, rapidjson::SizeType size, bool) {
    return begun_
           && members_.emplace(std::move(name_), std::string(text, size))
                .second;
  }

  bool EndObject(rapidjson::SizeType) { return true; }
  // NOLINTEND(readability-identifier-naming)

  json_members take() { return std::move(members_); }

private:
  bool begun_ = false;
  std::string name_;
  json_members members_;
};

} // namespace

std::optional<json_members> parse_json_members(std::string_view text) {
  json_text_stream stream{text, json_text_stream::strings::whole};
  json_reader reader;
  member_handler handler;
  constexpr unsigned flags
    = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
  if (!reader.Parse<flags>(stream, handler))
    return std::nullopt;
  return handler.take();
}

} // namespace thunderpush
