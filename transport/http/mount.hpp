#pragma once

#include "actors/home.hpp"
#include "actors/http.hpp"
#include "config/loggable.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thunderpush {

class http_connection;

/// A part of a site: answers the requests below a path. Lives on one home.
class mount {
public:
  virtual ~mount() = default;

  /// The path of a request as it may stand in the log: without what only its
  /// client should know.
  virtual std::string loggable_path(std::string_view path) const {
    return loggable(path);
  }

  /// Answers through `client`, now or later, or takes its socket over.
  /// `request` dies when the call returns.
  virtual void serve(const http_request& request,
                     const std::shared_ptr<http_connection>& client)
    = 0;
};

/// What a listener offers on one home: mounts by path.
class site {
public:
  /// `where` answers all paths that begin with `prefix`, unless a longer prefix
  /// fits too.
  void add(std::string prefix, std::shared_ptr<mount> where);

  /// `where` answers this path alone.
  void add_page(std::string path, std::shared_ptr<mount> where);

  /// Who answers, null if nobody does.
  mount* find(std::string_view path) const noexcept;

private:
  struct entry {
    std::string path;
    bool whole; // the path alone, not what is below it
    std::shared_ptr<mount> where;
  };

  void insert(entry what);

  std::vector<entry> entries_; // longest path first
};

struct http_settings;

/// A home, what a listener offers on it, and what its clients are held to
/// there. All outlive the listener; the settings may change, on the home's
/// thread.
struct site_branch {
  home* where;
  const site* offer;
  const http_settings* settings;
};

/// A handler of another layer as a mount.
class handler_mount final : public mount {
public:
  /// `handler` outlives the mount.
  explicit handler_mount(http_handler& handler) : handler_(handler) {}

  void serve(const http_request& request,
             const std::shared_ptr<http_connection>& client) override;

private:
  http_handler& handler_;
};

/// A resource that never changes, for GET. It has an entity tag: a client that
/// names it is answered 304.
class static_mount final : public mount {
public:
  explicit static_mount(http_response content);

  void serve(const http_request& request,
             const std::shared_ptr<http_connection>& client) override;

private:
  http_response content_;
  std::string tag_;
};

} // namespace thunderpush
