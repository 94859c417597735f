// agnhost porter: answers with the value of SERVE_PORT_<n>, SERVE_TCP_PORT_<n> (HTTP) and SERVE_UDP_PORT_<n> on those ports (kubernetes/test/images/agnhost/porter).
// Upstream's NetworkPolicy tests run their pods with it.
#define _GNU_SOURCE
#include "workload.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

struct tcp_port {
  struct http_server server; // first, so that the server's address is the port's
  const char *value;
};

struct udp_port {
  struct watch watch; // first, so that the watch's address is the port's
  const char *value;
};

/** A line as Go's log package writes it. */
static void log_line(const char *text, const char *port) {
  char now[32];
  time_t seconds = time(NULL);
  strftime(now, sizeof now, "%Y/%m/%d %H:%M:%S", gmtime(&seconds));
  fprintf(stderr, "%s %s %s\n", now, text, port);
}

static bool answer_value(const struct http_request *request, struct http_reply *reply) {
  const char *value = ((const struct tcp_port *)request->server)->value;
  text_add(&reply->body, value, strlen(value));
  return true;
}

static void answer_datagram(struct watch *watch, uint32_t happened) {
  (void)happened;
  const char *value = ((struct udp_port *)watch)->value;
  char ignored[16];
  struct sockaddr_in6 peer;
  socklen_t size = sizeof peer;
  if (recvfrom(watch->fd, ignored, sizeof ignored, 0, (struct sockaddr *)&peer, &size) < 0) return;
  sendto(watch->fd, value, strlen(value), MSG_NOSIGNAL, (struct sockaddr *)&peer, size);
}

static void *allocate(size_t size) {
  void *memory = calloc(1, size);
  if (!memory) fail("out of memory");
  return memory;
}

static void serve_tcp(int port, const char *value) {
  struct tcp_port *served = allocate(sizeof *served);
  *served = (struct tcp_port){.server = {.handle = answer_value, .write_head = go_head, .refuse = go_refuse}, .value = value};
  http_serve(&served->server, port);
}

static void serve_udp(int port, const char *value) {
  struct udp_port *served = allocate(sizeof *served);
  *served = (struct udp_port){.watch = {.fd = listen_everywhere(SOCK_DGRAM, port), .ready = answer_datagram}, .value = value};
  loop_watch(&served->watch, EPOLLIN);
}

/** What follows `prefix` in NAME=value; NULL when it begins otherwise. */
static const char *after(const char *variable, const char *prefix) {
  size_t length = strlen(prefix);
  return strncmp(variable, prefix, length) == 0 ? variable + length : NULL;
}

int run_porter(char **arguments) {
  (void)arguments;
  for (char **variable = environ; *variable; variable++) {
    const char *tcp = after(*variable, "SERVE_PORT_"), *udp = after(*variable, "SERVE_UDP_PORT_");
    if (!tcp) tcp = after(*variable, "SERVE_TCP_PORT_");
    if (after(*variable, "SERVE_TLS_PORT_") || after(*variable, "SERVE_SCTP_PORT_")) fail("%s: Podwire's porter has TCP and UDP, not TLS and SCTP.", *variable);
    if (!tcp && !udp) continue;
    char *end;
    long port = strtol(tcp ? tcp : udp, &end, 10);
    if (*end != '=' || port < 1 || port > 65535) {
      log_line("no port that can be served:", *variable);
      continue;
    }
    if (tcp) serve_tcp((int)port, end + 1);
    else {
      char text[8];
      snprintf(text, sizeof text, "%ld", port);
      serve_udp((int)port, end + 1);
      log_line("Started UDP server on port", text);
    }
  }
  loop_run(2); // as netexec
}
