#pragma once

#include "ctl/command.hpp"
#include "ctl/http_client.hpp"
#include "ctl/json.hpp"

#include <string>
#include <string_view>

namespace thunderpush::ctl {

/// A request of the REST API. `path` follows `/api/1.0.0/KEY`.
http_request rest_request(const app_settings& app, http_verb verb,
                          std::string_view path, std::string body = {});

/// Paths of the REST API.
std::string channel_path(std::string_view channel);
std::string user_path(std::string_view user);

/// A question to the admin endpoint.
http_request admin_request(const target& server, std::string_view path);

/// What an answer holds (null if nothing), or why the server refused.
result<json_document> read_answer(const listener& peer,
                                  const http_answer& answer);
result<json_document> read_answer(const listener& peer,
                                  const result<http_answer>& answer);

/// One call of the REST API for the application that the command line names.
result<json_document> call_rest(const invocation& call, http_verb verb,
                                std::string_view path, std::string body = {});

/// One question to the admin endpoint.
result<json_document> call_admin(const invocation& call, std::string_view path);

/// A whole list of the admin endpoint, page by page, up to --limit: the
/// elements called `name`. `path` ends in its last query parameter.
result<json_document> list_admin(const invocation& call, const char* name,
                                 const std::string& path);

/// `&app=NAME` for a list, if the command line names an application.
std::string of_app(const invocation& call);

/// For a command that needs the admin endpoint, which is off.
failure admin_is_off();

} // namespace thunderpush::ctl
