#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thunderpush::ctl {

/// JSON as the server answers it. Whoever reads a member that is missing, or
/// of another type, gets nothing: a newer server must not break this tool.

using json_value = rapidjson::Value;
using json_document = rapidjson::Document;

/// Nothing if `text` is not JSON or nests deeper than answers do.
std::optional<json_document> parse_json(std::string_view text);

/// ASCII alone and without control characters: safe on any terminal.
std::string json_text(const json_value& value);

/// `text` as JSON, in the same way.
std::string json_text(std::string_view text);

/// The member, or null.
const json_value& member(const json_value& object, const char* name);

/// The elements of a member that is an array; none if it is something else.
rapidjson::Value::ConstArray elements(const json_value& object,
                                      const char* name);

std::string text_of(const json_value& object, const char* name);
std::uint64_t count_of(const json_value& object, const char* name);
double number_of(const json_value& object, const char* name);

} // namespace thunderpush::ctl
