// Files of a namespace as its own root sees them, and its network's sysctls. The tree belongs to the student: nothing here may follow a
// link out of it, wait for a peer, or act on anything but a regular file.
#define _GNU_SOURCE
#include "labinit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 4 << 20 };

/** One file operation; run inside the target's network namespace, because /proc/sys/net answers for the caller's. */
struct task {
  int root;
  const char *path;
  uint32_t mode;
  bool is_new;
  const uint8_t *data;
  size_t bytes;
  struct buffer content;
  int error;
};

static int open_in_root(int root, const char *path, uint64_t flags, uint32_t mode) {
  struct open_how how = {
      .flags = flags | O_CLOEXEC,
      .mode = flags & O_CREAT ? mode : 0,
      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
  };
  for (int i = 0; i < 50; i++) {  // EAGAIN: someone renames on the way
    int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
    if (fd >= 0 || errno != EAGAIN) return fd;
  }
  return -1;
}

static bool is_regular(int fd) {
  struct stat about;
  if (fstat(fd, &about) < 0) return false;
  if (S_ISREG(about.st_mode)) return true;
  errno = S_ISDIR(about.st_mode) ? EISDIR : EINVAL;
  return false;
}

/** Makes the folders above path, each looked up from the root so that links stay inside. */
static bool make_parents(int root, const char *path) {
  char *folder = strdup(path);
  bool ok = folder != NULL;
  for (char *slash = ok ? strchr(folder + 1, '/') : NULL; slash && ok; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    char *cut = strrchr(folder, '/');
    int fd = open_in_root(root, folder, O_PATH | O_DIRECTORY, 0);
    if (fd < 0 && errno == ENOENT) {
      const char *name = cut ? cut + 1 : folder;
      if (cut) *cut = 0;
      int parent = open_in_root(root, cut && cut != folder ? folder : "/", O_PATH | O_DIRECTORY, 0);
      if (cut) *cut = '/';
      ok = parent >= 0 && (mkdirat(parent, name, 0755) == 0 || errno == EEXIST);
      if (parent >= 0) close(parent);
    } else if (fd >= 0) {
      close(fd);
    } else {
      ok = false;
    }
    *slash = '/';
  }
  int error = errno;
  free(folder);
  errno = error;
  return ok;
}

static void do_read(void *argument) {
  struct task *task = argument;
  int fd = open_in_root(task->root, task->path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  bool ok = fd >= 0 && is_regular(fd);
  uint8_t chunk[32 << 10];
  ssize_t n = 0;
  while (ok && (n = read(fd, chunk, sizeof chunk)) > 0) {
    buffer_append(&task->content, chunk, (size_t)n);
    if (buffered(&task->content) > FILE_BYTES_MAX) {
      errno = EFBIG;
      ok = false;
    }
  }
  if (!ok || n < 0) task->error = errno;
  if (fd >= 0) close(fd);
}

static void do_write(void *argument) {
  struct task *task = argument;
  const uint64_t flags = O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY | (task->is_new ? O_EXCL : 0);
  int fd = open_in_root(task->root, task->path, flags, task->mode);
  if (fd < 0 && errno == ENOENT && make_parents(task->root, task->path)) fd = open_in_root(task->root, task->path, flags, task->mode);
  bool ok = fd >= 0 && is_regular(fd) && (ftruncate(fd, 0) == 0 || errno == EINVAL);  // EINVAL: files of /proc/sys
  for (size_t done = 0; ok && done < task->bytes;) {
    ssize_t n = write(fd, task->data + done, task->bytes - done);
    ok = n > 0;
    if (ok) done += (size_t)n;
  }
  if (!ok) task->error = errno;
  if (fd >= 0) close(fd);
}

/** Runs a task in the named namespace and answers when it failed. */
static bool run_task(struct connection *c, uint32_t id, const char *name, struct task *task, void (*action)(void *)) {
  const struct namespace *ns = find_namespace(name);
  if (!ns) {
    send_error(c, id, "namespace %s is not there", name);
    return false;
  }
  char root[64];
  snprintf(root, sizeof root, "/proc/%d/root", ns->pid);
  task->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (task->root < 0 || !in_network_of(ns, action, task)) task->error = errno;
  if (task->root >= 0) close(task->root);
  if (task->error) send_error(c, id, "%s in %s: %s", task->path, name, strerror(task->error));
  return !task->error;
}

void read_file(struct connection *c, uint32_t id, struct reader *payload) {
  const char *name = read_string(payload);
  struct task task = {.path = read_string(payload)};
  if (payload->failed || task.path[0] != '/') return send_error(c, id, "read-file: an absolute path is needed");
  if (run_task(c, id, name, &task, do_read)) send_frame(c, REPLY_OK, id, task.content.bytes + task.content.start, buffered(&task.content));
  buffer_free(&task.content);
}

void write_file(struct connection *c, uint32_t id, struct reader *payload) {
  const uint32_t mode = read_u32(payload);
  struct task task = {.mode = mode & 07777, .is_new = mode & CREATE_ONLY};
  const char *name = read_string(payload);
  task.path = read_string(payload);
  if (payload->failed || task.path[0] != '/') return send_error(c, id, "write-file: an absolute path is needed");
  task.data = payload->at;
  task.bytes = (size_t)(payload->end - payload->at);
  if (run_task(c, id, name, &task, do_write)) send_ok(c, id);
}

struct settings {
  struct reader *pairs;
  char key[256];
  int error;
};

static void do_settings(void *argument) {
  struct settings *settings = argument;
  while (!settings->error && settings->pairs->at < settings->pairs->end) {
    const char *key = read_string(settings->pairs), *value = read_string(settings->pairs);
    char path[300];
    snprintf(settings->key, sizeof settings->key, "%s", key);
    int length = snprintf(path, sizeof path, "/proc/sys/%s", key);
    // as sysctl(8): with a slash in it the key is a path, so that an interface called eth0.5 can be named
    if (!strchr(key, '/'))
      for (char *dot = path; (dot = strchr(dot, '.'));) *dot = '/';
    if (settings->pairs->failed || length >= (int)sizeof path || strncmp(path, "/proc/sys/net/", 14) || strstr(path, "/../")) {
      settings->error = EINVAL;
      return;
    }
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, value, strlen(value)) < 0) settings->error = errno;
    if (fd >= 0) close(fd);
  }
}

void write_sysctls(struct connection *c, uint32_t id, struct reader *payload) {
  const char *name = read_string(payload);
  const struct namespace *ns = find_namespace(name);
  if (!ns) return send_error(c, id, "namespace %s is not there", name);
  struct settings settings = {.pairs = payload};
  if (!in_network_of(ns, do_settings, &settings)) return send_error(c, id, "enter %s: %s", name, strerror(errno));
  if (settings.error) return send_error(c, id, "sysctl %s in %s: %s", settings.key, name, strerror(settings.error));
  send_ok(c, id);
}
