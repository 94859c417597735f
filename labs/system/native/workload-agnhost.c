// agnhost serve-hostname, pause and connect, with upstream's output and exit codes (kubernetes/test/images/agnhost).
#define _GNU_SOURCE
#include "workload.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

// the prober's resolver, so that `connect` looks names up as everything else in a lab; one translation unit more would need a list of files to build
#include "probe-dns.c"
#include "probe-resolver.c"

/** A boolean flag is `--name` or `--name=value`: what stands behind it is none of its own. */
static bool flag_true(char **arguments, const char *name, bool otherwise) {
  size_t length = strlen(name);
  for (; *arguments; arguments++) {
    const char *text = *arguments;
    if (strncmp(text, "--", 2) != 0 || strncmp(text + 2, name, length) != 0) continue;
    if (!text[2 + length]) return true;
    if (text[2 + length] == '=') return strcmp(text + 3 + length, "true") == 0 || strcmp(text + 3 + length, "1") == 0;
  }
  return otherwise;
}

static bool close_each;

static bool serve_name(const struct http_request *request, struct http_reply *reply) {
  klog_info("HTTP request from %s", format_peer(&request->peer, true));
  if (close_each) text_print(&reply->headers, "Connection: close\r\n");
  text_print(&reply->body, "%s", host_name());
  return true;
}

static void serve_stream(struct watch *watch, uint32_t happened) {
  (void)happened;
  struct sockaddr_in6 peer;
  socklen_t size = sizeof peer;
  int fd = accept4(watch->fd, (struct sockaddr *)&peer, &size, SOCK_CLOEXEC);
  if (fd < 0) return;
  klog_info("TCP request from %s", format_peer(&peer, true));
  send(fd, host_name(), strlen(host_name()), MSG_NOSIGNAL | MSG_DONTWAIT);
  close(fd);
}

static void serve_datagram(struct watch *watch, uint32_t happened) {
  (void)happened;
  char ignored[16];
  struct sockaddr_in6 peer;
  socklen_t size = sizeof peer;
  if (recvfrom(watch->fd, ignored, sizeof ignored, 0, (struct sockaddr *)&peer, &size) < 0) return;
  klog_info("UDP request from %s", format_peer(&peer, true));
  sendto(watch->fd, host_name(), strlen(host_name()), MSG_NOSIGNAL, (struct sockaddr *)&peer, size);
}

int run_serve_hostname(char **arguments) {
  static struct http_server server = {.handle = serve_name, .write_head = go_head, .refuse = go_refuse};
  static struct watch stream = {.ready = serve_stream}, datagram = {.ready = serve_datagram};
  int port = flag_number(arguments, "port", 9376, 1, 65535);
  bool tcp = flag_true(arguments, "tcp", false), udp = flag_true(arguments, "udp", false), http = flag_true(arguments, "http", true);
  close_each = flag_true(arguments, "close", false);
  if (http && (tcp || udp)) {
    klog_info("Can't server TCP/UDP mode and HTTP mode at the same time");
    return 1;
  }
  if (http) http_serve(&server, port);
  if (tcp) {
    stream.fd = listen_everywhere(SOCK_STREAM, port);
    loop_watch(&stream, EPOLLIN);
  }
  if (udp) {
    datagram.fd = listen_everywhere(SOCK_DGRAM, port);
    loop_watch(&datagram, EPOLLIN);
  }
  klog_info("Serving on port %d.", port);
  loop_run(0);
}

int run_pause(char **arguments) {
  (void)arguments;
  puts("Paused");
  fflush(stdout);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  int signal_number;
  while (sigwait(&signals, &signal_number) != 0) continue;
  return signal_number == SIGINT ? 1 : 2;
}

static int report(const char *kind, const char *detail) {
  fprintf(stderr, detail ? "%s: %s\n" : "%s\n", kind, detail);
  return 1;
}

/** Looks the name up; 0, or 1 after saying why not. Waits as long as Go's resolver does: 5 s a server, twice. */
static int look_up(const char *host, struct in_addr *address) {
  static struct resolver_config config;
  static struct attempt attempt;
  resolver_read(&config, "/");
  attempt.config = &config;
  attempt.resolution.exchange.fd = -1;
  double now = now_seconds() * 1000;
  attempt.deadline = now + 10000;
  int state = resolve_start(&attempt, host, now);
  while (state == 0) {
    struct exchange *x = &attempt.resolution.exchange;
    struct pollfd one = {.fd = x->fd, .events = x->events};
    double wait = attempt.resolution.wake - now_seconds() * 1000;
    int ready = poll(&one, 1, wait > 0 ? (int)wait + 1 : 0);
    state = resolve_step(&attempt, ready > 0, now_seconds() * 1000);
  }
  exchange_close(&attempt.resolution.exchange);
  if (state > 0) {
    *address = attempt.address;
    return 0;
  }
  bool missing = strcmp(attempt.reason, "NXDOMAIN") == 0 || strcmp(attempt.reason, "no A record") == 0;
  bool silent = strncmp(attempt.reason, "no answer", 9) == 0;
  char text[512];
  snprintf(text, sizeof text, "lookup %s on %s:53: %s", host, inet_ntoa(config.servers[0]), missing ? "no such host" : silent ? "i/o timeout" : attempt.reason);
  return report("DNS", text);
}

