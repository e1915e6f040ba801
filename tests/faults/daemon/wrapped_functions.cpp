// What the linker puts before functions of the product (--wrap, see
// CMakeLists.txt). A member function takes its object as the first parameter.
#include "actors/hub.hpp"
#include "actors/node.hpp"
#include "api/route.hpp"
#include "tests/faults/daemon/armed_faults.hpp"
#include "tests/faults/daemon/fault_socket.hpp"

#include <cstddef>
#include <cstdlib>
#include <string_view>

namespace thunderpush {

// node::start

void start(node* what) __asm__("__real__ZN11thunderpush4node5startEv");

void start_with_faults(node* what) __asm__(
  "__wrap__ZN11thunderpush4node5startEv");

void start_with_faults(node* what) {
  if (const char* path = std::getenv("FAULTS_SOCKET")) {
    for (std::size_t i = 0; i < what->size(); ++i)
      what->at(i).probe(&faults());
    listen_for_faults(path);
  }
  start(what);
}

// hub::subscribe: a connection calls it when its client subscribes.

bool subscribe(hub* where, connection& who, std::string_view channel) __asm__(
  "__real__ZN11thunderpush3hub9subscribeERNS_10connectionESt17basic_string_"
  "viewIcSt11char_traitsIcEE");

bool subscribe_or_fail(
  hub* where, connection& who,
  std::string_view channel) __asm__("__wrap__ZN11thunderpush3hub9subscribeERNS_"
                                    "10connectionESt17basic_string_"
                                    "viewIcSt11char_traitsIcEE");

bool subscribe_or_fail(hub* where, connection& who, std::string_view channel) {
  faults().before(armed_faults::subscribing);
  return subscribe(where, who, channel);
}

// parse_route: the gateway calls it with each request.

route parse(std::string_view method, std::string_view target) __asm__(
  "__real__ZN11thunderpush11parse_routeESt17basic_string_viewIcSt11char_"
  "traitsIcEES3_");

route parse_or_fail(std::string_view method, std::string_view target) __asm__(
  "__wrap__ZN11thunderpush11parse_routeESt17basic_string_viewIcSt11char_"
  "traitsIcEES3_");

route parse_or_fail(std::string_view method, std::string_view target) {
  faults().before(armed_faults::requesting);
  return parse(method, target);
}

} // namespace thunderpush
