// podwire-probe: takes one observation from the network namespace it is started in and prints it as one line of JSON (ProbeResult in labs/spec/probe.ts).
// Built with cc -O2 -static from the files probe*.c. Started by the runtimes and the kubelet through labs/system/prober.ts; names are looked up with the
// resolver files below $ROOT, because the prober runs with the platform's view of the file system.
//
//   podwire-probe http --url URL [--method M] [--header 'name: value']…      podwire-probe tcp --host H --port N
//   podwire-probe udp --host H --port N [--send TEXT]                        podwire-probe ping --host H [--tag HEX]
//   podwire-probe dns --name N [--type T] [--server H[:PORT]] [--tcp]        all: [--times N] [--timeout-ms N]
//
//   --local-port N   http, tcp, udp and dns: the request comes from this port, one try at a time; the lookup of a name in it does not
//   --tag HEX        what a ping's 56 bytes begin with, so that others can tell it
//
// Exit code 0 when a result was printed, 2 when the arguments make no sense. All tries run at the same time on one poll loop.
#define _GNU_SOURCE
#include "probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/icmp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void finish(struct attempt *t, enum outcome outcome, const char *reason) {
  t->outcome = outcome;
  t->ended = now_ms();
  if (reason && !t->reason[0]) snprintf(t->reason, sizeof t->reason, "%s", reason);
  if (t->fd >= 0) close(t->fd);
  t->fd = -1;
  exchange_close(&t->resolution.exchange);
}

/** Ends a try by an errno. ICMP's net, host and administratively prohibited arrive as EHOSTUNREACH and its like; EINVAL is a blackhole route, EPERM a local drop. */
static void finish_errno(struct attempt *t, int failure) {
  switch (failure) {
  case ECONNREFUSED:
    return finish(t, REFUSED, NULL);
  case ETIMEDOUT:
    return finish(t, TIMED_OUT, NULL);
  case EHOSTUNREACH: case ENETUNREACH: case EHOSTDOWN: case ENETDOWN: case ENONET: case ENOPROTOOPT: case EACCES: case EPERM: case EINVAL:
    return finish(t, UNREACHABLE, strerrorname_np(failure));
  default:
    return finish(t, FAILED, strerrorname_np(failure));
  }
}

static int open_stream_or_datagram(struct attempt *t, bool stream) {
  t->fd = socket(AF_INET, (stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (t->fd < 0) return errno;
  int on = 1; // lets datagram sockets hear of host-unreachable errors
  if (!stream) setsockopt(t->fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
  int unbound = bind_local_port(t->fd, t->request->local_port);
  if (unbound) return unbound;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)t->request->port), .sin_addr = t->address};
  if (connect(t->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) return errno;
  t->phase = stream ? CONNECTING : SENDING;
  t->events = POLLOUT;
  return 0;
}

static uint16_t checksum(const void *data, size_t length) {
  const uint16_t *words = data;
  uint32_t sum = 0;
  for (; length > 1; length -= 2) sum += *words++;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

/** A raw socket per try: ping_group_range forbids ICMP datagram sockets in a new namespace, and the prober holds CAP_NET_RAW. */
static int send_ping(struct attempt *t) {
  t->fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMP);
  if (t->fd < 0) return errno;
  struct icmp_filter filter = {.data = ~(1u << ICMP_ECHOREPLY | 1u << ICMP_DEST_UNREACH | 1u << ICMP_TIME_EXCEEDED)};
  setsockopt(t->fd, SOL_RAW, ICMP_FILTER, &filter, sizeof filter);
  struct { struct icmphdr head; char data[PING_DATA]; } echo = {.head = {.type = ICMP_ECHO}};
  memcpy(echo.data, t->request->tag, t->request->tag_length);
  echo.head.un.echo.id = t->ping_id;
  echo.head.un.echo.sequence = t->ping_sequence;
  echo.head.checksum = checksum(&echo, sizeof echo);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = t->address};
  t->phase = RECEIVING;
  t->events = POLLIN;
  return sendto(t->fd, &echo, sizeof echo, 0, (struct sockaddr *)&to, sizeof to) < 0 ? errno : 0;
}

static bool is_our_echo(const struct attempt *t, const struct icmphdr *icmp) {
  return icmp->un.echo.id == t->ping_id && icmp->un.echo.sequence == t->ping_sequence;
}

