// The event loop of podwire-workload: epoll, timers, and signals that end the process at once. Used by every server in it.
#define _GNU_SOURCE
#include "workload.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

struct timer {
  struct timer *next;
  double at;
  void (*due)(void *data);
  void *data;
};

enum { EVENTS = 64 };
static int poller = -1;
static struct timer *timers;
static struct epoll_event events[EVENTS];
static int event_count;
static int exit_code;

double now_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void loop_watch(struct watch *watch, uint32_t wanted) {
  if (poller < 0 && (poller = epoll_create1(EPOLL_CLOEXEC)) < 0) fail("epoll: %s", strerror(errno));
  struct epoll_event event = {.events = wanted, .data.ptr = watch};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, watch->fd, &event) < 0) fail("epoll: %s", strerror(errno));
}

void loop_change(struct watch *watch, uint32_t wanted) {
  struct epoll_event event = {.events = wanted, .data.ptr = watch};
  if (epoll_ctl(poller, EPOLL_CTL_MOD, watch->fd, &event) < 0) fail("epoll: %s", strerror(errno));
}

void loop_close(struct watch *watch) {
  epoll_ctl(poller, EPOLL_CTL_DEL, watch->fd, NULL);
  close(watch->fd);
  watch->fd = -1;
  for (int i = 0; i < event_count; i++) // events of this round that have not been handed out yet
    if (events[i].data.ptr == watch) events[i].data.ptr = NULL;
}

void loop_later(double seconds, void (*due)(void *data), void *data) {
  struct timer *timer = malloc(sizeof *timer);
  if (!timer) fail("out of memory");
  *timer = (struct timer){.at = now_seconds() + seconds, .due = due, .data = data};
  struct timer **place = &timers;
  while (*place && (*place)->at <= timer->at) place = &(*place)->next;
  timer->next = *place;
  *place = timer;
}

static void run_timers(void) {
  double now = now_seconds();
  while (timers && timers->at <= now) {
    struct timer *timer = timers;
    timers = timer->next;
    timer->due(timer->data);
    free(timer);
  }
}

static void end_process(int signal_number) {
  (void)signal_number;
  _exit(exit_code);
}

void loop_run(int code) {
  exit_code = code;
  // as pid 1 of a pid namespace only signals with a handler arrive
  struct sigaction action = {.sa_handler = end_process};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGQUIT, &action, NULL);
  for (;;) {
    run_timers();
    double wait = timers ? (timers->at - now_seconds()) * 1000 : -1;
    event_count = epoll_wait(poller, events, EVENTS, timers ? (wait > 0 ? (int)wait + 1 : 0) : -1);
    if (event_count < 0 && errno != EINTR) fail("epoll: %s", strerror(errno));
    for (int i = 0; i < event_count; i++) {
      struct watch *watch = events[i].data.ptr;
      if (watch) watch->ready(watch, events[i].events);
    }
    event_count = 0;
  }
}

int try_listen_everywhere(int type, int port) {
  int on = 1, off = 0;
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = IN6ADDR_ANY_INIT};
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int fd = socket(AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  bool dual = fd >= 0;
  if (!dual) fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); // a kernel without IPv6
  if (fd < 0) return -1;
  if (dual) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (type == SOCK_STREAM) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  int failed = dual ? bind(fd, (struct sockaddr *)&six, sizeof six) : bind(fd, (struct sockaddr *)&four, sizeof four);
  if (!failed && type == SOCK_STREAM) failed = listen(fd, 1024);
  if (!failed) return fd;
  failed = errno;
  close(fd);
  errno = failed;
  return -1;
}

int listen_everywhere(int type, int port) {
  int fd = try_listen_everywhere(type, port);
  if (fd < 0) fail("listen %s :%d: bind: %s", type == SOCK_STREAM ? "tcp" : "udp", port, errno == EADDRINUSE ? "address already in use" : strerror(errno));
  return fd;
}

const char *format_peer(const struct sockaddr_in6 *peer, bool with_port) {
  static char text[INET6_ADDRSTRLEN + 10];
  char address[INET6_ADDRSTRLEN] = "";
  const struct sockaddr_in *four = (const struct sockaddr_in *)peer;
  bool six = false;
  if (peer->sin6_family == AF_INET) inet_ntop(AF_INET, &four->sin_addr, address, sizeof address);
  else if (IN6_IS_ADDR_V4MAPPED(&peer->sin6_addr)) inet_ntop(AF_INET, peer->sin6_addr.s6_addr + 12, address, sizeof address);
  else six = inet_ntop(AF_INET6, &peer->sin6_addr, address, sizeof address) != NULL;
  snprintf(text, sizeof text, !with_port ? "%s" : six ? "[%s]:%d" : "%s:%d", address, ntohs(peer->sin6_port));
  return text;
}
