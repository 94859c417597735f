// podwire-workload: what embedded pods run instead of images. One static program, many names (by argv[0], else by the first argument):
//
//   agnhost netexec|serve-hostname|porter|pause|connect … answers as registry.k8s.io/e2e-test-images/agnhost does
//   nginx                                             the welcome page on port 80, or the files of /usr/share/nginx/html
//   dns-relay --port 53                               the socket half of CoreDNS (workload-dns-relay.c)
//   kube-proxy                                        the same of kube-proxy, for its health checks
//   agent <command line>                              a process for a CNI agent, whose work is done by the control plane
//
// Built with cc -O2 -static from the files workload*.c. Started by the kubelet (labs/cluster/kubelet) inside the pod.
#define _GNU_SOURCE
#include "workload.h"

#include <ctype.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

void text_add(struct text *text, const void *bytes, size_t length) {
  if (text->length + length + 1 > text->capacity) {
    size_t capacity = (text->length + length + 1) * 2;
    char *grown = realloc(text->bytes, capacity);
    if (!grown) fail("out of memory");
    text->bytes = grown;
    text->capacity = capacity;
  }
  if (length) memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
  text->bytes[text->length] = 0;
}

void text_print(struct text *text, const char *format, ...) {
  va_list arguments;
  char *line = NULL;
  va_start(arguments, format);
  int length = vasprintf(&line, format, arguments);
  va_end(arguments);
  if (length < 0) fail("out of memory");
  text_add(text, line, (size_t)length);
  free(line);
}

void text_free(struct text *text) {
  free(text->bytes);
  *text = (struct text){0};
}

void klog_info(const char *format, ...) {
  struct timeval now;
  gettimeofday(&now, NULL);
  struct tm t;
  gmtime_r(&now.tv_sec, &t);
  char *message = NULL;
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(&message, format, arguments) < 0) message = NULL;
  va_end(arguments);
  fprintf(stderr, "I%02d%02d %02d:%02d:%02d.%06ld %7d log.go:245] %s\n", t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (long)now.tv_usec, getpid(),
          message ? message : "");
  free(message);
}

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

static char *title_start;
static size_t title_room;

/** argv and the environment lie side by side; the programs have copies, so the title may run over both. */
static void find_title_room(int argc, char **argv, char **environment) {
  title_start = argv[0];
  char *end = argv[0] + strlen(argv[0]) + 1;
  for (int i = 1; i < argc && argv[i] == end; i++) end += strlen(argv[i]) + 1;
  for (char **e = environment; *e && *e == end; e++) end += strlen(*e) + 1;
  title_room = (size_t)(end - title_start);
}

void set_title(const char *name, const char *command_line) {
  prctl(PR_SET_NAME, name);
  if (title_room < 2) return;
  size_t length = strnlen(command_line, title_room - 1);
  memset(title_start, 0, title_room);
  memcpy(title_start, command_line, length);
}

const char *flag_value(char **arguments, const char *name) {
  size_t length = strlen(name);
  for (; *arguments; arguments++) {
    const char *text = *arguments;
    if (strncmp(text, "--", 2) != 0 || strncmp(text + 2, name, length) != 0) continue;
    if (text[2 + length] == '=') return text + 3 + length;
    if (text[2 + length]) continue;
    return arguments[1] ? arguments[1] : "";
  }
  return NULL;
}

int flag_number(char **arguments, const char *name, int otherwise, int low, int high) {
  const char *text = flag_value(arguments, name);
  if (!text) return otherwise;
  char *end;
  long value = strtol(text, &end, 10);
  if (end == text || *end || value < low || value > high) fail("Error: invalid argument \"%s\" for \"--%s\" flag", text, name);
  return (int)value;
}

