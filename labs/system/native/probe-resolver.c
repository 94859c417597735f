// Name lookup for podwire-probe, with the target's own resolver configuration and glibc's order: hosts file, search list by ndots, each server in turn.
// It asks for A records only: the lab's networks are IPv4. Called by probe.c.
#define _GNU_SOURCE
#include "probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024, NDOTS_MAX = 15, DNS_PORT = 53 };

/**
 * The text of a file below `root`, or an empty text. A student's root may put a link, a pipe or a device there:
 * links are resolved within the root, and anything but a regular file counts as missing.
 */
static char *read_text(const char *root, const char *path) {
  char *text = calloc(1, FILE_MAX + 1);
  if (!text) return NULL;
  int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return text;
  struct open_how how = {.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
  int fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
  close(folder);
  if (fd < 0) return text;
  struct stat facts;
  if (fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode)) {
    size_t used = 0;
    ssize_t got;
    while (used < FILE_MAX && (got = read(fd, text + used, FILE_MAX - used)) > 0) used += (size_t)got;
  }
  close(fd);
  return text;
}

/** Copies a domain without its trailing dot; false when it is too long to be one. */
static bool copy_name(char *to, const char *from) {
  size_t length = strlen(from);
  if (length > 1 && from[length - 1] == '.') length--;
  if (length > NAME_MAX_LENGTH) return false;
  memcpy(to, from, length);
  to[length] = 0;
  return true;
}

static void read_option(struct resolver_config *config, const char *option) {
  if (strncmp(option, "ndots:", 6) == 0) {
    int value = atoi(option + 6);
    config->ndots = value < 0 ? 0 : value > NDOTS_MAX ? NDOTS_MAX : value;
  } else if (strcmp(option, "use-vc") == 0) {
    config->use_tcp = true;
  }
}

static void read_line(struct resolver_config *config, char *line) {
  char *rest = NULL;
  const char *word = strtok_r(line, " \t", &rest);
  if (!word || *word == '#' || *word == ';') return;
  const char *value;
  if (strcmp(word, "nameserver") == 0) {
    value = strtok_r(NULL, " \t", &rest);
    struct in_addr server;
    if (value && config->server_count < MAX_SERVERS && inet_aton(value, &server)) config->servers[config->server_count++] = server;
  } else if (strcmp(word, "search") == 0 || strcmp(word, "domain") == 0) {
    config->search_count = 0; // the last of these lines wins
    while ((value = strtok_r(NULL, " \t", &rest)) && config->search_count < MAX_SEARCHES)
      if (copy_name(config->searches[config->search_count], value)) config->search_count++;
  } else if (strcmp(word, "options") == 0) {
    while ((value = strtok_r(NULL, " \t", &rest))) read_option(config, value);
  }
}

void resolver_read(struct resolver_config *config, const char *root) {
  config->ndots = 1;
  config->hosts = read_text(root, "etc/hosts");
  char *text = read_text(root, "etc/resolv.conf");
  char *rest = NULL;
  for (char *line = text ? strtok_r(text, "\r\n", &rest) : NULL; line; line = strtok_r(NULL, "\r\n", &rest)) read_line(config, line);
  free(text);
  if (config->server_count == 0) config->servers[config->server_count++].s_addr = htonl(INADDR_LOOPBACK); // as glibc
}

static bool find_in_hosts(const struct resolver_config *config, const char *name, struct in_addr *address) {
  for (const char *line = config->hosts ? config->hosts : ""; *line;) {
    size_t length = strcspn(line, "\n");
    char copy[1024];
    snprintf(copy, sizeof copy, "%.*s", (int)length, line);
    line += length + (line[length] == '\n');
    copy[strcspn(copy, "#\r")] = 0;
    char *rest = NULL;
    const char *word = strtok_r(copy, " \t", &rest);
    struct in_addr candidate;
    if (!word || inet_pton(AF_INET, word, &candidate) != 1) continue;
    while ((word = strtok_r(NULL, " \t", &rest)))
      if (strcasecmp(word, name) == 0) {
        *address = candidate;
        return true;
      }
  }
  return false;
}

static void add_name(struct resolution *r, const char *name, const char *domain) {
  int length = snprintf(r->names[r->name_count], NAME_MAX_LENGTH + 1, *domain && strcmp(domain, ".") ? "%s.%s" : "%s", name, domain);
  if (length <= NAME_MAX_LENGTH) r->name_count++;
}

