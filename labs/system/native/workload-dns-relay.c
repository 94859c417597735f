// dns-relay: the sockets of cluster DNS. It owns the ports of a DNS server inside the pod, hands each query to the control plane on stdout and writes the
// answers that come back on stdin to the clients; queries for other resolvers leave from here too. So DNS packets cross the pod's own network while CoreDNS's
// work is done elsewhere (labs/cluster/dns).
//
//   dns-relay --port 53   a name server on that port, from the start
//   dns-relay …           CoreDNS: it listens where it is told to, and ends when it is told to
//   kube-proxy …          kube-proxy's process on a node: HTTP only, and a port that is taken is told on stderr and not the end
//
// Frames and their kinds: labs/cluster/dns/relay-codec.ts, which is the other end.
// When stdin ends the program ends: a DNS server without its control plane answers nobody.
#define _GNU_SOURCE
#include "workload.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { MESSAGE_MAX = 65535, PENDING = 4096, BACKLOG_MAX = 1024 * 1024, CLIENTS_MAX = 256, IDLE_SECONDS = 10, HEADER = 20, HEAD_MAX = 16384, SERVERS_MAX = 16, EXCHANGES_MAX = 1024 };
enum { HTTP = 80 }; // beside IPPROTO_UDP and IPPROTO_TCP
enum { FROM_QUERY = 1, FROM_REPLY, FROM_TERMINATE };
enum { TO_ANSWER = 1, TO_EXCHANGE, TO_LISTEN, TO_CLOSE, TO_EXIT };

struct frame {
  uint8_t kind, protocol;
  uint16_t port, own_port, status;
  uint32_t id;
  uint32_t address; // network byte order
};

struct server { // one port: DNS has a socket of each kind, HTTP only the second
  struct watch udp, tcp;
  bool used;
  uint8_t protocol; // IPPROTO_UDP for DNS
  int port;
};

struct client { // a TCP connection
  struct watch watch;
  struct client *next;
  const struct server *server;
  struct sockaddr_in6 peer;
  struct text in;
  struct text out;
  double active;
};

struct pending { // a query whose answer has not come back; a slot is reused after PENDING further queries
  uint32_t id;
  struct client *client; // NULL: UDP
  int fd;                // of UDP
  struct sockaddr_in6 peer;
  socklen_t peer_size;
  struct in6_pktinfo asked6;
  struct in_pktinfo asked4;
};

static struct pending table[PENDING];
static uint32_t last_id;
static struct client *clients;
static int client_count;
static struct server servers[SERVERS_MAX];
static struct watch input, output = {.fd = -1}, signals;
static struct text to_control, from_control;
static size_t to_control_sent;
static bool goes_on_without_port;

static void put16(uint8_t *p, uint16_t value) {
  value = htons(value);
  memcpy(p, &value, 2);
}
static void put32(uint8_t *p, uint32_t value) {
  value = htonl(value);
  memcpy(p, &value, 4);
}
static uint16_t get16(const void *p) {
  uint16_t value;
  memcpy(&value, p, 2);
  return ntohs(value);
}
static uint32_t get32(const void *p) {
  uint32_t value;
  memcpy(&value, p, 4);
  return ntohl(value);
}

static void flush_to_control(void) {
  while (to_control_sent < to_control.length) {
    ssize_t put = write(1, to_control.bytes + to_control_sent, to_control.length - to_control_sent);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EAGAIN) return loop_change(&output, EPOLLOUT);
    if (put < 0) exit(0); // nobody listens any more
    to_control_sent += (size_t)put;
  }
  to_control.length = to_control_sent = 0;
  loop_change(&output, 0);
}

static void output_ready(struct watch *watch, uint32_t happened) {
  (void)watch;
  if (happened & (EPOLLERR | EPOLLHUP)) exit(0);
  flush_to_control();
}