static void receive_ping(struct attempt *t) {
  unsigned char packet[2048];
  struct sockaddr_in from;
  for (;;) {
    socklen_t size = sizeof from;
    ssize_t got = recvfrom(t->fd, packet, sizeof packet, 0, (struct sockaddr *)&from, &size);
    if (got < 0) {
      if (errno != EAGAIN) finish_errno(t, errno);
      return;
    }
    size_t header = (packet[0] & 15u) * 4u;
    if ((size_t)got < header + sizeof(struct icmphdr)) continue;
    const struct icmphdr *icmp = (const struct icmphdr *)(packet + header);
    if (icmp->type == ICMP_ECHOREPLY) {
      if (is_our_echo(t, icmp) && from.sin_addr.s_addr == t->address.s_addr) return finish(t, ANSWERED, NULL);
      continue;
    }
    const unsigned char *inner = (const unsigned char *)(icmp + 1); // the IP header of the packet that could not be delivered
    if (inner + 20 > packet + got) continue;
    size_t inner_header = (inner[0] & 15u) * 4u;
    if (inner[9] != IPPROTO_ICMP || inner + inner_header + sizeof(struct icmphdr) > packet + got) continue;
    if (is_our_echo(t, (const struct icmphdr *)(inner + inner_header)))
      return finish(t, UNREACHABLE, icmp->type == ICMP_TIME_EXCEEDED ? "time exceeded" : "destination unreachable");
  }
}

/** The address is known: what the request is about begins. */
static void act(struct attempt *t) {
  int failure = 0;
  switch (t->request->kind) {
  case KIND_HTTP:
  case KIND_TCP:
    failure = open_stream_or_datagram(t, true);
    break;
  case KIND_UDP:
    failure = open_stream_or_datagram(t, false);
    break;
  case KIND_PING:
    failure = send_ping(t);
    break;
  case KIND_DNS:
    t->phase = ASKING;
    failure = -exchange_start(&t->resolution.exchange, t->address, t->request->port, t->request->dns_name, t->request->dns_type, t->request->dns_tcp, t->request->local_port);
    if (failure == EINVAL) return finish(t, FAILED, "not a valid name");
    break;
  }
  if (failure) finish_errno(t, failure);
}

static void receive_http(struct attempt *t) {
  char bytes[16384];
  for (;;) {
    ssize_t got = recv(t->fd, bytes, sizeof bytes, 0);
    if (got < 0) {
      if (errno != EAGAIN) finish_errno(t, errno);
      return;
    }
    int state = got ? http_feed(t, bytes, (size_t)got) : http_end(t->http);
    if (state == 1) return finish(t, ANSWERED, NULL);
    if (state == -1) return finish(t, FAILED, got ? "not an HTTP response" : t->http->head_bytes ? "response cut short" : "closed without a response");
  }
}

static void receive_datagram(struct attempt *t) {
  ssize_t got = recv(t->fd, t->body, sizeof t->body, 0);
  if (got < 0) {
    if (errno != EAGAIN) finish_errno(t, errno);
    return;
  }
  t->body_length = (size_t)got;
  t->has_body = true;
  finish(t, ANSWERED, NULL);
}

static void step_socket(struct attempt *t) {
  const struct request *request = t->request;
  if (t->phase == CONNECTING) {
    int failure = 0;
    socklen_t size = sizeof failure;
    if (getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &failure, &size) < 0) failure = errno;
    if (failure) return finish_errno(t, failure);
    if (request->kind == KIND_TCP) return finish(t, ANSWERED, NULL);
    t->phase = SENDING;
  }
  if (t->phase == SENDING) {
    const char *text = request->kind == KIND_HTTP ? request->http_text : request->send;
    size_t length = request->kind == KIND_HTTP ? request->http_length : strlen(text);
    ssize_t put = send(t->fd, text + t->sent, length - t->sent, MSG_NOSIGNAL);
    if (put < 0) {
      if (errno != EAGAIN) finish_errno(t, errno);
      return;
    }
    t->sent += (size_t)put;
    if (t->sent < length) return;
    t->phase = RECEIVING;
    t->events = POLLIN;
  }
  if (request->kind == KIND_HTTP) receive_http(t);
  else if (request->kind == KIND_UDP) receive_datagram(t);
  else receive_ping(t);
}

