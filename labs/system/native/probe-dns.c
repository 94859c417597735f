// DNS messages for podwire-probe: one question to one server over UDP or TCP, and answers as `dig +short` prints them.
#define _GNU_SOURCE
#include "probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER = 12, ANSWER_CAPACITY = 2 + 65535, TEXT_CAPACITY = 4 * 1024 };

int dns_type_number(const char *text) {
  static const struct { const char *name; int number; } types[] = {
      {"A", TYPE_A}, {"AAAA", TYPE_AAAA}, {"CNAME", TYPE_CNAME}, {"PTR", TYPE_PTR}, {"SRV", TYPE_SRV}, {"TXT", TYPE_TXT}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (strcasecmp(text, types[i].name) == 0) return types[i].number;
  return -1;
}

const char *dns_rcode_name(int rcode) {
  static const char *const names[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"};
  return rcode >= 0 && rcode < (int)(sizeof names / sizeof *names) ? names[rcode] : "RESERVED";
}

static uint16_t get16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static void put16(uint8_t *p, unsigned value) {
  p[0] = (uint8_t)(value >> 8);
  p[1] = (uint8_t)value;
}

/** Writes the labels of a name; its length, or -1 when it is no name. */
static int put_name(uint8_t *out, const char *name) {
  size_t used = 0;
  while (*name) {
    size_t label = strcspn(name, ".");
    if (label == 0 || label > 63 || used + label + 2 > NAME_MAX_LENGTH) return -1;
    out[used++] = (uint8_t)label;
    memcpy(out + used, name, label);
    used += label;
    name += label;
    if (*name == '.') name++;
  }
  out[used++] = 0;
  return (int)used;
}

/** SO_REUSEADDR: the port of a connection that has just ended may be used again. */
int bind_local_port(int fd, int port) {
  if (port == 0) return 0;
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  return bind(fd, (struct sockaddr *)&from, sizeof from) < 0 ? errno : 0;
}

/** Opens the socket of the exchange and starts to connect it. */
static int open_socket(struct exchange *x) {
  x->sent = 0;
  x->received = 0;
  x->fd = socket(AF_INET, (x->tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (x->fd < 0) return -errno;
  if (!x->tcp) {
    int on = 1; // without it host-unreachable errors are kept from datagram sockets; glibc's resolver sets it too
    setsockopt(x->fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
  }
  int unbound = bind_local_port(x->fd, x->local_port);
  if (unbound) {
    exchange_close(x);
    return -unbound;
  }
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)x->port), .sin_addr = x->server};
  if (connect(x->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) {
    int failure = -errno;
    exchange_close(x);
    return failure;
  }
  x->events = POLLOUT;
  return 0;
}

int exchange_start(struct exchange *x, struct in_addr server, int port, const char *name, int type, bool tcp, int local_port) {
  exchange_close(x);
  x->server = server;
  x->port = port;
  x->tcp = tcp;
  x->local_port = local_port;
  uint8_t *message = x->query + 2;
  memset(message, 0, HEADER);
  if (getrandom(message, 2, 0) != 2) return -EIO;
  message[2] = 1; // recursion desired
  message[5] = 1; // one question
  int name_length = put_name(message + HEADER, name);
  if (name_length < 0) return -EINVAL;
  put16(message + HEADER + name_length, (unsigned)type);
  put16(message + HEADER + name_length + 2, 1);
  x->query_length = HEADER + (size_t)name_length + 4;
  put16(x->query, (unsigned)x->query_length);
  if (!x->answer && !(x->answer = malloc(ANSWER_CAPACITY))) return -ENOMEM;
  return open_socket(x);
}

void exchange_close(struct exchange *x) {
  if (x->fd >= 0) close(x->fd);
  x->fd = -1;
}

/** Does this message answer our question? A name server may keep or lower the letters' case. */
static bool answers_us(const struct exchange *x, const uint8_t *message, size_t length) {
  const uint8_t *query = x->query + 2;
  if (length < HEADER || memcmp(message, query, 2) != 0 || !(message[2] & 0x80)) return false;
  if (get16(message + 4) == 0) return (message[3] & 15) != 0; // an error without the question
  if (length < x->query_length) return false;
  return strncasecmp((const char *)message + HEADER, (const char *)query + HEADER, x->query_length - HEADER - 4) == 0 &&
         memcmp(message + x->query_length - 4, query + x->query_length - 4, 4) == 0;
}

static int step_udp(struct exchange *x) {
  if (x->sent == 0) {
    if (send(x->fd, x->query + 2, x->query_length, MSG_NOSIGNAL) < 0) return errno == EAGAIN ? 0 : -errno;
    x->sent = x->query_length;
    x->events = POLLIN;
  }
  for (;;) {
    ssize_t got = recv(x->fd, x->answer, ANSWER_CAPACITY, 0);
    if (got < 0) return errno == EAGAIN ? 0 : -errno;
    if (!answers_us(x, x->answer, (size_t)got)) continue; // somebody else's, or late
    x->received = (size_t)got;
    if (!(x->answer[2] & 0x02)) return 1;
    exchange_close(x); // truncated: ask again over TCP, as every resolver does
    x->tcp = true;
    return open_socket(x);
  }
}

static int step_tcp(struct exchange *x) {
  size_t total = x->query_length + 2;
  if (x->sent < total) {
    int failure = 0;
    socklen_t size = sizeof failure;
    if (getsockopt(x->fd, SOL_SOCKET, SO_ERROR, &failure, &size) == 0 && failure) return -failure;
    ssize_t put = send(x->fd, x->query + x->sent, total - x->sent, MSG_NOSIGNAL);
    if (put < 0) return errno == EAGAIN || errno == ENOTCONN ? 0 : -errno;
    x->sent += (size_t)put;
    if (x->sent < total) return 0;
    x->events = POLLIN;
  }
  for (;;) {
    ssize_t got = recv(x->fd, x->answer + x->received, ANSWER_CAPACITY - x->received, 0);
    if (got < 0) return errno == EAGAIN ? 0 : -errno;
    if (got == 0) return -ECONNRESET;
    x->received += (size_t)got;
    if (x->received < 2 || x->received < 2u + get16(x->answer)) continue;
    x->received = get16(x->answer);
    memmove(x->answer, x->answer + 2, x->received);
    return answers_us(x, x->answer, x->received) ? 1 : -EPROTO;
  }
}

int exchange_step(struct exchange *x) { return x->tcp ? step_tcp(x) : step_udp(x); }

/**
 * Reads a name at `at` into text with a trailing dot, special bytes escaped as dig does.
 * Returns the offset after the name, or 0 when it is malformed. Pointers must go backwards, so that they end.
 */
static size_t get_name(const uint8_t *message, size_t length, size_t at, char *text, size_t capacity) {
  size_t after = 0, used = 0, limit = at;
  for (;;) {
    if (at >= length) return 0;
    unsigned label = message[at];
    if ((label & 0xc0) == 0xc0) {
      if (at + 1 >= length) return 0;
      if (!after) after = at + 2;
      size_t target = (label & 0x3fu) << 8 | message[at + 1];
      if (target >= limit) return 0;
      at = limit = target;
      continue;
    }
    if (label > 63 || at + 1 + label > length) return 0;
    at++;
    if (label == 0) break;
    for (unsigned i = 0; i < label; i++) {
      unsigned char c = message[at + i];
      char piece[8];
      if (c <= ' ' || c > '~') snprintf(piece, sizeof piece, "\\%03u", c);
      else snprintf(piece, sizeof piece, strchr(".\\\"();@$", c) ? "\\%c" : "%c", c);
      size_t size = strlen(piece);
      if (used + size + 2 > capacity) return 0;
      memcpy(text + used, piece, size);
      used += size;
    }
    text[used++] = '.';
    at += label;
  }
  if (used == 0) text[used++] = '.';
  text[used] = 0;
  return after ? after : at;
}

struct record {
  int type;
  size_t data; // offset of its data
  size_t size;
};

/** Steps to the next record of the answer section; false at its end or when malformed (`*at` is then 0). */
static bool next_record(const uint8_t *message, size_t length, size_t *at, struct record *record) {
  char name[TEXT_CAPACITY];
  size_t here = get_name(message, length, *at, name, sizeof name);
  *at = 0;
  if (!here || here + 10 > length) return false;
  record->type = get16(message + here);
  record->size = get16(message + here + 8);
  record->data = here + 10;
  if (record->data + record->size > length) return false;
  *at = record->data + record->size;
  return true;
}

/** Offset of the answer section, 0 when malformed. */
static size_t skip_questions(const uint8_t *message, size_t length) {
  char name[TEXT_CAPACITY];
  if (length < HEADER) return 0;
  size_t at = HEADER;
  for (int i = get16(message + 4); i > 0; i--) {
    at = get_name(message, length, at, name, sizeof name);
    if (!at || at + 4 > length) return 0;
    at += 4;
  }
  return at;
}

bool dns_first_address(const uint8_t *message, size_t length, struct in_addr *address) {
  size_t at = skip_questions(message, length);
  struct record record;
  for (int i = at ? get16(message + 6) : 0; i > 0 && next_record(message, length, &at, &record); i--) {
    if (record.type != TYPE_A || record.size != 4) continue;
    memcpy(address, message + record.data, 4);
    return true;
  }
  return false;
}

/** TXT data as dig prints it: each string in quotes, one space between. */
static bool txt_text(const uint8_t *data, size_t size, char *text) {
  size_t used = 0;
  for (size_t at = 0; at < size;) {
    size_t part = data[at++];
    if (at + part > size || used + 4 * part + 4 > TEXT_CAPACITY) return false;
    if (used) text[used++] = ' ';
    text[used++] = '"';
    for (size_t i = 0; i < part; i++) {
      unsigned char c = data[at + i];
      if (c < ' ' || c > '~') used += (size_t)sprintf(text + used, "\\%03u", c);
      else used += (size_t)sprintf(text + used, c == '"' || c == '\\' ? "\\%c" : "%c", c);
    }
    text[used++] = '"';
    at += part;
  }
  text[used] = 0;
  return true;
}

/** The text of one record; false when its data is malformed. Types we do not ask for are skipped by the caller. */
static bool record_text(const uint8_t *message, size_t length, const struct record *record, char *text) {
  const uint8_t *data = message + record->data;
  switch (record->type) {
  case TYPE_A:
    return record->size == 4 && inet_ntop(AF_INET, data, text, TEXT_CAPACITY);
  case TYPE_AAAA:
    return record->size == 16 && inet_ntop(AF_INET6, data, text, TEXT_CAPACITY);
  case TYPE_CNAME:
  case TYPE_PTR:
    return get_name(message, length, record->data, text, TEXT_CAPACITY) != 0;
  case TYPE_TXT:
    return txt_text(data, record->size, text);
  case TYPE_SRV: {
    if (record->size < 7) return false;
    int used = sprintf(text, "%u %u %u ", get16(data), get16(data + 2), get16(data + 4));
    return get_name(message, length, record->data + 6, text + used, TEXT_CAPACITY - (size_t)used) != 0;
  }
  default:
    return false;
  }
}

int dns_answer_texts(const uint8_t *message, size_t length, char **texts, int capacity) {
  static const int known[] = {TYPE_A, TYPE_AAAA, TYPE_CNAME, TYPE_PTR, TYPE_TXT, TYPE_SRV};
  size_t at = skip_questions(message, length);
  if (!at) return -1;
  int count = 0;
  struct record record;
  for (int i = get16(message + 6); i > 0 && count < capacity; i--) {
    if (!next_record(message, length, &at, &record)) return -1;
    bool wanted = false;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) wanted |= record.type == known[k];
    if (!wanted) continue;
    char text[TEXT_CAPACITY];
    if (!record_text(message, length, &record, text)) return -1;
    if (!(texts[count] = strdup(text))) return -1;
    count++;
  }
  return count;
}
