// The texts of HTTP for podwire-workload: status words, Go's response heads, header and form values. Used by the server and the programs on it.
#define _GNU_SOURCE
#include "workload.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <time.h>

const char *http_status_text(int status) {
  static const struct { int status; const char *text; } texts[] = {
      {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {301, "Moved Permanently"}, {302, "Found"}, {303, "See Other"}, {304, "Not Modified"},
      {307, "Temporary Redirect"}, {308, "Permanent Redirect"}, {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
      {405, "Method Not Allowed"}, {408, "Request Timeout"}, {411, "Length Required"}, {412, "Precondition Failed"}, {417, "Expectation Failed"},
      {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"}, {500, "Internal Server Error"}, {501, "Not Implemented"}, {502, "Bad Gateway"},
      {503, "Service Unavailable"}, {504, "Gateway Timeout"}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (texts[i].status == status) return texts[i].text;
  return "";
}

void http_date(char text[64]) {
  time_t now = time(NULL);
  struct tm t;
  strftime(text, 64, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &t));
}

void go_head(struct text *out, const struct http_reply *reply, bool keep_alive) {
  char date[64];
  http_date(date);
  const char *words = http_status_text(reply->status);
  if (*words) text_print(out, "HTTP/1.1 %d %s\r\n", reply->status, words);
  else text_print(out, "HTTP/1.1 %d status code %d\r\n", reply->status, reply->status);
  if (reply->headers.length) text_add(out, reply->headers.bytes, reply->headers.length);
  text_print(out, "Date: %s\r\nContent-Length: %zu\r\n", date, reply->body.length);
  if (reply->body.length) text_print(out, "Content-Type: %s\r\n", reply->content_type);
  if (!keep_alive) text_print(out, "Connection: close\r\n");
}

void go_refuse(struct http_reply *reply, int status) {
  reply->status = status;
  text_print(&reply->body, "%d %s", status, http_status_text(status));
}

static int hex_digit(char c) { return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10 : -1; }

bool percent_decode(const char *from, size_t length, char *to, size_t capacity, bool plus_is_space) {
  size_t used = 0;
  for (size_t i = 0; i < length; i++) {
    char c = from[i];
    if (c == '%') {
      if (i + 2 >= length || hex_digit(from[i + 1]) < 0 || hex_digit(from[i + 2]) < 0) return false;
      c = (char)(hex_digit(from[i + 1]) << 4 | hex_digit(from[i + 2]));
      i += 2;
      if (c == 0) return false;
    } else if (c == '+' && plus_is_space) c = ' ';
    if (used + 1 >= capacity) return false;
    to[used++] = c;
  }
  to[used] = 0;
  return true;
}

static bool find_form_value(const char *form, const char *name, char *value, size_t capacity) {
  size_t wanted = strlen(name);
  while (*form) {
    size_t length = strcspn(form, "&");
    if (length >= wanted && strncmp(form, name, wanted) == 0 && (form[wanted] == '=' || length == wanted))
      return length == wanted ? (*value = 0, true) : percent_decode(form + wanted + 1, length - wanted - 1, value, capacity, true);
    form += length + (form[length] == '&');
  }
  return false;
}

bool form_value(const struct http_request *request, const char *name, char *value, size_t capacity) {
  *value = 0;
  bool has_form = strncasecmp(header_value(request, "Content-Type"), "application/x-www-form-urlencoded", 33) == 0;
  return (has_form && find_form_value(request->body, name, value, capacity)) || find_form_value(request->query, name, value, capacity);
}

const char *header_value(const struct http_request *request, const char *name) {
  static char value[8192];
  size_t wanted = strlen(name);
  for (const char *line = request->headers; *line && *line != '\r' && *line != '\n';) {
    size_t length = strcspn(line, "\r\n");
    if (length > wanted && line[wanted] == ':' && strncasecmp(line, name, wanted) == 0) {
      size_t start = wanted + 1 + strspn(line + wanted + 1, " \t");
      if (start > length) start = length;
      snprintf(value, sizeof value, "%.*s", (int)(length - start), line + start);
      for (size_t end = strlen(value); end && isspace((unsigned char)value[end - 1]);) value[--end] = 0;
      return value;
    }
    line += length;
    line += *line == '\r';
    line += *line == '\n';
  }
  return "";
}
