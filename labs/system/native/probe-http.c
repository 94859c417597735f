// HTTP/1.x responses for podwire-probe, fed as they arrive: status line, headers, then a body by Content-Length, by chunks or until the close.
// A body that stalls never completes, so that the try ends as a timeout. Called by probe.c.
#define _GNU_SOURCE
#include "probe.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEAD_MAX = 64 * 1024 };

void http_begin(struct http_response *response, bool head_request) {
  memset(response, 0, sizeof *response);
  response->head_request = head_request;
}

static bool parse_status_line(struct http_response *r, const char *line) {
  if (strncmp(line, "HTTP/1.", 7) != 0 || !isdigit((unsigned char)line[7]) || line[8] != ' ') return false;
  const char *code = line + 9;
  if (!isdigit((unsigned char)code[0]) || !isdigit((unsigned char)code[1]) || !isdigit((unsigned char)code[2])) return false;
  if (code[3] != 0 && code[3] != ' ') return false;
  r->status = atoi(code);
  return r->status >= 100;
}

static bool parse_header(struct http_response *r, const char *line) {
  const char *colon = strchr(line, ':');
  if (!colon || colon == line) return false;
  size_t name = (size_t)(colon - line);
  const char *value = colon + 1 + strspn(colon + 1, " \t");
  if (name == 14 && strncasecmp(line, "content-length", name) == 0) {
    char *end;
    errno = 0;
    r->remaining = strtoull(value, &end, 10);
    if (errno || end == value || *(end + strspn(end, " \t")) || !isdigit((unsigned char)*value)) return false;
    r->has_length = true;
  } else if (name == 17 && strncasecmp(line, "transfer-encoding", name) == 0) {
    r->chunked = strcasestr(value, "chunked") != NULL;
  }
  return true;
}

/** The empty line after the headers: which kind of body follows? */
static void end_head(struct http_response *r) {
  if (r->status < 200) { // 100 Continue and its like: the real response follows
    bool head_request = r->head_request;
    http_begin(r, head_request);
    return;
  }
  if (r->head_request || r->status == 204 || r->status == 304) r->state = HTTP_DONE;
  else if (r->chunked) r->state = HTTP_CHUNK_SIZE;
  else if (r->has_length) r->state = r->remaining ? HTTP_LENGTH : HTTP_DONE;
  else r->state = HTTP_CLOSE;
}

static bool take_line(struct http_response *r) {
  char *line = r->line;
  switch (r->state) {
  case HTTP_HEAD:
    if (*line == 0 && r->status) end_head(r);
    else if (!r->status) return parse_status_line(r, line);
    else return parse_header(r, line);
    return true;
  case HTTP_CHUNK_SIZE: {
    char *end;
    if (!isxdigit((unsigned char)*line)) return false;
    errno = 0;
    r->remaining = strtoull(line, &end, 16);
    if (errno || (*end && *end != ';' && *end != ' ')) return false;
    r->state = r->remaining ? HTTP_CHUNK : HTTP_TRAILER;
    return true;
  }
  case HTTP_CHUNK_END:
    r->state = HTTP_CHUNK_SIZE;
    return *line == 0;
  case HTTP_TRAILER:
    if (*line == 0) r->state = HTTP_DONE;
    return true;
  default:
    return false;
  }
}

static void keep_body(struct attempt *attempt, const char *bytes, size_t length) {
  size_t room = BODY_MAX - attempt->body_length;
  size_t kept = length < room ? length : room;
  memcpy(attempt->body + attempt->body_length, bytes, kept);
  attempt->body_length += kept;
}

int http_feed(struct attempt *attempt, const char *bytes, size_t length) {
  struct http_response *r = attempt->http;
  for (size_t at = 0; at < length && r->state != HTTP_DONE;) {
    if (r->state == HTTP_LENGTH || r->state == HTTP_CHUNK || r->state == HTTP_CLOSE) {
      size_t part = length - at;
      if (r->state != HTTP_CLOSE && part > r->remaining) part = (size_t)r->remaining;
      keep_body(attempt, bytes + at, part);
      at += part;
      if (r->state == HTTP_CLOSE) continue;
      r->remaining -= part;
      if (r->remaining == 0) r->state = r->state == HTTP_LENGTH ? HTTP_DONE : HTTP_CHUNK_END;
      continue;
    }
    char c = bytes[at++];
    if (++r->head_bytes > HEAD_MAX && r->state == HTTP_HEAD) return -1;
    if (c != '\n') {
      if (r->line_length + 1 >= sizeof r->line) return -1;
      r->line[r->line_length++] = c;
      continue;
    }
    if (r->line_length && r->line[r->line_length - 1] == '\r') r->line_length--;
    r->line[r->line_length] = 0;
    r->line_length = 0;
    if (!take_line(r)) return -1;
  }
  attempt->status = r->status;
  attempt->has_body = r->status != 0;
  return r->state == HTTP_DONE ? 1 : 0;
}

int http_end(struct http_response *response) { return response->state == HTTP_CLOSE ? 1 : -1; }
