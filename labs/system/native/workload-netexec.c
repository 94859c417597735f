// agnhost netexec: the HTTP and UDP endpoints of upstream's test server, with the same answers and log lines (kubernetes/test/images/agnhost/netexec).
// /dial and /upload are not here; they answer 404. Serves the pods of most scenarios.
#define _GNU_SOURCE
#include "workload.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { VALUE_MAX = 64 * 1024, SHELL_OUTPUT_MAX = 1024 * 1024 };

static double started;

/** Now as Go prints time.Now(): nanoseconds without trailing zeros, and the monotonic reading since the start. */
static void print_now(struct text *out) {
  struct timespec now;
  struct tm t;
  char day[32], fraction[16];
  clock_gettime(CLOCK_REALTIME, &now);
  strftime(day, sizeof day, "%Y-%m-%d %H:%M:%S", gmtime_r(&now.tv_sec, &t));
  snprintf(fraction, sizeof fraction, ".%09ld", now.tv_nsec);
  for (size_t end = strlen(fraction); end && (fraction[end - 1] == '0' || end == 1);) fraction[--end] = 0;
  text_print(out, "NOW: %s%s +0000 UTC m=+%.9f", day, fraction, now_seconds() - started);
}

/** A JSON string as Go's encoding/json writes it, with <, > and & escaped. */
static void print_json(struct text *out, const char *bytes, size_t length) {
  text_add(out, "\"", 1);
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (c == '"' || c == '\\') text_print(out, "\\%c", c);
    else if (c == '\n') text_add(out, "\\n", 2);
    else if (c == '\r') text_add(out, "\\r", 2);
    else if (c == '\t') text_add(out, "\\t", 2);
    else if (c < 0x20 || c == '<' || c == '>' || c == '&') text_print(out, "\\u%04x", c);
    else text_add(out, &c, 1);
  }
  text_add(out, "\"", 1);
}

static bool parse_code(const char *text, int *code) {
  char *end;
  long value = strtol(text, &end, 10);
  *code = (int)value;
  return end != text && !*end && value >= -1000000 && value <= 1000000;
}

static void answer_echo(const struct http_request *request, struct http_reply *reply) {
  static char message[VALUE_MAX];
  char code[32];
  form_value(request, "msg", message, sizeof message);
  form_value(request, "code", code, sizeof code);
  klog_info("GET /echo?msg=%s&code=%s", message, code);
  if (*code && !parse_code(code, &reply->status)) {
    reply->status = 200;
    return text_print(&reply->body, "argument 'code' must be an integer or empty, got \"%s\"\n", code);
  }
  if (reply->status < 200 || reply->status > 999) reply->status = 500; // Go panics on these and closes the connection
  text_add(&reply->body, message, strlen(message));
}

static void answer_redirect(const struct http_request *request, struct http_reply *reply) {
  char location[4096], code[32];
  form_value(request, "location", location, sizeof location);
  form_value(request, "code", code, sizeof code);
  klog_info("%s /redirect?msg=%s&code=%s", request->method, location, code);
  reply->status = 302;
  if (*code && (!parse_code(code, &reply->status) || reply->status < 200 || reply->status > 999)) {
    reply->status = 200;
    return text_print(&reply->body, "argument 'code' must be an integer or empty, got \"%s\"\n", code);
  }
  for (char *p = location; *p; p++)
    if ((unsigned char)*p < ' ') *p = ' '; // no header of the client's making
  text_print(&reply->headers, "Location: %s\r\n", location);
  if (strcmp(request->method, "GET") != 0) return;
  reply->content_type = "text/html; charset=utf-8";
  text_print(&reply->body, "<a href=\"");
  for (const char *p = location; *p; p++) {
    if (*p == '&') text_print(&reply->body, "&amp;");
    else if (*p == '<') text_print(&reply->body, "&lt;");
    else if (*p == '>') text_print(&reply->body, "&gt;");
    else if (*p == '"') text_print(&reply->body, "&#34;");
    else text_add(&reply->body, p, 1);
  }
  text_print(&reply->body, "\">%s</a>.\n\n", http_status_text(reply->status));
}

struct header {
  char name[256];
  const char *value;
  size_t length;
};

/** The header's name as Go keeps it: User-Agent, X-Forwarded-For. */
static void canonical_name(char *to, const char *from, size_t length) {
  bool first = true;
  for (size_t i = 0; i < length; i++) {
    to[i] = (char)(first ? toupper((unsigned char)from[i]) : tolower((unsigned char)from[i]));
    first = from[i] == '-';
  }
  to[length] = 0;
}

static int compare_headers(const void *a, const void *b) {
  const struct header *x = a, *y = b;
  int order = strcmp(x->name, y->name);
  return order ? order : (x->value > y->value) - (x->value < y->value);
}