static void tell_control(const struct frame *frame, const void *message, size_t length) {
  uint8_t header[HEADER] = {frame->kind, frame->protocol};
  put16(header + 2, frame->port);
  put32(header + 4, frame->id);
  memcpy(header + 8, &frame->address, 4);
  put16(header + 12, frame->own_port);
  put16(header + 14, frame->status);
  put32(header + 16, (uint32_t)length);
  text_add(&to_control, header, sizeof header);
  text_add(&to_control, message, length);
}

/** Sends a query to the control plane; when it lags behind, the query is dropped, as by any overloaded name server. */
static struct pending *forward(const struct server *server, const struct sockaddr_in6 *peer, uint8_t protocol, const void *message, size_t length) {
  if (to_control.length - to_control_sent > BACKLOG_MAX) return NULL;
  struct pending *slot = &table[++last_id % PENDING];
  *slot = (struct pending){.id = last_id, .peer = *peer, .fd = server->udp.fd};
  struct frame frame = {.kind = FROM_QUERY, .protocol = protocol, .port = ntohs(peer->sin6_port), .id = last_id, .own_port = (uint16_t)server->port};
  if (peer->sin6_family == AF_INET) frame.address = ((const struct sockaddr_in *)peer)->sin_addr.s_addr;
  else if (IN6_IS_ADDR_V4MAPPED(&peer->sin6_addr)) memcpy(&frame.address, peer->sin6_addr.s6_addr + 12, 4);
  tell_control(&frame, message, length);
  return slot;
}

static void udp_ready(struct watch *watch, uint32_t happened) {
  (void)happened;
  static uint8_t message[MESSAGE_MAX];
  const struct server *server = (const struct server *)watch; // its first member
  for (;;) {
    struct sockaddr_in6 peer;
    char control[256];
    struct iovec part = {message, sizeof message};
    struct msghdr head = {.msg_name = &peer, .msg_namelen = sizeof peer, .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t got = recvmsg(watch->fd, &head, 0);
    if (got < 0) break;
    if (got < 12) continue; // no DNS header
    struct pending *slot = forward(server, &peer, IPPROTO_UDP, message, (size_t)got);
    if (!slot) continue;
    slot->peer_size = head.msg_namelen;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&head); c; c = CMSG_NXTHDR(&head, c)) {
      if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) memcpy(&slot->asked6, CMSG_DATA(c), sizeof slot->asked6);
      if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) memcpy(&slot->asked4, CMSG_DATA(c), sizeof slot->asked4);
    }
  }
  flush_to_control();
}

/** The answer leaves from the address that was asked, else the client would not know it. */
static void answer_udp(const struct pending *slot, const void *message, size_t length) {
  struct iovec part = {(void *)message, length};
  char control[CMSG_SPACE(sizeof(struct in6_pktinfo))] = {0};
  struct msghdr head = {.msg_name = (void *)&slot->peer, .msg_namelen = slot->peer_size, .msg_iov = &part, .msg_iovlen = 1, .msg_control = control};
  struct cmsghdr *c = (struct cmsghdr *)control;
  if (slot->peer.sin6_family == AF_INET) {
    struct in_pktinfo from = {.ipi_spec_dst = slot->asked4.ipi_addr};
    *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof from), .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO};
    memcpy(CMSG_DATA(c), &from, sizeof from);
    head.msg_controllen = CMSG_SPACE(sizeof from);
  } else {
    struct in6_pktinfo from = {.ipi6_addr = slot->asked6.ipi6_addr};
    if (IN6_IS_ADDR_LINKLOCAL(&from.ipi6_addr)) from.ipi6_ifindex = slot->asked6.ipi6_ifindex;
    *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof from), .cmsg_level = IPPROTO_IPV6, .cmsg_type = IPV6_PKTINFO};
    memcpy(CMSG_DATA(c), &from, sizeof from);
    head.msg_controllen = CMSG_SPACE(sizeof from);
  }
  sendmsg(slot->fd, &head, MSG_NOSIGNAL); // a datagram that cannot be sent is lost, as datagrams are
}

