#include "api/route.hpp"

#include "encoding/percent.hpp"
#include "encoding/utf8.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

namespace thunderpush {

namespace {

constexpr std::string_view path_prefix = "/api/1.0.0/";

struct allowed_method {
  std::string_view method;
  rest_operation operation;
};

// What can be done with one kind of path.
struct resource {
  std::span<const allowed_method> methods;
  std::string_view allow;
};

constexpr std::array all_users_methods{
  allowed_method{"GET", rest_operation::count_users},
  allowed_method{"OPTIONS", rest_operation::show_permissions},
};

constexpr std::array user_methods{
  allowed_method{"GET", rest_operation::find_user},
  allowed_method{"POST", rest_operation::send_to_user},
  allowed_method{"DELETE", rest_operation::disconnect_user},
  allowed_method{"OPTIONS", rest_operation::show_permissions},
};

constexpr std::array channel_methods{
  allowed_method{"GET", rest_operation::list_channel},
  allowed_method{"POST", rest_operation::publish},
  allowed_method{"OPTIONS", rest_operation::show_permissions},
};

constexpr resource all_users{all_users_methods, "GET, OPTIONS"};
constexpr resource user{user_methods, "GET, POST, DELETE, OPTIONS"};
constexpr resource channel{channel_methods, "GET, POST, OPTIONS"};

// A path taken apart, nothing decoded.
struct located {
  const resource* what;
  std::string_view key;
  std::string_view name;
};

// The text after `prefix`, or nothing if `text` starts differently.
std::optional<std::string_view> after(std::string_view text,
                                      std::string_view prefix) {
  if (!text.starts_with(prefix))
    return std::nullopt;
  return text.substr(prefix.size());
}

std::optional<located> locate(std::string_view path) {
  const auto rest = after(path, path_prefix);
  if (!rest)
    return std::nullopt;
  const std::size_t key_size = rest->find('/');
  if (key_size == 0 || key_size == std::string_view::npos)
    return std::nullopt;
  const std::string_view key = rest->substr(0, key_size);
  const std::string_view below = rest->substr(key_size + 1);
  if (below == "users/")
    return located{&all_users, key, {}};
  const resource* what = &user;
  auto name = after(below, "users/");
  if (!name) {
    what = &channel;
    name = after(below, "channels/");
  }
  // At least one character and the final slash.
  if (!name || name->size() < 2 || name->back() != '/')
    return std::nullopt;
  name->remove_suffix(1);
  return located{what, key, *name};
}

const allowed_method* find_method(const resource& what,
                                  std::string_view method) {
  for (const allowed_method& allowed : what.methods) {
    if (allowed.method == method)
      return &allowed;
  }
  return nullptr;
}

std::optional<std::string> decode_name(std::string_view name) {
  std::optional<std::string> decoded = decode_path_part(name);
  if (decoded && !is_valid_utf8(*decoded))
    return std::nullopt;
  return decoded;
}

} // namespace

route parse_route(std::string_view method, std::string_view target) {
  const auto place = locate(target.substr(0, target.find('?')));
  if (!place)
    return unknown_path{};
  const allowed_method* allowed = find_method(*place->what, method);
  if (allowed == nullptr)
    return method_not_allowed{place->what->allow};
  if (allowed->operation == rest_operation::show_permissions)
    return rest_call{allowed->operation, {}, {}};
  auto key = decode_name(place->key);
  auto name = decode_name(place->name);
  if (!key || !name)
    return bad_name{};
  return rest_call{allowed->operation, std::move(*key), std::move(*name)};
}

} // namespace thunderpush