bool parse_duration(const char *text, double *seconds) {
  static const struct { const char *unit; double seconds; } units[] = {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}};
  *seconds = 0;
  if (strcmp(text, "0") == 0) return true;
  if (!*text) return false;
  while (*text) {
    char *end;
    if (!isdigit((unsigned char)*text) && *text != '.') return false;
    double value = strtod(text, &end);
    size_t length = strspn(end, "hmsnu");
    bool known = false;
    for (size_t i = 0; i < sizeof units / sizeof *units && !known; i++) {
      size_t unit = strlen(units[i].unit);
      // "m" must not take the m of "ms"
      if (unit != length && !(unit < length && isdigit((unsigned char)end[unit]))) continue;
      if (strncmp(end, units[i].unit, unit) != 0) continue;
      *seconds += value * units[i].seconds;
      text = end + unit;
      known = true;
    }
    if (!known) return false;
  }
  return true;
}

const char *host_name(void) {
  static char name[HOST_NAME_MAX + 1];
  if (gethostname(name, sizeof name) < 0) fail("failed to get hostname");
  return name;
}

/** ps shows it as it shows the image's entry point. */
static void set_agnhost_title(char **arguments) {
  struct text title = {0};
  text_print(&title, "/agnhost");
  for (; *arguments; arguments++) text_print(&title, " %s", *arguments);
  set_title("agnhost", title.bytes);
  text_free(&title);
}

static int run_agnhost(char **arguments) {
  const char *command = *arguments ? *arguments : "";
  set_agnhost_title(arguments);
  if (strcmp(command, "netexec") == 0) return run_netexec(arguments + 1);
  if (strcmp(command, "serve-hostname") == 0) return run_serve_hostname(arguments + 1);
  if (strcmp(command, "porter") == 0) return run_porter(arguments + 1);
  if (strcmp(command, "connect") == 0) return run_connect(arguments + 1);
  if (strcmp(command, "pause") == 0 || !*command) return run_pause(arguments);
  fprintf(stderr, "Error: unknown command \"%s\" for \"app\"\nPodwire's agnhost has netexec, serve-hostname, porter, connect and pause.\n", command);
  return 1;
}

static void tell_continued(int number) {
  (void)number;
  static const char line[] = "continued\n";
  if (write(1, line, sizeof line - 1) < 0) _exit(1);
}

/** What can be seen of an agent on its node: it can be stopped, continued and killed, and the control plane hears of it. */
static int run_agent(char **arguments) {
  if (!*arguments) fail("agent: say its command line");
  struct text title = {0};
  for (char **word = arguments; *word; word++) text_print(&title, "%s%s", word == arguments ? "" : " ", *word);
  const char *slash = strrchr(*arguments, '/');
  set_title(slash ? slash + 1 : *arguments, title.bytes);
  signal(SIGCONT, tell_continued);
  for (;;) pause();
}

static int run_program(const char *name, char **arguments) {
  if (strcmp(name, "agnhost") == 0) return run_agnhost(arguments);
  if (strcmp(name, "nginx") == 0) return run_nginx(arguments);
  if (strcmp(name, "dns-relay") == 0) return run_dns_relay(arguments);
  if (strcmp(name, "kube-proxy") == 0) return run_kube_proxy(arguments);
  if (strcmp(name, "agent") == 0) return run_agent(arguments);
  return -1;
}

static char **copy_texts(char **texts) {
  size_t count = 0;
  while (texts[count]) count++;
  char **copies = calloc(count + 1, sizeof *copies);
  if (!copies) fail("out of memory");
  for (size_t i = 0; i < count; i++)
    if (!(copies[i] = strdup(texts[i]))) fail("out of memory");
  return copies;
}

int main(int argc, char **argv, char **environment) {
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc < 1) return 2;
  // the title is written over the arguments and the environment, so the programs get copies
  char **copies = copy_texts(argv);
  environ = copy_texts(environment);
  find_title_room(argc, argv, environment);
  const char *slash = strrchr(copies[0], '/');
  int code = run_program(slash ? slash + 1 : copies[0], copies + 1);
  if (code < 0 && argc > 1) code = run_program(copies[1], copies + 2);
  if (code >= 0) return code;
  fprintf(stderr, "podwire-workload: say what to run: agnhost, nginx, dns-relay, kube-proxy or agent\n");
  return 2;
}