static void drop(struct client *client) {
  for (int i = 0; i < PENDING; i++)
    if (table[i].client == client) table[i].id = 0, table[i].client = NULL;
  for (struct client **place = &clients; *place; place = &(*place)->next)
    if (*place == client) {
      *place = client->next;
      break;
    }
  loop_close(&client->watch);
  client_count--;
  text_free(&client->in);
  text_free(&client->out);
  free(client);
}

static void flush_client(struct client *client) {
  while (client->out.length) {
    ssize_t put = send(client->watch.fd, client->out.bytes, client->out.length, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EAGAIN) return loop_change(&client->watch, EPOLLIN | EPOLLOUT);
    if (put < 0) return drop(client);
    memmove(client->out.bytes, client->out.bytes + put, client->out.length - (size_t)put);
    client->out.length -= (size_t)put;
  }
  if (client->server->protocol == HTTP) return drop(client); // one request per connection
  loop_change(&client->watch, EPOLLIN);
}

/** A request over HTTP: its head goes to the control plane once it is whole. */
static void head_ready(struct client *client) {
  if (client->in.length > HEAD_MAX) return drop(client);
  if (!strstr(client->in.bytes, "\r\n\r\n")) return;
  struct pending *slot = forward(client->server, &client->peer, HTTP, client->in.bytes, client->in.length);
  client->in.length = 0;
  if (slot) slot->client = client;
  flush_to_control();
}