/** The names to ask for, in glibc's order: as it stands first when it has enough dots, else last; only as it stands with a trailing dot. */
static void list_names(struct resolution *r, const struct resolver_config *config, const char *name) {
  int dots = 0;
  for (const char *p = name; *p; p++) dots += *p == '.';
  size_t length = strlen(name);
  if (length > 0 && name[length - 1] == '.') {
    char bare[NAME_MAX_LENGTH + 1];
    if (copy_name(bare, name)) add_name(r, bare, "");
    return;
  }
  if (dots >= config->ndots) add_name(r, name, "");
  for (int i = 0; i < config->search_count; i++) add_name(r, name, config->searches[i]);
  if (dots < config->ndots) add_name(r, name, "");
}

static int give_up(struct attempt *attempt) {
  struct resolution *r = &attempt->resolution;
  const char *reason = r->last;
  if (!*reason) reason = r->servfail ? "SERVFAIL" : r->nodata ? "no A record" : "NXDOMAIN";
  snprintf(attempt->reason, sizeof attempt->reason, "%s", reason);
  return -1;
}

/** Puts the present name to the present server; goes on to the next server while one fails at once. */
static int ask(struct attempt *attempt, double now) {
  struct resolution *r = &attempt->resolution;
  const struct resolver_config *config = attempt->config;
  while (r->name < r->name_count) {
    while (r->server < config->server_count) {
      struct in_addr server = config->servers[r->server];
      int failure = exchange_start(&r->exchange, server, DNS_PORT, r->names[r->name], TYPE_A, config->use_tcp, 0);
      if (failure == 0) {
        r->wake = now + (attempt->deadline - now) / (config->server_count - r->server);
        return 0;
      }
      if (failure == -EINVAL) {
        snprintf(attempt->reason, sizeof attempt->reason, "not a valid name");
        return -1;
      }
      snprintf(r->last, sizeof r->last, "%s from %s", strerrorname_np(-failure), inet_ntoa(server));
      r->server++;
    }
    if (*r->last) return give_up(attempt); // no server answers: the other names would fare no better
    r->name++;
    r->server = 0;
  }
  return give_up(attempt);
}

int resolve_start(struct attempt *attempt, const char *name, double now) {
  struct resolution *r = &attempt->resolution;
  if (inet_aton(name, &attempt->address) || find_in_hosts(attempt->config, name, &attempt->address)) {
    attempt->has_address = true;
    return 1;
  }
  list_names(r, attempt->config, name);
  return ask(attempt, now);
}

/** One server has answered: done, the next name, or the next server. */
static int judge(struct attempt *attempt, double now) {
  struct resolution *r = &attempt->resolution;
  const struct exchange *x = &r->exchange;
  int rcode = x->answer[3] & 15;
  if (rcode == 0 && dns_first_address(x->answer, x->received, &attempt->address)) {
    attempt->has_address = true;
    return 1;
  }
  r->last[0] = 0;
  if (rcode == 0 || rcode == 3) {
    r->nodata |= rcode == 0;
    r->name++;
    r->server = 0;
    return ask(attempt, now);
  }
  if (rcode == 2) r->servfail = true;
  if (++r->server < attempt->config->server_count) return ask(attempt, now);
  if (rcode != 2) { // SERVFAIL of the last server lets glibc try the other names; other refusals end the search
    snprintf(r->last, sizeof r->last, "%s from %s", dns_rcode_name(rcode), inet_ntoa(x->server));
    return give_up(attempt);
  }
  r->name++;
  r->server = 0;
  return ask(attempt, now);
}

int resolve_step(struct attempt *attempt, bool ready, double now) {
  struct resolution *r = &attempt->resolution;
  int state = ready ? exchange_step(&r->exchange) : 0;
  if (state == 1) {
    exchange_close(&r->exchange);
    int result = judge(attempt, now);
    return result;
  }
  if (state == 0 && now < r->wake) return 0;
  if (state == 0) snprintf(r->last, sizeof r->last, "no answer from %s", inet_ntoa(r->exchange.server));
  else snprintf(r->last, sizeof r->last, "%s from %s", strerrorname_np(-state), inet_ntoa(r->exchange.server));
  exchange_close(&r->exchange);
  r->server++;
  return ask(attempt, now);
}
