// Starts a process: in all of a namespace's namespaces as a student (inside), or only in its network with the platform's rights (platform).
#define _GNU_SOURCE
#include "labinit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

enum { INSIDE = 0, PLATFORM = 1, EXIT_NOT_STARTED = 126, EXIT_NOT_FOUND = 127 };

struct order {
  const struct namespace *ns;  // NULL: the sandbox's own network
  bool platform, tty;
  struct winsize size;
  const char *cwd;
  char **argv, **env;
  struct identity identity;  // of an adopted namespace
};

/** What the helper child tells labinit: the pid of the process, or the step that failed. */
struct outcome {
  pid_t pid;
  int error;
  char step[48];
};

static const char *const inside_env[] = {
    "PATH=/opt/podwire/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=xterm-256color", "LANG=C.UTF-8",
};
static const char *const platform_env[] = {
    "PATH=/lab/bin:/skel/opt/podwire/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=xterm-256color", "LANG=C.UTF-8",
};

static void tell(int fd, pid_t pid, const char *step) {
  struct outcome outcome = {.pid = pid, .error = errno};
  if (step) snprintf(outcome.step, sizeof outcome.step, "%s", step);
  ssize_t n = write(fd, &outcome, sizeof outcome);
  _exit(n == (ssize_t)sizeof outcome && !step ? 0 : 1);
}

/** Adds NAME=value, replacing an earlier NAME. */
static void set_env(char **env, const char *pair) {
  size_t name = (size_t)(strchrnul(pair, '=') - pair) + 1;
  while (*env && strncmp(*env, pair, name)) env++;
  *env = (char *)pair;
}

static char **build_env(const struct order *order, struct reader *pairs, uint16_t count) {
  char **env = allocate((count + 8u) * sizeof *env);
  const char *const *base = order->platform ? platform_env : inside_env;
  for (int i = 0; i < 4; i++) set_env(env, base[i]);
  if (order->platform && order->ns) {
    static char lock[192], root[64];  // read by the child alone, right after
    // One lock per network: xtables' usual one would make restores on different nodes wait for each other.
    snprintf(lock, sizeof lock, "XTABLES_LOCKFILE=/run/xtables.%s", order->ns->name);
    snprintf(root, sizeof root, "ROOT=/proc/%d/root", order->ns->pid);
    set_env(env, lock);
    set_env(env, root);
  }
  for (uint16_t i = 0; i < count; i++) set_env(env, read_string(pairs));
  return env;
}

static const char *env_path(char **env) {
  for (; *env; env++)
    if (!strncmp(*env, "PATH=", 5)) return *env + 5;
  return "/usr/bin:/bin";
}

/** Looks argv[0] up in the new process's PATH and its own root. Returns only on failure. */
static void execute(const struct order *order) {
  clearenv();
  setenv("PATH", env_path(order->env), 1);
  execvpe(order->argv[0], order->argv, order->env);
  if (errno == EAGAIN) {  // the kernel refuses exec, not setns, to a process beyond its user namespace's limit
    dprintf(2, "cannot start \"%s\": the lab's process limit is reached. Stop some processes, or reset the lab.\n", order->argv[0]);
    _exit(EXIT_NOT_STARTED);
  }
  bool missing = errno == ENOENT;
  dprintf(2, "exec: \"%s\": %s\n", order->argv[0],
          missing && !strchr(order->argv[0], '/') ? "executable file not found in $PATH" : strerror(errno));
  _exit(missing ? EXIT_NOT_FOUND : EXIT_NOT_STARTED);
}

static void fail_start(const char *step) {
  dprintf(2, "cannot start: %s: %s\n", step, strerror(errno));
  _exit(EXIT_NOT_STARTED);
}