static void step_dns(struct attempt *t) {
  struct exchange *x = &t->resolution.exchange;
  int state = exchange_step(x);
  if (state == 0) return;
  if (state < 0) return finish_errno(t, -state);
  t->rcode = dns_rcode_name(x->answer[3] & 15);
  t->answer_count = dns_answer_texts(x->answer, x->received, t->answers, MAX_ANSWERS);
  if (t->answer_count >= 0) return finish(t, ANSWERED, NULL);
  t->answer_count = 0;
  finish(t, FAILED, "malformed answer");
}

static void resolved(struct attempt *t, int state) {
  if (state == 1) act(t);
  else if (state < 0) finish(t, UNRESOLVED, NULL);
}

static void begin(struct attempt *t) {
  const struct request *request = t->request;
  t->phase = RESOLVING;
  if (request->kind != KIND_DNS || request->host[0]) return resolved(t, resolve_start(t, request->host, t->started));
  t->address = t->config->servers[0];
  t->has_address = true;
  act(t);
}

static void expire(struct attempt *t) {
  if (t->phase != RESOLVING) return finish(t, TIMED_OUT, NULL);
  snprintf(t->reason, sizeof t->reason, "no answer from %s", inet_ntoa(t->resolution.exchange.server));
  finish(t, UNRESOLVED, NULL);
}

static bool uses_exchange(const struct attempt *t) { return t->phase == RESOLVING || t->phase == ASKING; }

static void run(struct attempt *attempts, int count) {
  struct pollfd polls[MAX_TIMES];
  struct attempt *of[MAX_TIMES];
  for (;;) {
    int waiting = 0;
    double now = now_ms(), wake = now + MAX_TIMEOUT_MS;
    for (int i = 0; i < count; i++) {
      struct attempt *t = attempts + i;
      if (t->outcome == PENDING && now >= t->deadline) expire(t);
      if (t->outcome == PENDING && t->phase == RESOLVING && now >= t->resolution.wake) resolved(t, resolve_step(t, false, now));
      if (t->outcome != PENDING) continue;
      if (t->deadline < wake) wake = t->deadline;
      if (t->phase == RESOLVING && t->resolution.wake < wake) wake = t->resolution.wake;
      const struct exchange *x = &t->resolution.exchange;
      polls[waiting] = (struct pollfd){.fd = uses_exchange(t) ? x->fd : t->fd, .events = uses_exchange(t) ? x->events : t->events};
      of[waiting++] = t;
    }
    if (waiting == 0) return;
    double wait = wake - now_ms();
    if (poll(polls, (nfds_t)waiting, wait > 0 ? (int)wait + 1 : 0) <= 0) continue;
    for (int i = 0; i < waiting; i++) {
      struct attempt *t = of[i];
      if (!polls[i].revents) continue;
      if (t->phase == RESOLVING) resolved(t, resolve_step(t, true, now_ms()));
      else if (t->phase == ASKING) step_dns(t);
      else step_socket(t);
    }
  }
}

int main(int argc, char **argv) {
  static struct request request;
  static struct resolver_config config;
  if (!parse_request(&request, argc, argv)) return 2;
  const char *root = getenv("ROOT");
  resolver_read(&config, root && *root ? root : "/");
  struct attempt *attempts = calloc((size_t)request.times, sizeof *attempts);
  struct http_response *responses = calloc((size_t)request.times, sizeof *responses);
  uint16_t ping_id;
  if (!attempts || !responses || getrandom(&ping_id, sizeof ping_id, 0) != sizeof ping_id) {
    fprintf(stderr, "podwire-probe: out of memory\n");
    return 1;
  }
  for (int i = 0; i < request.times; i++) {
    struct attempt *t = attempts + i;
    t->request = &request;
    t->config = &config;
    t->fd = t->resolution.exchange.fd = -1;
    t->ping_id = ping_id;
    t->ping_sequence = htons((uint16_t)(i + 1));
    t->http = responses + i;
    http_begin(t->http, request.http_head);
    t->started = now_ms();
    t->deadline = t->started + request.timeout_ms;
    begin(t);
  }
  run(attempts, request.times);
  print_result(attempts, request.times);
  return fflush(stdout) == 0 ? 0 : 1;
}