/** The kernel's word for an error as Go has it. */
static const char *go_error(int failure) {
  static char text[128];
  snprintf(text, sizeof text, "%s", strerror(failure));
  *text = (char)tolower((unsigned char)*text);
  return text;
}

static int report_errno(const char *protocol, const struct sockaddr_in *to, int failure) {
  char text[256];
  if (failure == ETIMEDOUT) return report("TIMEOUT", NULL);
  if (failure == ECONNREFUSED && strcmp(protocol, "tcp") == 0) return report("REFUSED", NULL);
  snprintf(text, sizeof text, "%s %s:%d: %s", strcmp(protocol, "tcp") ? "read udp" : "dial tcp", inet_ntoa(to->sin_addr), ntohs(to->sin_port), go_error(failure));
  return report(failure == ECONNREFUSED ? "REFUSED" : strcmp(protocol, "tcp") ? "UNKNOWN" : "OTHER", text);
}

/** Waits for the socket; 0 when it is ready, else an errno. No timeout means the kernel's own. */
static int wait_for(int fd, short events, double seconds) {
  struct pollfd one = {.fd = fd, .events = events};
  int ready = poll(&one, 1, seconds > 0 ? (int)(seconds * 1000) + 1 : -1);
  return ready > 0 ? 0 : ready == 0 ? ETIMEDOUT : errno;
}

static int connect_stream(const struct sockaddr_in *to, double seconds) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int failure = fd < 0 || connect(fd, (const struct sockaddr *)to, sizeof *to) < 0 ? errno : 0;
  if (failure == EINPROGRESS && (failure = wait_for(fd, POLLOUT, seconds)) == 0) {
    socklen_t size = sizeof failure;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size);
  }
  return failure ? report_errno("tcp", to, failure) : 0;
}

static int connect_datagram(const struct sockaddr_in *to, double seconds, const char *data) {
  char text[1024];
  int length = snprintf(text, sizeof text, "%s\n", data);
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, (const struct sockaddr *)to, sizeof *to) < 0) return report("OTHER", go_error(errno));
  if (send(fd, text, (size_t)length, MSG_NOSIGNAL) < 0) return report_errno("udp", to, errno);
  int failure = wait_for(fd, POLLIN, seconds);
  ssize_t got = failure ? -1 : recv(fd, text, sizeof text, 0);
  if (got < 0) return report_errno("udp", to, failure ? failure : errno);
  return got ? 0 : report("OTHER", "No data received from the server. Cannot guarantee the server received the request.");
}

int run_connect(char **arguments) {
  const char *target = NULL;
  for (char **a = arguments; *a; a++) // flags are --name=value, or --name with the value behind it
    if ((*a)[0] != '-') target = *a;
    else if (!strchr(*a, '=') && a[1]) a++;
  if (!target) {
    fprintf(stderr, "Error: accepts 1 arg(s), received 0\n");
    return 1;
  }
  char host[NAME_MAX_LENGTH + 1];
  const char *colon = strrchr(target, ':'), *text;
  if (!colon || colon == target || (size_t)(colon - target) > NAME_MAX_LENGTH) {
    fprintf(stderr, "UNKNOWN: address %s: missing port in address\n", target);
    return 1;
  }
  snprintf(host, sizeof host, "%.*s", (int)(colon - target), target);
  char *end;
  long port = strtol(colon + 1, &end, 10);
  if (end == colon + 1 || *end || port < 0 || port > 65535) {
    fprintf(stderr, "DNS: address %s: invalid port\n", colon + 1);
    return 1;
  }
  double seconds = 0;
  if ((text = flag_value(arguments, "timeout")) && !parse_duration(text, &seconds)) {
    fprintf(stderr, "Error: invalid argument \"%s\" for \"--timeout\" flag: time: invalid duration \"%s\"\n", text, text);
    return 1;
  }
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (look_up(host, &to.sin_addr) != 0) return 1;
  const char *protocol = flag_value(arguments, "protocol");
  if (!protocol || strcmp(protocol, "tcp") == 0) return connect_stream(&to, seconds);
  const char *data = flag_value(arguments, "udp-data");
  if (strcmp(protocol, "udp") == 0) return connect_datagram(&to, seconds, data ? data : "hostname");
  fprintf(stderr, "Unsupported protocol\n");
  return 1;
}