/** The process itself, where it belongs. */
static void become_process(const struct order *order) {
  setsid();
  if (order->tty && ioctl(0, TIOCSCTTY, 0) < 0) fail_start("controlling terminal");
  const char *home = order->platform ? "/" : "/root";
  if (chdir(order->cwd[0] ? order->cwd : home) < 0 && (order->cwd[0] || chdir("/") < 0)) fail_start(order->cwd);
  if (!order->platform && !(order->ns->adoption ? drop_to_container(order->ns->kind, &order->identity) : drop_to_student(order->ns->kind)))
    fail_start("drop privileges");
  reset_signals();
  execute(order);
}

/** labinit's child: enters the namespaces, and for a student's process makes the sibling that is born inside them. */
static void run_helper(const struct order *order, int status, const int stdio[3]) {
  for (int i = 0; i < 3; i++)
    if (dup2(stdio[i], i) < 0) tell(status, 0, "descriptors");
  if (order->platform) {
    if (order->ns && setns(order->ns->pid_fd, CLONE_NEWNET) < 0) tell(status, 0, "enter the network");
    struct outcome outcome = {.pid = getpid()};
    if (write(status, &outcome, sizeof outcome) != (ssize_t)sizeof outcome) _exit(EXIT_NOT_STARTED);
    become_process(order);
  }
  become_unattachable();
  // From the next fork on a node's root can see the process: it may hold its own three descriptors and nothing of labinit's.
  int pid_fd = fcntl(order->ns->pid_fd, F_DUPFD_CLOEXEC, 10), keep = fcntl(status, F_DUPFD_CLOEXEC, 10);
  if (pid_fd < 0 || keep < 0 || dup3(keep, 3, O_CLOEXEC) < 0 || dup3(pid_fd, 4, O_CLOEXEC) < 0) tell(status, 0, "descriptors");
  status = 3;
  syscall(SYS_close_range, 5, ~0u, 0);
  int own = order->ns->adoption ? CLONE_NEWCGROUP | adopted_namespaces(order->ns->pid) : CLONE_NEWUSER;
  if (setns(4, own | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID) < 0) tell(status, 0, "enter the namespaces");
  if (!become_root_here()) tell(status, 0, "become root");
  pid_t pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
  if (pid < 0) tell(status, 0, "fork");
  if (pid > 0) tell(status, pid, NULL);
  syscall(SYS_close_range, 3, ~0u, 0);
  become_process(order);
}

bool open_terminal(const struct namespace *ns, int *master, int *slave) {
  char root[64] = "/";
  if (ns) snprintf(root, sizeof root, "/proc/%d/root", ns->pid);
  int root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root_fd < 0) return false;
  // The student owns this tree: nothing but the multiplexer of a real devpts is opened, and no link followed.
  struct open_how how = {.flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS};
  *master = (int)syscall(SYS_openat2, root_fd, "dev/pts/ptmx", &how, sizeof how);
  close(root_fd);
  if (*master < 0) return false;
  struct statfs system;
  int unlock = 0;
  if (fstatfs(*master, &system) == 0 && system.f_type == DEVPTS_SUPER_MAGIC && ioctl(*master, TIOCSPTLCK, &unlock) == 0) {
    *slave = ioctl(*master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*slave >= 0) return true;
  }
  close(*master);
  errno = ENOTTY;
  return false;
}

/** ours: input, output, error of labinit's side; theirs: the process's 0, 1, 2. */
static bool open_stdio(const struct order *order, int ours[3], int theirs[3]) {
  for (int i = 0; i < 3; i++) ours[i] = theirs[i] = -1;
  if (order->tty) {
    if (!open_terminal(order->platform ? NULL : order->ns, &ours[0], &theirs[0])) return false;
    ioctl(ours[0], TIOCSWINSZ, &order->size);
    ours[1] = fcntl(ours[0], F_DUPFD_CLOEXEC, 3);
    theirs[1] = fcntl(theirs[0], F_DUPFD_CLOEXEC, 3);
    theirs[2] = fcntl(theirs[0], F_DUPFD_CLOEXEC, 3);
    return ours[1] >= 0 && theirs[1] >= 0 && theirs[2] >= 0;
  }
  for (int i = 0; i < 3; i++) {
    int pair[2];
    if (pipe2(pair, O_CLOEXEC) < 0) return false;
    ours[i] = pair[i == 0];
    theirs[i] = pair[i != 0];
    fcntl(ours[i], F_SETFL, O_NONBLOCK);
  }
  return true;
}

