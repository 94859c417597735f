// An HTTP/1.x server for podwire-workload: keep-alive, many connections on one loop, limits on everything a client sends. Used by netexec, serve-hostname, porter and nginx.
#define _GNU_SOURCE
#include "workload.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { HEAD_MAX = 64 * 1024, BODY_KEPT = 64 * 1024, CONNECTIONS_MAX = 1000, IDLE_SECONDS = 75 };

struct connection {
  struct watch watch;
  struct http_server *server;
  struct connection *next;
  struct connection *previous;
  struct sockaddr_in6 peer;
  struct text in;
  struct text body;
  size_t head_length;  // of the request being read, once its head is complete
  uint64_t body_left;
  struct text out;
  size_t sent;
  char *line;
  struct http_request request;
  bool keep_alive;
  bool head_only;
  bool answering; // a reply is being made or sent
  bool gone;      // the client hung up while a job still holds the connection
  int holds;
  double active;
};

static struct connection *connections;
static int connection_count;
static struct http_server *servers[4];
static int server_count;
static int shutdown_code = -1;

static void exit_when_idle(void) {
  if (shutdown_code >= 0 && connection_count == 0) exit(shutdown_code);
}

static void forget_request(struct connection *c) {
  free(c->line);
  free(c->request.path);
  c->line = NULL;
  c->request.path = NULL;
}

static void release(struct connection *c) {
  if (c->holds > 0) return;
  forget_request(c);
  text_free(&c->in);
  text_free(&c->out);
  text_free(&c->body);
  free(c);
}

static void drop(struct connection *c) {
  if (c->gone) return;
  c->gone = true;
  loop_close(&c->watch);
  if (c->previous) c->previous->next = c->next;
  else connections = c->next;
  if (c->next) c->next->previous = c->previous;
  connection_count--;
  release(c);
  exit_when_idle();
}

static void finish_reply(struct connection *c);

/** Writes what is left; then waits for the socket, closes, or turns to the next request. */
static void flush(struct connection *c) {
  while (c->sent < c->out.length) {
    ssize_t put = send(c->watch.fd, c->out.bytes + c->sent, c->out.length - c->sent, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EAGAIN) return loop_change(&c->watch, EPOLLOUT);
    if (put < 0) return drop(c);
    c->sent += (size_t)put;
  }
  finish_reply(c);
}

static void queue_reply(struct connection *c, struct http_reply *reply) {
  if (!reply->content_type) reply->content_type = "text/plain; charset=utf-8";
  if (shutdown_code >= 0) c->keep_alive = false;
  c->out.length = c->sent = 0;
  c->server->write_head(&c->out, reply, c->keep_alive);
  text_add(&c->out, "\r\n", 2);
  bool with_body = !c->head_only && reply->status != 204 && reply->status != 304;
  if (with_body) text_add(&c->out, reply->body.bytes, reply->body.length);
  if (c->server->log && c->line) c->server->log(&c->request, reply, with_body ? reply->body.length : 0);
  text_free(&reply->headers);
  text_free(&reply->body);
  c->active = now_seconds();
}

static void refuse(struct connection *c, int status) {
  struct http_reply reply = {0};
  c->server->refuse(&reply, status);
  c->keep_alive = false;
  c->answering = true;
  queue_reply(c, &reply);
  flush(c);
}

/** Length of a complete head at the start of the buffer, 0 when more has to come. */
static size_t find_head(const struct text *in) {
  for (size_t i = 0; i + 1 < in->length; i++) {
    if (in->bytes[i] != '\n') continue;
    if (in->bytes[i + 1] == '\n') return i + 2;
    if (in->bytes[i + 1] == '\r' && i + 2 < in->length && in->bytes[i + 2] == '\n') return i + 3;
  }
  return 0;
}