/** All headers but Host as {"Name":["value",…],…}, names sorted. */
static void print_headers(const struct http_request *request, struct text *out) {
  enum { HEADERS = 100 };
  struct header *list = calloc(HEADERS, sizeof *list);
  if (!list) fail("out of memory");
  int count = 0;
  for (const char *line = request->headers; *line && *line != '\r' && *line != '\n' && count < HEADERS;) {
    size_t length = strcspn(line, "\r\n"), name = strcspn(line, ":\r\n");
    if (name < length && name < sizeof list->name) {
      canonical_name(list[count].name, line, name);
      list[count].value = line + name + 1 + strspn(line + name + 1, " \t");
      list[count].length = (size_t)(line + length - list[count].value);
      if (strcmp(list[count].name, "Host") != 0) count++;
    }
    line += length;
    line += *line == '\r';
    line += *line == '\n';
  }
  qsort(list, (size_t)count, sizeof *list, compare_headers);
  text_add(out, "{", 1);
  for (int i = 0; i < count; i++) {
    bool same = i > 0 && strcmp(list[i].name, list[i - 1].name) == 0;
    if (!same) {
      text_print(out, i ? "]," : "");
      print_json(out, list[i].name, strlen(list[i].name));
    }
    text_print(out, same ? "," : ":[");
    print_json(out, list[i].value, list[i].length);
  }
  text_print(out, count ? "]}" : "}");
  free(list);
}

static void answer_header(const struct http_request *request, struct http_reply *reply) {
  char key[256];
  form_value(request, "key", key, sizeof key);
  if (!*key) {
    klog_info("GET /header");
    return print_headers(request, &reply->body);
  }
  klog_info("GET /header?key=%s", key);
  const char *value = header_value(request, key);
  text_add(&reply->body, value, strlen(value));
}

struct shutdown_plan {
  int code;
  double timeout;
};

static void begin_shutdown(void *data) {
  struct shutdown_plan plan = *(struct shutdown_plan *)data;
  free(data);
  if (plan.timeout == 0) exit(plan.code);
  http_shut_down(plan.code, plan.timeout);
}

/** Without a timeout the process ends before it can answer, as upstream's does. */
static void answer_exit(const struct http_request *request, struct http_reply *reply) {
  char code[32], timeout[32], wait[32];
  struct shutdown_plan *plan = calloc(1, sizeof *plan);
  double wait_seconds = 0;
  if (!plan) fail("out of memory");
  form_value(request, "code", code, sizeof code);
  form_value(request, "timeout", timeout, sizeof timeout);
  form_value(request, "wait", wait, sizeof wait);
  klog_info("GET /exit?code=%s&timeout=%s&wait=%s", code, timeout, wait);
  const char *problem = NULL, *got = NULL;
  if (*timeout && !parse_duration(timeout, &plan->timeout)) problem = "'timeout' must be a valid golang duration", got = timeout;
  else if (*wait && !parse_duration(wait, &wait_seconds)) problem = "'wait' must be a valid golang duration", got = wait;
  else if (*code && !parse_code(code, &plan->code)) problem = "'code' must be an integer [0-127]", got = code;
  if (problem) {
    free(plan);
    return text_print(&reply->body, "argument %s or empty, got \"%s\"\n", problem, got);
  }
  klog_info("Will begin shutdown in %gs, allowing %gs for connections to close, then will exit with %d", wait_seconds, plan->timeout, plan->code);
  if (wait_seconds == 0 && plan->timeout == 0) exit(plan->code);
  loop_later(wait_seconds, begin_shutdown, plan);
}

struct shell_job {
  struct watch watch;
  struct connection *connection;
  pid_t pid;
  struct text output;
};

static void finish_shell(struct shell_job *job) {
  int status = 0;
  while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR) continue;
  char failure[64] = "";
  if (WIFSIGNALED(status)) snprintf(failure, sizeof failure, "signal: %s", strsignal(WTERMSIG(status)));
  else if (WEXITSTATUS(status)) snprintf(failure, sizeof failure, "exit status %d", WEXITSTATUS(status));
  for (char *p = failure; *p; p++) *p = (char)tolower((unsigned char)*p);
  struct http_reply reply = {.status = 200};
  text_add(&reply.body, "{", 1);
  if (*failure) {
    text_print(&reply.body, "\"error\":");
    print_json(&reply.body, failure, strlen(failure));
  }
  if (job->output.length) {
    text_print(&reply.body, "%s\"output\":", *failure ? "," : "");
    print_json(&reply.body, job->output.bytes, job->output.length);
  }
  text_add(&reply.body, "}", 1);
  klog_info("Output: map[%s%s%soutput:%s]", *failure ? "error:" : "", failure, *failure ? " " : "", job->output.length ? job->output.bytes : "");
  text_free(&job->output);
  http_answer(job->connection, &reply);
  free(job);
}

static void read_shell(struct watch *watch, uint32_t happened) {
  (void)happened;
  struct shell_job *job = (struct shell_job *)watch;
  char bytes[16384];
  ssize_t got = read(watch->fd, bytes, sizeof bytes);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got > 0) {
    size_t room = SHELL_OUTPUT_MAX - job->output.length;
    return text_add(&job->output, bytes, (size_t)got < room ? (size_t)got : room);
  }
  loop_close(watch);
  finish_shell(job);
}

