// The command line of podwire-probe, checked. Called by probe.c; written by labs/system/prober.ts.
#define _GNU_SOURCE
#include "probe.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DNS_PORT = 53, HTTP_PORT = 80 };

__attribute__((format(printf, 1, 2))) static bool refuse(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("podwire-probe: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return false;
}

static bool parse_number(const char *name, const char *text, int low, int high, int *value) {
  char *end;
  long number = strtol(text, &end, 10);
  if (!isdigit((unsigned char)*text) || *end || number < low || number > high) return refuse("%s must be a number from %d to %d, not '%s'", name, low, high, text);
  *value = (int)number;
  return true;
}

static bool set_host(struct request *request, const char *text, size_t length) {
  if (length == 0 || length > NAME_MAX_LENGTH) return refuse("'%s' has no host name of 1 to %d characters", text, NAME_MAX_LENGTH);
  memcpy(request->host, text, length);
  request->host[length] = 0;
  return true;
}

/** `host` or `host:port`. */
static bool set_host_and_port(struct request *request, const char *text, size_t length, int default_port) {
  const char *colon = memchr(text, ':', length);
  request->port = default_port;
  if (!colon) return set_host(request, text, length);
  char digits[8];
  snprintf(digits, sizeof digits, "%.*s", (int)(text + length - colon - 1), colon + 1);
  return parse_number("the port", digits, 1, 65535, &request->port) && set_host(request, text, (size_t)(colon - text));
}

static bool parse_tag(struct request *request, const char *text) {
  size_t digits = strlen(text);
  if (digits == 0 || digits % 2 || digits / 2 > PING_DATA || strspn(text, "0123456789abcdefABCDEF") != digits)
    return refuse("--tag must be 1 to %d bytes in hexadecimal, not '%s'", PING_DATA, text);
  request->tag_length = digits / 2;
  for (size_t i = 0; i < request->tag_length; i++) sscanf(text + 2 * i, "%2hhx", request->tag + i);
  return true;
}

struct http_options {
  const char *url;
  const char *method;
  const char *headers[64];
  int header_count;
};

static bool has_header(const struct http_options *options, const char *name) {
  size_t length = strlen(name);
  for (int i = 0; i < options->header_count; i++)
    if (strncasecmp(options->headers[i], name, length) == 0 && options->headers[i][length] == ':') return true;
  return false;
}

/** Writes the HTTP request; a header given by the caller replaces ours. */
static bool build_http(struct request *request, const struct http_options *options) {
  if (!options->url || strncmp(options->url, "http://", 7) != 0) return refuse("http needs --url http://…");
  const char *authority = options->url + 7;
  size_t authority_length = strcspn(authority, "/?#");
  if (!set_host_and_port(request, authority, authority_length, HTTP_PORT)) return false;
  const char *path = authority + authority_length;
  size_t path_length = strcspn(path, "#");
  for (const char *p = options->url; *p; p++)
    if ((unsigned char)*p <= ' ' || *p == 0x7f) return refuse("the URL contains a space or control character; write it percent-encoded");
  char *text = NULL;
  FILE *out = open_memstream(&text, &request->http_length);
  if (!out) return refuse("out of memory");
  fprintf(out, "%s %s%.*s HTTP/1.1\r\n", options->method, *path == '/' ? "" : "/", (int)path_length, path);
  if (!has_header(options, "host")) fprintf(out, "Host: %.*s\r\n", (int)authority_length, authority);
  if (!has_header(options, "user-agent")) fputs("User-Agent: podwire-probe\r\n", out);
  if (!has_header(options, "accept")) fputs("Accept: */*\r\n", out);
  if (!has_header(options, "connection")) fputs("Connection: close\r\n", out);
  if (strcmp(options->method, "POST") == 0 && !has_header(options, "content-length")) fputs("Content-Length: 0\r\n", out);
  for (int i = 0; i < options->header_count; i++) fprintf(out, "%s\r\n", options->headers[i]);
  fputs("\r\n", out);
  if (fclose(out) != 0) return refuse("out of memory");
  request->http_text = text;
  request->http_head = strcmp(options->method, "HEAD") == 0;
  return true;
}

/** A PTR question for an address asks for its name under in-addr.arpa, as dig -x does. */
static bool set_dns_name(struct request *request, const char *name) {
  unsigned a, b, c, d;
  char rest;
  if (strlen(name) > NAME_MAX_LENGTH || !*name) return refuse("--name must have 1 to %d characters", NAME_MAX_LENGTH);
  if (request->dns_type == TYPE_PTR && sscanf(name, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &rest) == 4)
    snprintf(request->dns_name, sizeof request->dns_name, "%u.%u.%u.%u.in-addr.arpa", d, c, b, a);
  else snprintf(request->dns_name, sizeof request->dns_name, "%s", name);
  return true;
}

static bool parse_kind(struct request *request, const char *text) {
  static const char *const kinds[] = {[KIND_HTTP] = "http", [KIND_TCP] = "tcp", [KIND_UDP] = "udp", [KIND_DNS] = "dns", [KIND_PING] = "ping"};
  for (int i = 0; i < (int)(sizeof kinds / sizeof *kinds); i++)
    if (strcmp(text, kinds[i]) == 0) {
      request->kind = (enum kind)i;
      return true;
    }
  return refuse("'%s' is none of http, tcp, udp, dns, ping", text);
}

bool parse_request(struct request *request, int argc, char **argv) {
  struct http_options http = {.method = "GET"};
  const char *host = NULL, *name = NULL, *server = NULL;
  *request = (struct request){.times = 1, .timeout_ms = 400, .send = "podwire", .dns_type = TYPE_A};
  if (argc < 2) return refuse("say what to probe: http, tcp, udp, dns or ping");
  if (!parse_kind(request, argv[1])) return false;
  for (int i = 2; i < argc; i++) {
    const char *flag = argv[i];
    if (strcmp(flag, "--tcp") == 0) {
      request->dns_tcp = true;
      continue;
    }
    const char *value = i + 1 < argc ? argv[++i] : NULL;
    if (!value) return refuse("'%s' is unknown or lacks its value", flag);
    if (strcmp(flag, "--times") == 0) {
      if (!parse_number(flag, value, 1, MAX_TIMES, &request->times)) return false;
    } else if (strcmp(flag, "--timeout-ms") == 0) {
      if (!parse_number(flag, value, 1, MAX_TIMEOUT_MS, &request->timeout_ms)) return false;
    } else if (strcmp(flag, "--port") == 0) {
      if (!parse_number(flag, value, 1, 65535, &request->port)) return false;
    } else if (strcmp(flag, "--local-port") == 0) {
      if (!parse_number(flag, value, 1, 65535, &request->local_port)) return false;
    } else if (strcmp(flag, "--tag") == 0) {
      if (!parse_tag(request, value)) return false;
    } else if (strcmp(flag, "--type") == 0) {
      if ((request->dns_type = dns_type_number(value)) < 0) return refuse("'%s' is none of A, AAAA, CNAME, PTR, SRV, TXT", value);
    } else if (strcmp(flag, "--header") == 0) {
      if (http.header_count == (int)(sizeof http.headers / sizeof *http.headers)) return refuse("too many headers");
      if (!strchr(value, ':') || strpbrk(value, "\r\n")) return refuse("a header must read 'name: value' on one line");
      http.headers[http.header_count++] = value;
    } else if (strcmp(flag, "--method") == 0) {
      for (const char *p = value; *p; p++)
        if (!isupper((unsigned char)*p)) return refuse("'%s' is no HTTP method", value);
      http.method = value;
    } else if (strcmp(flag, "--url") == 0) http.url = value;
    else if (strcmp(flag, "--host") == 0) host = value;
    else if (strcmp(flag, "--send") == 0) request->send = value;
    else if (strcmp(flag, "--name") == 0) name = value;
    else if (strcmp(flag, "--server") == 0) server = value;
    else return refuse("unknown flag '%s'", flag);
  }
  if (request->local_port && request->times > 1) return refuse("--local-port serves one try, not %d", request->times);
  if (request->local_port && request->kind == KIND_PING) return refuse("ping has no port");
  if (request->tag_length && request->kind != KIND_PING) return refuse("--tag is for ping");
  switch (request->kind) {
  case KIND_HTTP:
    return build_http(request, &http);
  case KIND_DNS:
    request->port = DNS_PORT;
    if (server && !set_host_and_port(request, server, strlen(server), DNS_PORT)) return false;
    return name ? set_dns_name(request, name) : refuse("dns needs --name");
  default:
    if (!host || !set_host(request, host, strlen(host))) return host ? false : refuse("%s needs --host", argv[1]);
    return request->kind == KIND_PING || request->port ? true : refuse("%s needs --port", argv[1]);
  }
}
