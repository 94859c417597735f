// Namespaces that somebody else made: the containers of a kind cluster. labinit enters them as it enters its own, and never ends them.
// Used only where it runs in the pid namespace of the machine (labs/runtimes/kind); students' processes get what the container itself may do.
#define _GNU_SOURCE
#include "labinit.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ENVIRON_BYTES_MAX = 256 << 10 };

static size_t read_proc(pid_t pid, const char *name, char *into, size_t bytes) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  size_t length = 0;
  for (ssize_t n; length < bytes - 1 && (n = read(fd, into + length, bytes - 1 - length)) > 0;) length += (size_t)n;
  close(fd);
  into[length] = 0;
  return length;
}

/** Whether the last part of some line's path names the container: <id>, docker-<id>.scope, cri-containerd-<id>.scope. */
static bool is_in_container(pid_t pid, const char *id) {
  char lines[16384];
  if (!read_proc(pid, "cgroup", lines, sizeof lines)) return false;
  for (char *line = strtok(lines, "\n"); line; line = strtok(NULL, "\n")) {
    const char *last = strrchr(line, '/');
    if (last && strstr(last, id)) return true;
  }
  return false;
}

/** True when it is pid 1 of a pid namespace below ours. */
static bool is_first(pid_t pid) {
  char status[4096];
  if (!read_proc(pid, "status", status, sizeof status)) return false;
  char *line = strstr(status, "\nNSpid:");
  if (!line) return false;
  char *end = strchr(line + 1, '\n');
  if (end) *end = 0;
  const char *last = strrchr(line, '\t');
  return last && strcmp(last, "\t1") == 0;
}

/** The first process of a container, by its id's place in /proc/<pid>/cgroup; one that shares our pid namespace has no process 1, then the oldest. 0: none. */
static pid_t find_container(const char *id) {
  DIR *proc = opendir("/proc");
  if (!proc) return 0;
  pid_t oldest = 0, first = 0;
  for (struct dirent *entry; !first && (entry = readdir(proc));) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    pid_t pid = (pid_t)atoi(entry->d_name);
    if (!is_in_container(pid, id)) continue;
    if (is_first(pid)) first = pid;
    if (!oldest || pid < oldest) oldest = pid;
  }
  closedir(proc);
  return first ? first : oldest;
}

static bool is_container_id(const char *id) {
  size_t length = strspn(id, "0123456789abcdef");
  return length >= 12 && length <= 128 && !id[length];
}

/** pid, working folder, environment: what a process that joins the container starts with. */
static void answer_adopted(struct connection *c, uint32_t id, pid_t pid) {
  char link[64], folder[4096];
  snprintf(link, sizeof link, "/proc/%d/cwd", pid);
  ssize_t n = readlink(link, folder, sizeof folder - 1);
  folder[n < 0 ? 0 : n] = 0;
  char *environment = allocate(ENVIRON_BYTES_MAX);
  size_t bytes = read_proc(pid, "environ", environment, ENVIRON_BYTES_MAX);
  struct buffer answer = {0};
  uint32_t number = (uint32_t)pid;
  buffer_append(&answer, &number, sizeof number);
  buffer_append(&answer, folder, strlen(folder) + 1);
  buffer_append(&answer, environment, bytes);
  send_frame(c, REPLY_OK, id, answer.bytes + answer.start, buffered(&answer));
  buffer_free(&answer);
  free(environment);
}

static void on_end(struct source *self, uint32_t events) {
  (void)events;
  adopted_namespace_ended((struct adoption *)self);
}

void adopt_namespace(struct connection *c, uint32_t id, struct reader *payload) {
  const char *name = read_string(payload), *kind_name = read_string(payload), *container = read_string(payload);
  enum kind kind;
  if (payload->failed || !c->is_labd || !parse_kind(kind_name, &kind) || !is_container_id(container))
    return send_error(c, id, "adopt \"%s\": bad kind or container id", name);
  struct namespace *existing = find_namespace(name);
  if (existing) return answer_adopted(c, id, existing->pid);
  pid_t pid = find_container(container);
  if (!pid) return send_error(c, id, "container %.12s has no process", container);
  int pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
  // between the look and the opening it may have ended, and its number gone to another
  if (pid_fd < 0 || !is_in_container(pid, container)) {
    if (pid_fd >= 0) close(pid_fd);
    return send_error(c, id, "container %.12s has just ended", container);
  }
  struct adoption *adoption = allocate(sizeof *adoption);
  adoption->end = (struct source){on_end, fcntl(pid_fd, F_DUPFD_CLOEXEC, 3), 0};
  if (adoption->end.fd < 0 || !register_adopted(name, kind, pid, pid_fd, adoption)) {
    if (adoption->end.fd >= 0) close(adoption->end.fd);
    close(pid_fd);
    free(adoption);
    return send_error(c, id, "adopt \"%s\": bad name", name);
  }
  watch(&adoption->end, EPOLLIN);
  answer_adopted(c, id, pid);
}

bool read_identity(pid_t pid, struct identity *into) {
  char status[4096];
  if (!read_proc(pid, "status", status, sizeof status)) return false;
  const char *uid = strstr(status, "\nUid:"), *gid = strstr(status, "\nGid:"), *capabilities = strstr(status, "\nCapBnd:");
  if (!uid || !gid || !capabilities) return false;
  into->uid = (uid_t)strtoul(uid + 5, NULL, 10);
  into->gid = (gid_t)strtoul(gid + 5, NULL, 10);
  into->capabilities = strtoull(capabilities + 8, NULL, 16);
  return true;
}

int adopted_namespaces(pid_t pid) {
  // a user namespace cannot be entered twice; some engines give their containers one of their own
  struct stat ours, theirs;
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
  bool own = stat("/proc/self/ns/user", &ours) == 0 && stat(path, &theirs) == 0 && ours.st_ino != theirs.st_ino;
  return own ? 0x10000000 /* CLONE_NEWUSER */ : 0;
}