/** Runs the command beside the loop, so that a slow one does not stop the server. */
static bool start_shell(const struct http_request *request, struct http_reply *reply) {
  static char command[VALUE_MAX];
  form_value(request, "shellCommand", command, sizeof command);
  if (!*command) form_value(request, "cmd", command, sizeof command);
  klog_info("GET /shell?cmd=%s", command);
  int pipes[2];
  pid_t pid = pipe2(pipes, O_CLOEXEC) == 0 ? fork() : -1;
  if (pid < 0) {
    reply->status = 500;
    text_print(&reply->body, "%s\n", strerror(errno));
    return true;
  }
  if (pid == 0) {
    dup2(pipes[1], 1);
    dup2(pipes[1], 2);
    int empty = open("/dev/null", O_RDONLY);
    if (empty > 0) dup2(empty, 0);
    signal(SIGPIPE, SIG_DFL);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
  }
  close(pipes[1]);
  struct shell_job *job = calloc(1, sizeof *job);
  if (!job) fail("out of memory");
  *job = (struct shell_job){.watch = {.fd = pipes[0], .ready = read_shell}, .connection = http_hold(request), .pid = pid};
  fcntl(pipes[0], F_SETFL, O_NONBLOCK);
  loop_watch(&job->watch, EPOLLIN);
  return false;
}

static bool serves_udp;

static bool handle(const struct http_request *request, struct http_reply *reply) {
  const char *path = request->path;
  if (strcmp(path, "/shell") == 0) return start_shell(request, reply);
  if (strcmp(path, "/hostname") == 0 || strcmp(path, "/hostName") == 0) {
    klog_info("GET %s", path);
    text_print(&reply->body, "%s", host_name());
  } else if (strcmp(path, "/clientip") == 0) {
    klog_info("GET /clientip");
    text_print(&reply->body, "%s", format_peer(&request->peer, true));
  } else if (strcmp(path, "/echo") == 0) answer_echo(request, reply);
  else if (strcmp(path, "/header") == 0) answer_header(request, reply);
  else if (strcmp(path, "/redirect") == 0) answer_redirect(request, reply);
  else if (strcmp(path, "/exit") == 0) answer_exit(request, reply);
  else if (strcmp(path, "/healthz") == 0) {
    klog_info("GET /healthz");
    if (!serves_udp) reply->status = 412; // upstream calls itself ready when its UDP server starts, so never without one
  } else if (strcmp(path, "/shutdown") == 0) {
    klog_info("GET /shutdown");
    exit(0);
  } else if (strcmp(path, "/dial") == 0 || strcmp(path, "/upload") == 0) {
    reply->status = 404;
    text_print(&reply->body, "404 page not found\n");
  } else {
    klog_info("GET /");
    print_now(&reply->body);
  }
  return true;
}

static void receive_udp(struct watch *watch, uint32_t happened) {
  (void)happened;
  char text[2049];
  struct sockaddr_in6 peer;
  socklen_t size = sizeof peer;
  ssize_t got = recvfrom(watch->fd, text, sizeof text - 1, 0, (struct sockaddr *)&peer, &size);
  if (got < 0) return;
  while (got > 0 && isspace((unsigned char)text[got - 1])) got--;
  text[got] = 0;
  char *command = text + strspn(text, " \t\r\n\v\f");
  for (char *p = command; *p; p++) *p = (char)tolower((unsigned char)*p); // upstream lowers the message too
  char client[64];
  snprintf(client, sizeof client, "%s", format_peer(&peer, true));
  const char *answer;
  if (strcmp(command, "hostname") == 0) {
    klog_info("Sending udp hostName response");
    answer = host_name();
  } else if (strncmp(command, "echo ", 5) == 0) {
    answer = command + 5;
    klog_info("Echoing %s to UDP client %s", answer, client);
  } else if (strcmp(command, "clientip") == 0) {
    klog_info("Sending clientip back to UDP client %s", client);
    answer = client;
  } else {
    if (*command) klog_info("Unknown UDP command received from %s: %s", client, command);
    return;
  }
  sendto(watch->fd, answer, strlen(answer), MSG_NOSIGNAL, (struct sockaddr *)&peer, size);
}

int run_netexec(char **arguments) {
  static struct http_server server = {.handle = handle, .write_head = go_head, .refuse = go_refuse};
  static struct watch udp = {.ready = receive_udp};
  int http_port = flag_number(arguments, "http-port", 8080, 1, 65535);
  int udp_port = flag_number(arguments, "udp-port", 8081, -1, 65535);
  started = now_seconds();
  klog_info("Started HTTP server on port %d", http_port);
  http_serve(&server, http_port);
  serves_udp = udp_port > 0;
  if (serves_udp) {
    klog_info("Started UDP server on port  %d", udp_port);
    udp.fd = listen_everywhere(SOCK_DGRAM, udp_port);
    loop_watch(&udp, EPOLLIN);
  }
  loop_run(2); // what a Go program without a handler ends with on SIGTERM when it is pid 1
}
