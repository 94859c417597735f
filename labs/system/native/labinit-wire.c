// labinit's connections: frames in, frames out, without ever blocking on a slow party.
#define _GNU_SOURCE
#include "labinit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/** Above this much unsent output the party's processes are not read any further. */
enum { CONGESTED_BYTES = 1 << 20, RELIEVED_BYTES = 256 << 10, HEADER_BYTES = 9 };

struct connection *connections;

void buffer_append(struct buffer *b, const void *bytes, size_t count) {
  if (b->start && (b->start == b->end || b->start > b->capacity / 2)) {
    memmove(b->bytes, b->bytes + b->start, buffered(b));
    b->end -= b->start;
    b->start = 0;
  }
  if (b->end + count > b->capacity) {
    size_t capacity = b->capacity ? b->capacity : 4096;
    while (capacity < b->end + count) capacity *= 2;
    b->bytes = realloc(b->bytes, capacity);
    if (!b->bytes) die("out of memory");
    b->capacity = capacity;
  }
  memcpy(b->bytes + b->end, bytes, count);
  b->end += count;
}

void buffer_consume(struct buffer *b, size_t count) {
  b->start += count;
  if (b->start < b->end) return;
  b->start = b->end = 0;
  if (b->capacity > 64 << 10) buffer_free(b);  // a burst's memory is given back
}

void buffer_free(struct buffer *b) {
  free(b->bytes);
  *b = (struct buffer){0};
}

static void close_connection(struct connection *c, const char *reason) {
  if (c->is_labd) _exit(0);  // the whole sandbox ends with pid 1
  fprintf(stderr, "labinit: control's connection closed: %s\n", reason);
  for (struct connection **link = &connections; *link; link = &(*link)->next) {
    if (*link == c) {
      *link = c->next;
      break;
    }
  }
  close_source(&c->in);
  close_source(&c->out);
  processes_forget(c);
  namespaces_forget(c);
  buffer_free(&c->unsent);
  free_later(c);  // `received` too: the caller may be parsing it
  free_later(c->received.bytes);
}

/** False: the connection is gone. */
static bool flush(struct connection *c) {
  while (buffered(&c->unsent)) {
    ssize_t n = write(c->out.fd, c->unsent.bytes + c->unsent.start, buffered(&c->unsent));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n < 0) return false;
    buffer_consume(&c->unsent, (size_t)n);
  }
  watch(&c->out, buffered(&c->unsent) ? EPOLLOUT : 0);
  return true;
}

static void on_writable(struct source *self, uint32_t events) {
  (void)events;
  struct connection *c = (struct connection *)((char *)self - offsetof(struct connection, out));
  if (!flush(c)) return close_connection(c, strerror(errno));
  if (c->congested && buffered(&c->unsent) < RELIEVED_BYTES) {
    c->congested = false;
    processes_resume(c);
  }
}

static void on_readable(struct source *self, uint32_t events) {
  (void)events;
  struct connection *c = (struct connection *)self;
  uint8_t chunk[64 << 10];
  ssize_t n = read(c->in.fd, chunk, sizeof chunk);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return close_connection(c, n ? strerror(errno) : "end of stream");
  buffer_append(&c->received, chunk, (size_t)n);
  while (c->in.fd >= 0 && buffered(&c->received) >= 4) {
    const uint8_t *frame = c->received.bytes + c->received.start;
    uint32_t length, id;
    memcpy(&length, frame, 4);
    if (length < 5 || length > FRAME_BYTES_MAX) {
      fprintf(stderr, "labinit: malformed frame of %u bytes\n", length);
      return close_connection(c, "malformed frame");
    }
    if (buffered(&c->received) < 4 + (size_t)length) return;
    memcpy(&id, frame + 5, 4);
    on_frame(c, frame[4], id, frame + HEADER_BYTES, length - 5);
    if (c->in.fd >= 0) buffer_consume(&c->received, 4 + (size_t)length);
  }
}

struct connection *open_connection(int in_fd, int out_fd, bool is_labd) {
  struct connection *c = allocate(sizeof *c);
  c->in = (struct source){on_readable, in_fd, 0};
  c->out = (struct source){on_writable, out_fd, 0};
  c->is_labd = is_labd;
  fcntl(in_fd, F_SETFL, fcntl(in_fd, F_GETFL) | O_NONBLOCK);
  fcntl(out_fd, F_SETFL, fcntl(out_fd, F_GETFL) | O_NONBLOCK);
  c->next = connections;
  connections = c;
  watch(&c->in, EPOLLIN);
  return c;
}

void send_frame(struct connection *c, enum reply_type type, uint32_t id, const void *payload, size_t bytes) {
  if (!c || c->in.fd < 0) return;
  uint8_t header[HEADER_BYTES];
  uint32_t length = (uint32_t)(5 + bytes);
  memcpy(header, &length, 4);
  header[4] = (uint8_t)type;
  memcpy(header + 5, &id, 4);
  buffer_append(&c->unsent, header, sizeof header);
  if (bytes) buffer_append(&c->unsent, payload, bytes);
  // A write error is left to the reading side, which sees the hang-up too: closing here would free what our callers still hold.
  if (!c->out.watched && !flush(c)) buffer_consume(&c->unsent, buffered(&c->unsent));
  if (buffered(&c->unsent) > CONGESTED_BYTES) c->congested = true;
}

void send_ok(struct connection *c, uint32_t id) { send_frame(c, REPLY_OK, id, NULL, 0); }

void send_error(struct connection *c, uint32_t id, const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  send_frame(c, REPLY_ERROR, id, text, strlen(text));
}

void send_to_all(enum reply_type type, const void *payload, size_t bytes) {
  for (struct connection *c = connections; c; c = c->next) send_frame(c, type, 0, payload, bytes);
}

static const uint8_t *take(struct reader *r, size_t bytes) {
  static const uint8_t zeros[4];
  if (r->failed || (size_t)(r->end - r->at) < bytes) {
    r->failed = true;
    return zeros;
  }
  const uint8_t *at = r->at;
  r->at += bytes;
  return at;
}

uint8_t read_u8(struct reader *r) { return *take(r, 1); }

uint16_t read_u16(struct reader *r) {
  uint16_t value;
  memcpy(&value, take(r, 2), 2);
  return value;
}

uint32_t read_u32(struct reader *r) {
  uint32_t value;
  memcpy(&value, take(r, 4), 4);
  return value;
}

const char *read_string(struct reader *r) {
  const uint8_t *nul = r->failed ? NULL : memchr(r->at, 0, (size_t)(r->end - r->at));
  if (!nul) {
    r->failed = true;
    return "";
  }
  const char *text = (const char *)r->at;
  r->at = nul + 1;
  return text;
}