/** Reads the request line and the headers that the server itself needs; 0, or the status to refuse with. */
static int parse_head(struct connection *c) {
  if (memchr(c->in.bytes, 0, c->head_length)) return 400;
  size_t line = strcspn(c->in.bytes, "\r\n");
  size_t head = c->head_length - line;
  struct http_request *request = &c->request;
  *request = (struct http_request){.peer = c->peer, .connection = c, .server = c->server, .body = "", .query = ""};
  if (!(c->line = malloc(2 * (line + 1) + head + 1))) fail("out of memory");
  snprintf(c->line, line + 1, "%s", c->in.bytes);
  request->line = c->line;
  char *words = c->line + line + 1; // a second copy, cut at the blanks
  memcpy(words, c->line, line + 1);
  char *headers = words + line + 1; // a copy, because the input buffer moves while the body comes in
  memcpy(headers, c->in.bytes + line, head);
  headers[head] = 0;
  request->method = words;
  char *target = strchr(words, ' ');
  char *version = target ? strchr(target + 1, ' ') : NULL;
  if (!version || strncmp(version + 1, "HTTP/1.", 7) != 0 || strlen(version + 1) != 8 || !isdigit((unsigned char)version[8])) return 400;
  *target++ = *version = 0;
  if (*target != '/' || !*request->method) return 400;
  for (const char *p = request->method; *p; p++)
    if (!isalpha((unsigned char)*p)) return 400;
  request->target = target;
  request->headers = headers + (*headers == '\r') + 1;
  size_t path = strcspn(target, "?");
  request->query = target[path] ? target + path + 1 : "";
  if (!(request->path = malloc(path + 1))) fail("out of memory");
  if (!percent_decode(target, path, request->path, path + 1, false)) return 400;
  const char *connection = header_value(request, "Connection");
  c->keep_alive = version[8] == '0' ? strcasestr(connection, "keep-alive") != NULL : strcasestr(connection, "close") == NULL;
  c->head_only = strcmp(request->method, "HEAD") == 0;
  if (*header_value(request, "Transfer-Encoding")) return 411; // chunked request bodies: nothing in a lab sends them
  const char *length = header_value(request, "Content-Length");
  c->body_left = 0;
  if (*length) {
    char *end;
    errno = 0;
    c->body_left = strtoull(length, &end, 10);
    if (errno || *end || !isdigit((unsigned char)*length)) return 400;
  }
  return 0;
}

static void handle(struct connection *c) {
  struct http_reply reply = {.status = 200};
  c->request.body = c->body.length ? c->body.bytes : "";
  c->answering = true;
  loop_change(&c->watch, 0); // no more reading until this one is answered
  if (!c->server->handle(&c->request, &reply)) return;
  queue_reply(c, &reply);
  flush(c);
}

enum taken { INCOMPLETE, COMPLETE, REFUSED };

