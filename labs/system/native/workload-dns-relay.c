// dns-relay: the socket half of cluster DNS. It owns port 53 inside the pod, hands each query to the control plane on stdout and writes the answers that come
// back on stdin to the clients, so that DNS packets cross the pod's own network while CoreDNS's work is done elsewhere (labs/cluster/dns).
//
// Frames, numbers in network byte order (labs/cluster/dns/relay-codec.ts is the other end):
//   stdout   u32 id · u8 protocol (17 UDP, 6 TCP) · u32 client IPv4 address (0 when it is IPv6) · u16 client port · u32 length · the DNS message
//   stdin    u32 id · u32 length · the DNS message; length 0 means: no answer
// When stdin ends the program ends: a DNS server without its control plane answers nobody.
#define _GNU_SOURCE
#include "workload.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { MESSAGE_MAX = 65535, PENDING = 4096, BACKLOG_MAX = 1024 * 1024, CLIENTS_MAX = 256, IDLE_SECONDS = 10, QUERY_HEADER = 15, ANSWER_HEADER = 8 };

struct client { // a TCP connection
  struct watch watch;
  struct client *next;
  struct sockaddr_in6 peer;
  struct text in;
  struct text out;
  double active;
};

struct pending { // a query whose answer has not come back; a slot is reused after PENDING further queries
  uint32_t id;
  struct client *client; // NULL: UDP
  struct sockaddr_in6 peer;
  socklen_t peer_size;
  struct in6_pktinfo asked6;
  struct in_pktinfo asked4;
};

static struct pending table[PENDING];
static uint32_t last_id;
static struct client *clients;
static int client_count;
static struct watch udp, tcp, input, output = {.fd = -1};
static struct text to_control, from_control;
static size_t to_control_sent;

static void put32(uint8_t *p, uint32_t value) {
  value = htonl(value);
  memcpy(p, &value, 4);
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

/** Sends a query to the control plane; when it lags behind, the query is dropped, as by any overloaded name server. */
static struct pending *forward(const struct sockaddr_in6 *peer, uint8_t protocol, const void *message, size_t length) {
  if (to_control.length - to_control_sent > BACKLOG_MAX) return NULL;
  uint8_t header[QUERY_HEADER];
  struct pending *slot = &table[++last_id % PENDING];
  *slot = (struct pending){.id = last_id, .peer = *peer};
  put32(header, last_id);
  header[4] = protocol;
  uint32_t address = 0;
  if (peer->sin6_family == AF_INET) address = ((const struct sockaddr_in *)peer)->sin_addr.s_addr;
  else if (IN6_IS_ADDR_V4MAPPED(&peer->sin6_addr)) memcpy(&address, peer->sin6_addr.s6_addr + 12, 4);
  memcpy(header + 5, &address, 4);
  memcpy(header + 9, &peer->sin6_port, 2); // at the same place for both families
  put32(header + 11, (uint32_t)length);
  text_add(&to_control, header, sizeof header);
  text_add(&to_control, message, length);
  return slot;
}

static void udp_ready(struct watch *watch, uint32_t happened) {
  (void)happened;
  static uint8_t message[MESSAGE_MAX];
  for (;;) {
    struct sockaddr_in6 peer;
    char control[256];
    struct iovec part = {message, sizeof message};
    struct msghdr head = {.msg_name = &peer, .msg_namelen = sizeof peer, .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t got = recvmsg(watch->fd, &head, 0);
    if (got < 0) break;
    if (got < 12) continue; // no DNS header
    struct pending *slot = forward(&peer, IPPROTO_UDP, message, (size_t)got);
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
  sendmsg(udp.fd, &head, MSG_NOSIGNAL); // a datagram that cannot be sent is lost, as datagrams are
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
  loop_change(&client->watch, EPOLLIN);
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
  size_t used = 0;
  while (client->in.length - used >= 2) {
    const uint8_t *frame = (const uint8_t *)client->in.bytes + used;
    size_t length = (size_t)frame[0] << 8 | frame[1];
    if (client->in.length - used < 2 + length) break;
    if (length < 12) {
      flush_to_control();
      return drop(client);
    }
    struct pending *slot = forward(&client->peer, IPPROTO_TCP, frame + 2, length);
    if (slot) slot->client = client;
    used += 2 + length;
  }
  memmove(client->in.bytes, client->in.bytes + used, client->in.length - used);
  client->in.length -= used;
  flush_to_control();
}

static void tcp_ready(struct watch *watch, uint32_t happened) {
  (void)happened;
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
    *client = (struct client){.watch = {.fd = fd, .ready = client_ready}, .next = clients, .peer = peer, .active = now_seconds()};
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
  if (length == 0 || length > MESSAGE_MAX) return;
  if (!client) return answer_udp(slot, message, length);
  uint8_t prefix[2] = {(uint8_t)(length >> 8), (uint8_t)length};
  text_add(&client->out, prefix, sizeof prefix);
  text_add(&client->out, message, length);
  client->active = now_seconds();
  flush_client(client);
}

static void input_ready(struct watch *watch, uint32_t happened) {
  (void)happened;
  char bytes[65536];
  ssize_t got = read(watch->fd, bytes, sizeof bytes);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) exit(0);
  text_add(&from_control, bytes, (size_t)got);
  size_t used = 0;
  while (from_control.length - used >= ANSWER_HEADER) {
    const char *frame = from_control.bytes + used;
    size_t length = get32(frame + 4);
    if (length > MESSAGE_MAX) fail("dns-relay: a frame of %zu bytes on stdin", length);
    if (from_control.length - used < ANSWER_HEADER + length) break;
    deliver(get32(frame), frame + ANSWER_HEADER, length);
    used += ANSWER_HEADER + length;
  }
  memmove(from_control.bytes, from_control.bytes + used, from_control.length - used);
  from_control.length -= used;
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

int run_dns_relay(char **arguments) {
  int port = flag_number(arguments, "port", 53, 1, 65535), on = 1;
  set_title("coredns", "/coredns -conf /etc/coredns/Corefile");
  udp = (struct watch){.fd = listen_everywhere(SOCK_DGRAM, port), .ready = udp_ready};
  tcp = (struct watch){.fd = listen_everywhere(SOCK_STREAM, port), .ready = tcp_ready};
  if (setsockopt(udp.fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on) < 0) setsockopt(udp.fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK);
  fcntl(1, F_SETFL, fcntl(1, F_GETFL) | O_NONBLOCK);
  input = (struct watch){.fd = 0, .ready = input_ready};
  output = (struct watch){.fd = 1, .ready = output_ready};
  loop_watch(&udp, EPOLLIN);
  loop_watch(&tcp, EPOLLIN);
  loop_watch(&input, EPOLLIN);
  loop_watch(&output, 0);
  loop_later(1, close_idle, NULL);
  loop_run(0);
}
