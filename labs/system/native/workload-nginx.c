// The nginx of embedded pods: files of /usr/share/nginx/html on port 80, the welcome page where there are none, nginx's headers, error pages and log lines.
#define _GNU_SOURCE
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FILE_LIMIT = 1024 * 1024 };

#define VERSION "nginx/1.22.1" // Debian 12's, as in the image that real clusters of Podwire use
static const char root[] = "/usr/share/nginx/html";

static const char welcome[] = "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n<style>\nhtml { color-scheme: light dark; }\n"
                              "body { width: 35em; margin: 0 auto;\nfont-family: Tahoma, Verdana, Arial, sans-serif; }\n</style>\n</head>\n<body>\n"
                              "<h1>Welcome to nginx!</h1>\n<p>If you see this page, the nginx web server is successfully installed and\nworking. "
                              "Further configuration is required.</p>\n\n<p>For online documentation and support please refer to\n"
                              "<a href=\"http://nginx.org/\">nginx.org</a>.<br/>\nCommercial support is available at\n<a href=\"http://nginx.com/\">nginx.com</a>.</p>\n\n"
                              "<p><em>Thank you for using nginx.</em></p>\n</body>\n</html>\n";
static time_t started;

static void write_head(struct text *out, const struct http_reply *reply, bool keep_alive) {
  char date[64];
  http_date(date);
  text_print(out, "HTTP/1.1 %d %s\r\nServer: " VERSION "\r\nDate: %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n", reply->status,
             reply->status == 405 ? "Not Allowed" : http_status_text(reply->status), date, reply->content_type, reply->body.length);
  bool is_file = reply->status == 200;
  const char *headers = reply->headers.length ? reply->headers.bytes : "";
  const char *etag = strstr(headers, "ETag:"); // Last-Modified goes before Connection, ETag behind it
  if (is_file && etag) text_add(out, headers, (size_t)(etag - headers));
  text_print(out, "Connection: %s\r\n", keep_alive ? "keep-alive" : "close");
  if (is_file && etag) text_print(out, "%sAccept-Ranges: bytes\r\n", etag);
}

static void refuse(struct http_reply *reply, int status) {
  const char *words = status == 405 ? "Not Allowed" : status == 431 ? "Request Header Or Cookie Too Large" : http_status_text(status);
  reply->status = status == 431 ? 400 : status;
  reply->content_type = "text/html";
  text_print(&reply->body, "<html>\r\n<head><title>%d %s</title></head>\r\n<body>\r\n<center><h1>%d %s</h1></center>\r\n<hr><center>" VERSION "</center>\r\n</body>\r\n</html>\r\n",
             reply->status, words, reply->status, words);
}

static const char *type_of(const char *path) {
  static const struct { const char *ending, *type; } types[] = {{".html", "text/html"}, {".htm", "text/html"}, {".css", "text/css"}, {".js", "application/javascript"},
                                                                {".json", "application/json"}, {".txt", "text/plain"}, {".svg", "image/svg+xml"}, {".png", "image/png"}};
  const char *dot = strrchr(path, '.');
  for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
    if (strcmp(dot, types[i].ending) == 0) return types[i].type;
  return "application/octet-stream";
}

/** Reads a regular file below the root folder into the reply; 0 or an errno. */
static int read_file(const char *path, struct http_reply *reply, time_t *modified) {
  int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return ENOENT;
  struct open_how how = {.flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC, .resolve = RESOLVE_BENEATH};
  int fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
  int failure = fd < 0 ? errno : 0;
  close(folder);
  struct stat facts;
  if (!failure && (fstat(fd, &facts) < 0 || !S_ISREG(facts.st_mode))) failure = ENOENT;
  if (!failure) {
    char bytes[16384];
    ssize_t got;
    *modified = facts.st_mtime;
    while (reply->body.length < FILE_LIMIT && (got = read(fd, bytes, sizeof bytes)) > 0) text_add(&reply->body, bytes, (size_t)got);
  }
  if (fd >= 0) close(fd);
  return failure == EXDEV || failure == ELOOP ? ENOENT : failure;
}

static void log_missing(const struct http_request *request, int failure) {
  char now[32];
  time_t t = time(NULL);
  struct tm parts;
  strftime(now, sizeof now, "%Y/%m/%d %H:%M:%S", gmtime_r(&t, &parts));
  char host[256];
  snprintf(host, sizeof host, "%s", header_value(request, "Host"));
  fprintf(stderr, "%s [error] %d#%d: *1 open() \"%s%s\" failed (%d: %s), client: %s, server: localhost, request: \"%s\", host: \"%s\"\n", now, getpid(), getpid(), root,
          request->path, failure, strerror(failure), format_peer(&request->peer, false), request->line, host);
}

static bool handle(const struct http_request *request, struct http_reply *reply) {
  if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0) {
    refuse(reply, 405);
    return true;
  }
  char path[4096];
  size_t length = strlen(request->path);
  if (length + sizeof "index.html" > sizeof path) {
    refuse(reply, 404);
    return true;
  }
  snprintf(path, sizeof path, "%s%s", request->path + strspn(request->path, "/"), request->path[length - 1] == '/' ? "index.html" : "");
  time_t modified = started;
  int failure = read_file(path, reply, &modified);
  if (failure == ENOENT && strcmp(path, "index.html") == 0) {
    text_add(&reply->body, welcome, sizeof welcome - 1);
    failure = 0;
  }
  if (failure) {
    log_missing(request, failure);
    refuse(reply, failure == EACCES ? 403 : 404);
    return true;
  }
  char date[64];
  struct tm parts;
  strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&modified, &parts));
  reply->content_type = type_of(path);
  text_print(&reply->headers, "Last-Modified: %s\r\nETag: \"%lx-%zx\"\r\n", date, (long)modified, reply->body.length);
  return true;
}

/** The access log in the image's `main` format. */
static void log_access(const struct http_request *request, const struct http_reply *reply, size_t body_bytes) {
  static const char *const names[] = {"Referer", "User-Agent", "X-Forwarded-For"};
  char now[64], values[3][512];
  time_t t = time(NULL);
  struct tm parts;
  strftime(now, sizeof now, "%d/%b/%Y:%H:%M:%S +0000", gmtime_r(&t, &parts));
  for (int i = 0; i < 3; i++) {
    const char *value = header_value(request, names[i]);
    snprintf(values[i], sizeof values[i], "%s", *value ? value : "-");
  }
  printf("%s - - [%s] \"%s\" %d %zu \"%s\" \"%s\" \"%s\"\n", format_peer(&request->peer, false), now, request->line, reply->status, body_bytes, values[0], values[1], values[2]);
}

int run_nginx(char **arguments) {
  (void)arguments; // the image's command line only says not to become a daemon
  static struct http_server server = {.handle = handle, .write_head = write_head, .refuse = refuse, .log = log_access};
  set_title("nginx", "nginx: master process nginx -g daemon off;");
  started = time(NULL);
  http_serve(&server, 80);
  loop_run(0);
}
