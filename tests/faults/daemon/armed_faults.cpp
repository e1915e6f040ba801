#include "tests/faults/daemon/armed_faults.hpp"

#include "actors/interfaces.hpp"
#include "actors/messages.hpp"
#include "actors/pinned_actor.hpp"

#include <algorithm>
#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <stdexcept>
#include <typeinfo>

namespace thunderpush {

namespace {

using content_test = bool (*)(const caf::type_erased_tuple&);

// The last part of a type's name.
std::string name_of(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text{
    abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free};
  const std::string whole{text ? text.get() : type.name()};
  return whole.substr(whole.rfind(':') + 1);
}

[[noreturn]] void fail() {
  throw std::runtime_error{"as the test wants it"};
}

} // namespace

struct armed_faults::handler {
  std::string name;
  actor_kind kind;
  content_test takes; // null: a direct call

  bool handles(const pinned_actor& who,
               const caf::type_erased_tuple& content) const {
    return takes != nullptr && kind == who.kind() && takes(content);
  }
};

const std::vector<armed_faults::handler>& armed_faults::known() {
  static const auto all = [] {
    std::vector<handler> made;
    const auto add
      = [&made](actor_kind kind, std::string_view message, content_test takes) {
          auto name = std::string{to_string(kind)}.append(" ").append(message);
          made.push_back(handler{std::move(name), kind, takes});
        };
    const auto add_all
      = [&add]<class... Messages>(actor_kind kind, accepts<Messages...>) {
          (add(kind, name_of(typeid(Messages)),
               [](const caf::type_erased_tuple& content) {
                 return content.match_elements<Messages>();
               }),
           ...);
        };
    add_all(actor_kind::hub, hub_interface{});
    add_all(actor_kind::directory, directory_interface{});
    add_all(actor_kind::inspector, inspector_interface{});
    add_all(actor_kind::gateway, requester_interface{});
    add_all(actor_kind::admin, requester_interface{});
    add_all(actor_kind::channel, channel_interface{});
    add_all(actor_kind::session, session_interface{});
    add_all(actor_kind::connection, connection_interface{});
    for (const auto& each : {subscribing, requesting})
      add(each.kind, each.name, nullptr);
    return made;
  }();
  return all;
}

std::vector<std::string> armed_faults::handlers() {
  std::vector<std::string> names;
  for (const auto& each : known())
    names.push_back(each.name);
  return names;
}

bool armed_faults::arm(std::string_view name) {
  const auto& all = known();
  const auto it
    = std::find_if(all.begin(), all.end(),
                   [name](const handler& each) { return each.name == name; });
  if (it == all.end())
    return false;
  const std::lock_guard lock{mutex_};
  armed_.push_back(&*it);
  return true;
}

std::size_t armed_faults::armed() const {
  const std::lock_guard lock{mutex_};
  return armed_.size();
}

void armed_faults::before(const pinned_actor& who,
                          const caf::type_erased_tuple& content) {
  const auto is_it
    = [&](const handler& each) { return each.handles(who, content); };
  const auto& all = known();
  if (const auto it = std::find_if(all.begin(), all.end(), is_it);
      it != all.end() && disarm(*it))
    fail();
}

void armed_faults::before(const direct_call& what) {
  const auto is_it = [&](const handler& each) {
    return each.takes == nullptr && each.kind == what.kind;
  };
  const auto& all = known();
  if (const auto it = std::find_if(all.begin(), all.end(), is_it);
      it != all.end() && disarm(*it))
    fail();
}

bool armed_faults::disarm(const handler& what) {
  const std::lock_guard lock{mutex_};
  const auto it = std::find(armed_.begin(), armed_.end(), &what);
  if (it == armed_.end())
    return false;
  armed_.erase(it);
  return true;
}

armed_faults& faults() {
  static armed_faults ours;
  return ours;
}

} // namespace thunderpush
