// What the linker puts before functions of the C library (--wrap, see
// CMakeLists.txt): sockets of the null network are handled there.
#include "tests/costs/null_network.hpp"

#include <algorithm>
#include <cstring>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>

using thunderpush::costs::null_network;

// The names are the linker's.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {

ssize_t __real_send(int, const void*, size_t, int);
ssize_t __real_recv(int, void*, size_t, int);
int __real_close(int);
int __real_shutdown(int, int);
int __real_setsockopt(int, int, int, const void*, socklen_t);
int __real_getsockopt(int, int, int, void*, socklen_t*);
int __real_getpeername(int, sockaddr*, socklen_t*);
int __real_epoll_ctl(int, int, int, epoll_event*);
int __real_epoll_wait(int, epoll_event*, int, int);

ssize_t __wrap_send(int socket, const void* bytes, size_t size, int flags) {
  return null_network::owns(socket) ? null_network::send(size)
                                    : __real_send(socket, bytes, size, flags);
}

ssize_t __wrap_recv(int socket, void* into, size_t size, int flags) {
  return null_network::owns(socket)
           ? null_network::of_process().receive(socket, into, size)
           : __real_recv(socket, into, size, flags);
}

int __wrap_close(int socket) {
  if (!null_network::owns(socket))
    return __real_close(socket);
  null_network::of_process().close(socket);
  return 0;
}

int __wrap_shutdown(int socket, int how) {
  return null_network::owns(socket) ? 0 : __real_shutdown(socket, how);
}

int __wrap_setsockopt(int socket, int level, int name, const void* value,
                      socklen_t size) {
  return null_network::owns(socket)
           ? 0
           : __real_setsockopt(socket, level, name, value, size);
}

int __wrap_getsockopt(int socket, int level, int name, void* value,
                      socklen_t* size) {
  if (!null_network::owns(socket))
    return __real_getsockopt(socket, level, name, value, size);
  std::memset(value, 0, *size);
  return 0;
}

// All come from the same machine, as they do from behind a proxy.
int __wrap_getpeername(int socket, sockaddr* address, socklen_t* size) {
  if (!null_network::owns(socket))
    return __real_getpeername(socket, address, size);
  sockaddr_in from{};
  from.sin_family = AF_INET;
  from.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  from.sin_port = htons(1);
  std::memcpy(address, &from, std::min<std::size_t>(*size, sizeof from));
  *size = sizeof from;
  return 0;
}

int __wrap_epoll_ctl(int poller, int operation, int socket,
                     epoll_event* event) {
  if (!null_network::owns(socket))
    return __real_epoll_ctl(poller, operation, socket, event);
  if (operation == EPOLL_CTL_ADD)
    null_network::of_process().watch(poller, socket, event->data.u64);
  else
    null_network::of_process().forget(socket);
  return 0;
}

// Others wake a home through the system: it is asked when there is nothing to
// tell.
int __wrap_epoll_wait(int poller, epoll_event* events, int most, int timeout) {
  const int told = null_network::of_process().take_events(poller, events, most);
  return told > 0 ? told : __real_epoll_wait(poller, events, most, timeout);
}

} // extern "C"
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