/** Takes as much of a request as has come. After REFUSED the connection may be gone. */
static enum taken take_request(struct connection *c) {
  if (c->head_length == 0) {
    while (c->in.length && (c->in.bytes[0] == '\r' || c->in.bytes[0] == '\n')) { // stray line ends between requests
      memmove(c->in.bytes, c->in.bytes + 1, c->in.length);
      c->in.length--;
    }
    c->head_length = c->in.length ? find_head(&c->in) : 0;
    if (c->head_length == 0 && c->in.length <= HEAD_MAX) return INCOMPLETE;
    int status = c->head_length ? parse_head(c) : 431;
    if (status) {
      refuse(c, status);
      return REFUSED;
    }
    c->body.length = 0;
    if (c->body_left && strcasecmp(header_value(&c->request, "Expect"), "100-continue") == 0)
      send(c->watch.fd, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
  }
  size_t here = c->in.length - c->head_length;
  if (here > c->body_left) here = (size_t)c->body_left;
  size_t room = BODY_KEPT - c->body.length;
  text_add(&c->body, c->in.bytes + c->head_length, here < room ? here : room);
  memmove(c->in.bytes + c->head_length, c->in.bytes + c->head_length + here, c->in.length - c->head_length - here);
  c->in.length -= here;
  c->in.bytes[c->in.length] = 0;
  c->body_left -= here;
  return c->body_left ? INCOMPLETE : COMPLETE;
}

static void finish_reply(struct connection *c) {
  if (!c->keep_alive) {
    shutdown(c->watch.fd, SHUT_WR);
    char rest[4096]; // what the client still sent; unread bytes would turn our close into a reset
    while (recv(c->watch.fd, rest, sizeof rest, MSG_DONTWAIT) > 0) continue;
    return drop(c);
  }
  size_t consumed = c->head_length;
  memmove(c->in.bytes, c->in.bytes + consumed, c->in.length - consumed + 1);
  c->in.length -= consumed;
  c->head_length = 0;
  c->answering = false;
  forget_request(c);
  // a pipelined request waits in the buffer: EPOLLOUT comes back to it at once, without recursion
  loop_change(&c->watch, c->in.length ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void ready(struct watch *watch, uint32_t happened) {
  struct connection *c = (struct connection *)watch;
  if (c->answering && (happened & (EPOLLHUP | EPOLLERR))) return drop(c);
  if (c->answering) return flush(c);
  enum taken taken = c->in.length ? take_request(c) : INCOMPLETE;
  if (taken == COMPLETE) handle(c);
  if (taken != INCOMPLETE) return;
  loop_change(&c->watch, EPOLLIN);
  char bytes[16384];
  ssize_t got = recv(watch->fd, bytes, sizeof bytes, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return drop(c);
  c->active = now_seconds();
  text_add(&c->in, bytes, (size_t)got);
  if (take_request(c) == COMPLETE) handle(c);
}

static void accept_all(struct watch *watch, uint32_t happened) {
  (void)happened;
  for (;;) {
    struct sockaddr_in6 peer;
    socklen_t size = sizeof peer;
    int fd = accept4(watch->fd, (struct sockaddr *)&peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return; // none left, or the client is gone already
    struct connection *c = connection_count < CONNECTIONS_MAX ? calloc(1, sizeof *c) : NULL;
    if (!c) {
      close(fd);
      continue;
    }
    c->watch = (struct watch){.fd = fd, .ready = ready};
    c->server = (struct http_server *)watch;
    c->peer = peer;
    c->active = now_seconds();
    c->next = connections;
    if (connections) connections->previous = c;
    connections = c;
    connection_count++;
    loop_watch(&c->watch, EPOLLIN);
  }
}

static void close_idle(void *data) {
  (void)data;
  double now = now_seconds();
  for (struct connection *c = connections, *next; c; c = next) {
    next = c->next;
    if (c->holds == 0 && now - c->active > IDLE_SECONDS) drop(c);
  }
  loop_later(5, close_idle, NULL);
}

void http_serve(struct http_server *server, int port) {
  server->watch = (struct watch){.fd = listen_everywhere(SOCK_STREAM, port), .ready = accept_all};
  loop_watch(&server->watch, EPOLLIN);
  if (server_count == 0) loop_later(5, close_idle, NULL);
  if (server_count < (int)(sizeof servers / sizeof *servers)) servers[server_count++] = server;
}

struct connection *http_hold(const struct http_request *request) {
  request->connection->holds++;
  return request->connection;
}

void http_answer(struct connection *c, struct http_reply *reply) {
  c->holds--;
  if (c->gone) {
    text_free(&reply->headers);
    text_free(&reply->body);
    return release(c);
  }
  queue_reply(c, reply);
  flush(c);
}

static void exit_now(void *data) {
  (void)data;
  exit(shutdown_code);
}

void http_shut_down(int code, double seconds) {
  shutdown_code = code;
  for (int i = 0; i < server_count; i++) loop_close(&servers[i]->watch);
  server_count = 0;
  for (struct connection *c = connections, *next; c; c = next) {
    next = c->next;
    if (!c->answering) drop(c);
  }
  exit_when_idle();
  loop_later(seconds, exit_now, NULL);
}