static void client_ready(struct watch *watch, uint32_t happened) {
  struct client *client = (struct client *)watch;
  if (happened & EPOLLOUT) return flush_client(client);
  char bytes[16384];
  ssize_t got = recv(watch->fd, bytes, sizeof bytes, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return drop(client);
  client->active = now_seconds();
  text_add(&client->in, bytes, (size_t)got);
  if (client->server->protocol == HTTP) return head_ready(client);
  size_t used = 0;
  while (client->in.length - used >= 2) {
    const uint8_t *frame = (const uint8_t *)client->in.bytes + used;
    size_t length = (size_t)frame[0] << 8 | frame[1];
    if (client->in.length - used < 2 + length) break;
    if (length < 12) {
      flush_to_control();
      return drop(client);
    }
    struct pending *slot = forward(client->server, &client->peer, IPPROTO_TCP, frame + 2, length);
    if (slot) slot->client = client;
    used += 2 + length;
  }
  memmove(client->in.bytes, client->in.bytes + used, client->in.length - used);
  client->in.length -= used;
  flush_to_control();
}

static void tcp_ready(struct watch *watch, uint32_t happened) {
  (void)happened;
  const struct server *server = (const struct server *)((char *)watch - offsetof(struct server, tcp));
  for (;;) {
    struct sockaddr_in6 peer;
    socklen_t size = sizeof peer;
    int fd = accept4(watch->fd, (struct sockaddr *)&peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    struct client *client = client_count < CLIENTS_MAX ? calloc(1, sizeof *client) : NULL;
    if (!client) {
      close(fd);
      continue;
    }
    *client = (struct client){.watch = {.fd = fd, .ready = client_ready}, .next = clients, .server = server, .peer = peer, .active = now_seconds()};
    clients = client;
    client_count++;
    loop_watch(&client->watch, EPOLLIN);
  }
}

static void deliver(uint32_t id, const void *message, size_t length) {
  struct pending *slot = &table[id % PENDING];
  if (slot->id != id || id == 0) return; // the client is gone, or asked too long ago
  slot->id = 0;
  struct client *client = slot->client;
  slot->client = NULL;
  if (length == 0 && client && client->server->protocol == HTTP) return drop(client);
  if (length == 0 || length > MESSAGE_MAX) return;
  if (!client) return answer_udp(slot, message, length);
  uint8_t prefix[2] = {(uint8_t)(length >> 8), (uint8_t)length};
  if (client->server->protocol != HTTP) text_add(&client->out, prefix, sizeof prefix);
  text_add(&client->out, message, length);
  client->active = now_seconds();
  flush_client(client);
}

struct exchange { // a query that an upstream has not answered yet
  struct watch watch;
  struct exchange *next;
  struct frame frame; // as the control plane sent it
  uint16_t own_port;
  bool connected;
  double deadline;
  struct text out, in;
};
static struct exchange *exchanges;
static int exchange_count;
static bool is_giving_up; // the timer runs

/** Tells what came of it. Without an own port the connection was not even made. */
static void exchange_end(struct exchange *exchange, int error, const void *message, size_t length) {
  struct frame frame = {
      .kind = FROM_REPLY, .protocol = exchange->frame.protocol, .id = exchange->frame.id, .status = (uint16_t)error, .own_port = exchange->connected ? exchange->own_port : 0};
  struct sockaddr_in own;
  socklen_t size = sizeof own;
  if (exchange->watch.fd >= 0 && getsockname(exchange->watch.fd, (struct sockaddr *)&own, &size) == 0) frame.address = own.sin_addr.s_addr;
  tell_control(&frame, message, length);
  for (struct exchange **place = &exchanges; *place; place = &(*place)->next)
    if (*place == exchange) {
      *place = exchange->next;
      exchange_count--;
      break;
    }
  if (exchange->watch.fd >= 0) loop_close(&exchange->watch);
  text_free(&exchange->in);
  text_free(&exchange->out);
  free(exchange);
  flush_to_control();
}

static int socket_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

static void exchange_ready(struct watch *watch, uint32_t happened) {
  struct exchange *exchange = (struct exchange *)watch;
  static uint8_t bytes[MESSAGE_MAX + 2];
  bool is_udp = exchange->frame.protocol == IPPROTO_UDP;
  if (!exchange->connected) {
    int error = socket_error(watch->fd);
    if (error) return exchange_end(exchange, error, NULL, 0);
    exchange->connected = true;
  }
  if (exchange->out.length && (happened & EPOLLOUT)) {
    ssize_t put = send(watch->fd, exchange->out.bytes, exchange->out.length, MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN) return exchange_end(exchange, errno, NULL, 0);
    if (put > 0) {
      memmove(exchange->out.bytes, exchange->out.bytes + put, exchange->out.length - (size_t)put);
      exchange->out.length -= (size_t)put;
    }
    loop_change(watch, exchange->out.length ? EPOLLIN | EPOLLOUT : EPOLLIN);
  }
  for (;;) {
    ssize_t got = recv(watch->fd, bytes, sizeof bytes, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got < 0 || (got == 0 && !is_udp)) return exchange_end(exchange, got < 0 ? errno : 0, NULL, 0);
    if (is_udp) {
      // a reply to something else: the right one may still come
      if (got < 12 || memcmp(bytes, exchange->in.bytes, 2) != 0) continue;
      return exchange_end(exchange, 0, bytes, (size_t)got < MESSAGE_MAX ? (size_t)got : MESSAGE_MAX);
    }
    text_add(&exchange->in, bytes, (size_t)got);
    if (exchange->in.length < 2) continue;
    size_t length = get16(exchange->in.bytes);
    if (exchange->in.length >= 2 + length) return exchange_end(exchange, 0, exchange->in.bytes + 2, length);
  }
}

static void give_up(void *data) {
  (void)data;
  double now = now_seconds();
  for (struct exchange *exchange = exchanges, *next; exchange; exchange = next) {
    next = exchange->next;
    if (now >= exchange->deadline) exchange_end(exchange, ETIMEDOUT, NULL, 0);
  }
  is_giving_up = exchanges != NULL;
  if (is_giving_up) loop_later(0.1, give_up, NULL);
}

static void exchange_begin(const struct frame *frame, const void *message, size_t length) {
  struct exchange *exchange = calloc(1, sizeof *exchange);
  if (!exchange) fail("out of memory");
  // to the relay the own port is a time limit in milliseconds
  *exchange = (struct exchange){.watch = {.fd = -1, .ready = exchange_ready}, .next = exchanges, .frame = *frame, .deadline = now_seconds() + frame->own_port / 1000.0};
  exchanges = exchange;
  if (!is_giving_up) loop_later(0.1, give_up, NULL);
  is_giving_up = true;
  if (exchange_count++ >= EXCHANGES_MAX) return exchange_end(exchange, EMFILE, NULL, 0);
  bool is_udp = frame->protocol == IPPROTO_UDP;
  struct sockaddr_in upstream = {.sin_family = AF_INET, .sin_port = htons(frame->port), .sin_addr.s_addr = frame->address}, own = {0};
  socklen_t size = sizeof own;
  exchange->watch.fd = socket(AF_INET, (is_udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (exchange->watch.fd < 0) return exchange_end(exchange, errno, NULL, 0);
  loop_watch(&exchange->watch, is_udp ? EPOLLIN : EPOLLIN | EPOLLOUT);
  if (connect(exchange->watch.fd, (struct sockaddr *)&upstream, sizeof upstream) < 0 && errno != EINPROGRESS) return exchange_end(exchange, errno, NULL, 0);
  if (getsockname(exchange->watch.fd, (struct sockaddr *)&own, &size) == 0) exchange->own_port = ntohs(own.sin_port);
  uint8_t prefix[2];
  put16(prefix, (uint16_t)length);
  if (!is_udp) {
    text_add(&exchange->out, prefix, sizeof prefix);
    text_add(&exchange->out, message, length);
    return;
  }
  exchange->connected = true;
  text_add(&exchange->in, message, 2); // its id, to know the reply by
  if (send(exchange->watch.fd, message, length, MSG_NOSIGNAL) < 0) exchange_end(exchange, errno, NULL, 0);
}

static void server_open(uint8_t protocol, int port) {
  int on = 1;
  struct server *server = servers;
  while (server < servers + SERVERS_MAX && server->used) server++;
  if (server == servers + SERVERS_MAX) fail("dns-relay: more than %d ports", SERVERS_MAX);
  int fd = goes_on_without_port ? try_listen_everywhere(SOCK_STREAM, port) : listen_everywhere(SOCK_STREAM, port);
  if (fd < 0) {
    fprintf(stderr, "listen tcp4 0.0.0.0:%d: bind: %s\n", port, errno == EADDRINUSE ? "address already in use" : strerror(errno));
    return;
  }
  *server = (struct server){.used = true, .protocol = protocol, .port = port, .udp = {.fd = -1, .ready = udp_ready}, .tcp = {.fd = fd, .ready = tcp_ready}};
  loop_watch(&server->tcp, EPOLLIN);
  if (protocol == HTTP) return;
  server->udp.fd = listen_everywhere(SOCK_DGRAM, port);
  if (setsockopt(server->udp.fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on) < 0) setsockopt(server->udp.fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  loop_watch(&server->udp, EPOLLIN);
}

static void server_close(uint8_t protocol, int port) {
  for (struct server *server = servers; server < servers + SERVERS_MAX; server++) {
    if (!server->used || server->protocol != protocol || server->port != port) continue;
    for (struct client *client = clients, *next; client; client = next) {
      next = client->next;
      if (client->server == server) drop(client);
    }
    for (int i = 0; i < PENDING; i++)
      if (!table[i].client && table[i].fd == server->udp.fd) table[i].id = 0;
    loop_close(&server->tcp);
    if (server->udp.fd >= 0) loop_close(&server->udp);
    server->used = false;
  }
}

static void obey(const struct frame *frame, const void *message, size_t length) {
  switch (frame->kind) {
    case TO_ANSWER: return deliver(frame->id, message, length);
    case TO_EXCHANGE: return exchange_begin(frame, message, length);
    case TO_LISTEN: return server_open(frame->protocol, frame->port);
    case TO_CLOSE: return server_close(frame->protocol, frame->port);
    case TO_EXIT: exit(frame->status);
    default: fail("dns-relay: a frame of kind %d on stdin", frame->kind);
  }
}

static void input_ready(struct watch *watch, uint32_t happened) {
  (void)happened;
  char bytes[65536];
  ssize_t got = read(watch->fd, bytes, sizeof bytes);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) exit(0);
  text_add(&from_control, bytes, (size_t)got);
  size_t used = 0;
  while (from_control.length - used >= HEADER) {
    const char *at = from_control.bytes + used;
    size_t length = get32(at + 16);
    if (length > MESSAGE_MAX) fail("dns-relay: a frame of %zu bytes on stdin", length);
    if (from_control.length - used < HEADER + length) break;
    struct frame frame = {.kind = (uint8_t)at[0], .protocol = (uint8_t)at[1], .port = get16(at + 2), .id = get32(at + 4), .own_port = get16(at + 12), .status = get16(at + 14)};
    memcpy(&frame.address, at + 8, 4);
    obey(&frame, at + HEADER, length);
    used += HEADER + length;
  }
  memmove(from_control.bytes, from_control.bytes + used, from_control.length - used);
  from_control.length -= used;
}

/** CoreDNS takes its time to end; the control plane says when. */
static void signal_ready(struct watch *watch, uint32_t happened) {
  (void)happened;
  struct signalfd_siginfo info;
  if (read(watch->fd, &info, sizeof info) != sizeof info) return;
  struct frame frame = {.kind = FROM_TERMINATE, .protocol = IPPROTO_UDP};
  tell_control(&frame, NULL, 0);
  flush_to_control();
}

static void close_idle(void *data) {
  (void)data;
  double now = now_seconds();
  for (struct client *client = clients, *next; client; client = next) {
    next = client->next;
    if (now - client->active > IDLE_SECONDS) drop(client);
  }
  loop_later(1, close_idle, NULL);
}

/** What control sends on stdin is obeyed, and what clients send is told on stdout. */
static void talk_to_control(void) {
  fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK);
  fcntl(1, F_SETFL, fcntl(1, F_GETFL) | O_NONBLOCK);
  input = (struct watch){.fd = 0, .ready = input_ready};
  output = (struct watch){.fd = 1, .ready = output_ready};
  loop_watch(&input, EPOLLIN);
  loop_watch(&output, 0);
  loop_later(1, close_idle, NULL);
}

int run_dns_relay(char **arguments) {
  set_title("coredns", "/coredns -conf /etc/coredns/Corefile");
  talk_to_control();
  if (flag_value(arguments, "port")) server_open(IPPROTO_UDP, flag_number(arguments, "port", 53, 1, 65535));
  else {
    sigset_t terminate;
    sigemptyset(&terminate);
    sigaddset(&terminate, SIGTERM);
    sigprocmask(SIG_BLOCK, &terminate, NULL);
    signals = (struct watch){.fd = signalfd(-1, &terminate, SFD_NONBLOCK | SFD_CLOEXEC), .ready = signal_ready};
    if (signals.fd < 0) fail("signalfd: %s", strerror(errno));
    loop_watch(&signals, EPOLLIN);
  }
  loop_run(0);
}

int run_kube_proxy(char **arguments) {
  (void)arguments; // the image's command line is its title
  char title[256];
  snprintf(title, sizeof title, "/usr/local/bin/kube-proxy --config=/var/lib/kube-proxy/config.conf --hostname-override=%s", host_name());
  set_title("kube-proxy", title);
  goes_on_without_port = true;
  talk_to_control();
  loop_run(0);
}