static void close_all(const int fds[3]) {
  for (int i = 0; i < 3; i++)
    if (fds[i] >= 0) close(fds[i]);
}

static void refuse(struct connection *c, uint32_t id, const char *format, const char *what, int error) {
  char text[256];
  uint32_t code = EXIT_NOT_STARTED;
  int n = snprintf(text, sizeof text, format, what, strerror(error));
  send_frame(c, REPLY_STDERR, id, text, (size_t)(n < (int)sizeof text ? n : (int)sizeof text - 1));
  send_frame(c, REPLY_EXIT, id, &code, sizeof code);
}

static void start(struct connection *c, uint32_t id, const struct order *order) {
  int ours[3], theirs[3], status[2];
  if (!open_stdio(order, ours, theirs) || pipe2(status, O_CLOEXEC) < 0) {
    refuse(c, id, "cannot start %s: %s\n", order->tty ? "a terminal here" : "the process", errno);
    close_all(ours);
    return close_all(theirs);
  }
  pid_t helper = fork();
  int error = errno;
  if (helper == 0) run_helper(order, status[1], theirs);
  close(status[1]);
  close_all(theirs);
  // Waiting here is short and cannot be drawn out: nothing of a student's runs before the answer.
  struct outcome outcome = {0};
  ssize_t n = helper < 0 ? 0 : read(status[0], &outcome, sizeof outcome);
  close(status[0]);
  if (helper > 0 && outcome.pid != helper) waitpid(helper, NULL, 0);
  if (n == (ssize_t)sizeof outcome && outcome.pid > 0) return adopt_process(c, id, outcome.pid, order->tty, ours[0], ours[1], ours[2]);
  close_all(ours);
  if (helper < 0) refuse(c, id, "cannot start the process: %s: %s\n", "fork", error);
  else if (outcome.error == EAGAIN) refuse(c, id, "cannot start the process: the lab's process limit is reached (%s). Stop some, or reset the lab.\n", outcome.step, 0);
  else if (outcome.error == ESRCH) refuse(c, id, "cannot start the process: %s is not there (%s)\n", order->ns->name, ESRCH);
  else refuse(c, id, "cannot start the process: %s: %s\n", outcome.step[0] ? outcome.step : "its helper died", outcome.error);
}

void spawn_process(struct connection *c, uint32_t id, struct reader *payload) {
  struct order order = {0};
  order.platform = read_u8(payload) == PLATFORM;
  order.tty = read_u8(payload) != 0;
  order.size.ws_col = read_u16(payload);
  order.size.ws_row = read_u16(payload);
  uint16_t argc = read_u16(payload);
  uint16_t envc = read_u16(payload);
  const char *name = read_string(payload);
  order.cwd = read_string(payload);
  order.argv = allocate((argc + 1u) * sizeof *order.argv);
  for (uint16_t i = 0; i < argc; i++) order.argv[i] = (char *)read_string(payload);
  order.ns = name[0] ? find_namespace(name) : NULL;
  order.env = build_env(&order, payload, envc);
  if (payload->failed || argc == 0) refuse(c, id, "cannot start the process: %s (%s)\n", "malformed request", EINVAL);
  else if (process_known(c, id)) send_error(c, id, "id %u is in use", id);
  else if (name[0] && !order.ns) refuse(c, id, "cannot start the process: %s is not there (%s)\n", name, ENOENT);
  else if (order.ns && order.ns->adoption && !read_identity(order.ns->pid, &order.identity)) refuse(c, id, "cannot start the process: %s has just ended (%s)\n", name, ESRCH);
  else if (!order.platform && !order.ns) refuse(c, id, "cannot start the process: view inside needs a %s (%s)\n", "namespace", EINVAL);
  else start(c, id, &order);
  free(order.argv);
  free(order.env);
}
