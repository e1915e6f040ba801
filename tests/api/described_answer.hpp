#pragma once

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "pages/pages.hpp"

namespace thunderpush {

/// openapi.json as a test reads it: says what is wrong with an answer. Knows
/// the few words of JSON Schema that it uses.
class api_description {
public:
  using value = rapidjson::Value;

  api_description() {
    all_.Parse(admin_description().data(), admin_description().size());
  }

  bool is_valid() const { return !all_.HasParseError() && all_.IsObject(); }

  /// What of a body is not as the answer with this status is described;
  /// nothing if all is.
  std::string complaint(const std::string& path, const std::string& method,
                        unsigned status, const value& body) const {
    const auto* operation = member(member(&all_, "paths"), path);
    const auto* response = resolved(member(
      member(member(operation, method), "responses"), std::to_string(status)));
    const auto* content
      = member(member(response, "content"), "application/json");
    const auto* schema = member(content, "schema");
    if (schema == nullptr)
      return "no such answer is described";
    return complaint(*schema, body, "");
  }

private:
  static const value* member(const value* of, std::string_view name) {
    if (of == nullptr || !of->IsObject())
      return nullptr;
    const auto found = of->FindMember(std::string{name});
    return found == of->MemberEnd() ? nullptr : &found->value;
  }

  const value* resolved(const value* what) const {
    const auto* reference = member(what, "$ref");
    if (reference == nullptr)
      return what;
    return rapidjson::Pointer{reference->GetString()}.Get(all_);
  }

  static bool has_type(const value& what, std::string_view type) {
    return (type == "object" && what.IsObject())
           || (type == "array" && what.IsArray())
           || (type == "string" && what.IsString())
           || (type == "integer" && what.IsUint64())
           || (type == "number" && what.IsNumber())
           || (type == "boolean" && what.IsBool())
           || (type == "null" && what.IsNull());
  }

  static bool has_one_type(const value& what, const value& types) {
    if (types.IsString())
      return has_type(what, types.GetString());
    const auto all = types.GetArray();
    return std::any_of(all.begin(), all.end(), [&what](const value& each) {
      return has_type(what, each.GetString());
    });
  }

  std::string complaint(const value& unresolved, const value& what,
                        const std::string& at) const {
    const auto& schema = *resolved(&unresolved);
    if (const auto* types = member(&schema, "type");
        types != nullptr && !has_one_type(what, *types))
      return at + " has another type";
    if (const auto* only = member(&schema, "const");
        only != nullptr && *only != what)
      return at + " has another value";
    if (const auto* some = member(&schema, "enum")) {
      const auto all = some->GetArray();
      if (std::find(all.begin(), all.end(), what) == all.end())
        return at + " has none of the values";
    }
    if (const auto* least = member(&schema, "minimum");
        least != nullptr && what.IsNumber()
        && what.GetDouble() < least->GetDouble())
      return at + " is too small";
    if (const auto* most = member(&schema, "maximum");
        most != nullptr && what.IsNumber()
        && what.GetDouble() > most->GetDouble())
      return at + " is too large";
    if (const auto* choices = member(&schema, "oneOf")) {
      const auto all = choices->GetArray();
      if (std::count_if(all.begin(), all.end(),
                        [&](const value& each) {
                          return complaint(each, what, at).empty();
                        })
          != 1)
        return at + " fits not one of the choices";
    }
    if (what.IsObject())
      return object_complaint(schema, what, at);
    if (what.IsArray())
      if (const auto* items = member(&schema, "items"))
        for (const auto& each : what.GetArray())
          if (auto wrong = complaint(*items, each, at + "[]"); !wrong.empty())
            return wrong;
    return {};
  }

  std::string object_complaint(const value& schema, const value& what,
                               const std::string& at) const {
    if (const auto* required = member(&schema, "required"))
      for (const auto& name : required->GetArray())
        if (!what.HasMember(name))
          return at + "." + name.GetString() + " is missing";
    const auto* others = member(&schema, "additionalProperties");
    for (const auto& [name, held] : what.GetObject()) {
      const auto where = at + "." + name.GetString();
      const auto* property
        = member(member(&schema, "properties"), name.GetString());
      if (property == nullptr && others != nullptr && others->IsBool()
          && !others->GetBool())
        return where + " is not described";
      if (property == nullptr && others != nullptr && others->IsObject())
        property = others;
      if (property == nullptr)
        continue;
      if (auto wrong = complaint(*property, held, where); !wrong.empty())
        return wrong;
    }
    return {};
  }

  rapidjson::Document all_;
};

} // namespace thunderpush
