// An echo server over a preopened listener, with one poll_oneoff for all connections: what a peer sends comes back, until
// it closes its half. Ends when a peer sends "quit". Compiled, from the root of the repository, with:
//   clang-16 --target=wasm32-wasi -O2 -s test/wasi/echo.c -o test/wasi/echo.wasm

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wasi/api.h>

#define MOST 1000
#define LISTENER 3

__attribute__((import_module("wasi_snapshot_preview1"), import_name("sock_accept")))
int32_t sock_accept(int32_t fd, int32_t flags, int32_t *result);

static int connections[MOST];
static int count = 0;
static int accepted = 0;
static int highest = 0;
static __wasi_subscription_t subscriptions[MOST + 1];
static __wasi_event_t events[MOST + 1];
static char buffer[65536];

static void subscribe(int i, int fd) {
  memset(&subscriptions[i], 0, sizeof subscriptions[i]);
  subscriptions[i].userdata = fd;
  subscriptions[i].u.tag = __WASI_EVENTTYPE_FD_READ;
  subscriptions[i].u.u.fd_read.file_descriptor = fd;
}

/** Accepts all that wait; the listener does not block. */
static void accept_all(void) {
  int32_t fd;
  while (count < MOST && sock_accept(LISTENER, __WASI_FDFLAGS_NONBLOCK, &fd) == 0) {
    connections[count++] = fd;
    accepted++;
    if (fd > highest) highest = fd;
  }
}

static void drop(int fd) {
  for (int i = 0; i < count; i++) {
    if (connections[i] == fd) connections[i] = connections[--count];
  }
  (void)__wasi_fd_close(fd);
}

/** Sends back what there is; false if the peer asked to quit. */
static int echo(int fd) {
  __wasi_iovec_t in = {(uint8_t *)buffer, sizeof buffer};
  __wasi_size_t received = 0;
  __wasi_roflags_t flags;
  __wasi_errno_t error = __wasi_sock_recv(fd, &in, 1, 0, &received, &flags);
  if (error == __WASI_ERRNO_AGAIN) return 1;
  if (error != 0 || received == 0) {
    if (error == 0) (void)__wasi_sock_shutdown(fd, __WASI_SDFLAGS_WR);
    drop(fd);
    return 1;
  }
  if (received == 4 && memcmp(buffer, "quit", 4) == 0) return 0;
  for (__wasi_size_t done = 0; done < received;) {
    __wasi_ciovec_t out = {(uint8_t *)buffer + done, received - done};
    __wasi_size_t sent = 0;
    error = __wasi_sock_send(fd, &out, 1, 0, &sent);
    if (error == __WASI_ERRNO_AGAIN) continue;
    if (error != 0) {
      drop(fd);
      return 1;
    }
    done += sent;
  }
  return 1;
}

int main(void) {
  if (__wasi_fd_fdstat_set_flags(LISTENER, __WASI_FDFLAGS_NONBLOCK) != 0) return 1;
  for (;;) {
    subscribe(0, LISTENER);
    for (int i = 0; i < count; i++) subscribe(i + 1, connections[i]);
    __wasi_size_t n = 0;
    if (__wasi_poll_oneoff(subscriptions, events, count + 1, &n) != 0) return 2;
    for (__wasi_size_t i = 0; i < n; i++) {
      int fd = (int)events[i].userdata;
      if (fd == LISTENER) accept_all();
      else if (!echo(fd)) {
        printf("%d connections, highest descriptor %d, open %d\n", accepted, highest, count);
        return 0;
      }
    }
  }
}
