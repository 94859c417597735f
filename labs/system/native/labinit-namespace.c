// Namespaces: a node, host or pod is an init process with its own pid, mnt, net, uts and ipc namespaces, owned by U2.
#define _GNU_SOURCE
#include "labinit.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct namespace *namespaces;
static const char *const kind_names[] = {"node", "pod", "host"};

/** The birth of one namespace: its processes report over a socket; end of stream without an error means that its init runs. */
struct birth {
  struct source source;
  struct namespace *ns;
  char error[256];
};

static struct namespace *find_any(const char *name) {
  for (struct namespace *ns = namespaces; ns; ns = ns->next)
    if (!strcmp(ns->name, name)) return ns;
  return NULL;
}

struct namespace *find_namespace(const char *name) {
  struct namespace *ns = find_any(name);
  return ns && ns->pid_fd >= 0 && !ns->destroying ? ns : NULL;
}

static void remove_namespace(struct namespace *ns) {
  for (struct namespace **link = &namespaces; *link; link = &(*link)->next) {
    if (*link == ns) {
      *link = ns->next;
      break;
    }
  }
  char lock[192];
  snprintf(lock, sizeof lock, "/run/xtables.%s", ns->name);
  unlink(lock);
  if (ns->pid_fd >= 0) close(ns->pid_fd);
  if (ns->adoption) {
    close_source(&ns->adoption->end);
    free_later(ns->adoption);
  }
  free(ns->name);
  free(ns->parent);
  free(ns->hostname);
  free_later(ns);
}

static void add_waiter(struct namespace *ns, struct connection *c, uint32_t id) {
  struct waiter *waiter = allocate(sizeof *waiter);
  *waiter = (struct waiter){.connection = c, .id = id, .next = ns->waiters};
  ns->waiters = waiter;
}

static struct waiter *take_waiter(struct namespace *ns, struct waiter *into) {
  struct waiter *waiter = ns->waiters;
  if (!waiter) return NULL;
  *into = *waiter;
  ns->waiters = waiter->next;
  free(waiter);
  return into;
}

static void answer_pid(struct connection *c, uint32_t id, const struct namespace *ns) {
  uint32_t pid = (uint32_t)ns->pid;
  send_frame(c, REPLY_OK, id, &pid, sizeof pid);
}

static void report(int fd, const char *step) {
  char text[256];
  int error = errno;
  int n = snprintf(text, sizeof text, "E%s: %s%s", step, strerror(error), error == EAGAIN ? " (the lab's process limit is reached)" : "");
  if (send(fd, text, (size_t)n, MSG_NOSIGNAL) < 0) fprintf(stderr, "labinit: %s\n", text + 1);
  _exit(1);
}

/** The last generation: builds the root and becomes its init. */
static void become_init(const struct namespace *ns, int fd) {
  const char *failed = build_root(ns->kind, ns->hostname);
  if (failed) report(fd, failed);
  if (send(fd, "P", 1, MSG_NOSIGNAL) < 0) _exit(1);  // carries our pid, translated by the kernel
  setsid();
  // A pod's init keeps a node's capabilities: less, and the pod's root could trace it.
  if (!drop_to_student(KIND_NODE)) report(fd, "drop privileges");
  char *argv[] = {ns->kind == KIND_POD ? "/pause" : "/sbin/init", NULL}, *env[] = {NULL};
  syscall(SYS_execveat, own_binary_fd, "", argv, env, 0x1000 /* AT_EMPTY_PATH */);
  report(fd, "exec init");
}

static pid_t fork_as_sibling(void) { return (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0); }

/** First generation (enters U2 and the parent's pid namespace), second (is inside them), third (the init). All are labinit's children. */
static void give_birth(const struct namespace *ns, const struct namespace *parent, int fd) {
  become_unattachable();
  if (setns(student_user_namespace_fd, CLONE_NEWUSER) < 0 || !become_root_here()) report(fd, "enter user namespace");
  if (parent) {
    if (setns(parent->pid_fd, CLONE_NEWPID) < 0) report(fd, "enter the parent");
    // labinit's descriptors must not be in a process that a node's root can see
    int keep = fcntl(fd, F_DUPFD_CLOEXEC, 10), binary = fcntl(own_binary_fd, F_DUPFD_CLOEXEC, 10);
    if (keep < 0 || binary < 0 || dup3(keep, 3, O_CLOEXEC) < 0 || dup3(binary, 4, O_CLOEXEC) < 0) report(fd, "descriptors");
    fd = 3;
    own_binary_fd = 4;
    syscall(SYS_close_range, 5, ~0u, 0);
    pid_t second = fork_as_sibling();
    if (second < 0) report(fd, "fork");
    if (second > 0) _exit(0);
  }
  if (unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC) < 0) report(fd, "unshare");
  pid_t third = fork_as_sibling();
  if (third < 0) report(fd, "fork");
  if (third > 0) _exit(0);
  become_init(ns, fd);
}

static void on_born(struct namespace *ns, struct birth *birth) {
  close_source(&birth->source);
  if (!birth->error[0] && ns->pid) {
    ns->pid_fd = (int)syscall(SYS_pidfd_open, ns->pid, 0);
    if (ns->pid_fd < 0) snprintf(birth->error, sizeof birth->error, "pidfd_open: %s", strerror(errno));
  } else if (!birth->error[0]) {
    snprintf(birth->error, sizeof birth->error, "its init died");
  }
  for (struct waiter w; take_waiter(ns, &w);) {
    if (birth->error[0]) send_error(w.connection, w.id, "namespace %s: %s", ns->name, birth->error);
    else answer_pid(w.connection, w.id, ns);
  }
  if (birth->error[0]) {
    if (ns->pid) kill(ns->pid, SIGKILL);
    remove_namespace(ns);
  }
  free_later(birth);
}

static void on_report(struct source *self, uint32_t events) {
  (void)events;
  struct birth *birth = (struct birth *)self;
  char text[256], control[CMSG_SPACE(sizeof(struct ucred))];
  struct iovec part = {text, sizeof text - 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t n = recvmsg(self->fd, &message, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return on_born(birth->ns, birth);
  text[n] = 0;
  if (text[0] == 'E') snprintf(birth->error, sizeof birth->error, "%s", text + 1);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (text[0] == 'P' && header && header->cmsg_type == SCM_CREDENTIALS) {
    struct ucred sender;
    memcpy(&sender, CMSG_DATA(header), sizeof sender);
    birth->ns->pid = sender.pid;
  }
}

static bool good_name(const char *name) {
  size_t length = strlen(name);
  if (length == 0 || length > 128 || name[0] == '.') return false;
  for (const char *c = name; *c; c++)
    if (!isalnum((unsigned char)*c) && *c != '-' && *c != '.' && *c != '_') return false;
  return true;
}

bool parse_kind(const char *name, enum kind *kind) {
  for (int k = 0; k < 3; k++) {
    if (strcmp(kind_names[k], name)) continue;
    *kind = (enum kind)k;
    return true;
  }
  return false;
}

bool register_adopted(const char *name, enum kind kind, pid_t pid, int pid_fd, struct adoption *adoption) {
  if (!good_name(name) || find_any(name)) return false;
  struct namespace *ns = allocate(sizeof *ns);
  *ns = (struct namespace){
      .name = strdup(name), .parent = strdup(""), .hostname = strdup(""), .kind = kind, .pid = pid, .pid_fd = pid_fd, .adoption = adoption, .next = namespaces,
  };
  adoption->ns = ns;
  namespaces = ns;
  return true;
}

void adopted_namespace_ended(struct adoption *adoption) {
  struct namespace *ns = adoption->ns;
  send_to_all(REPLY_NAMESPACE_LOST, ns->name, strlen(ns->name));
  remove_namespace(ns);
}

void create_namespace(struct connection *c, uint32_t id, struct reader *payload) {
  const char *name = read_string(payload), *parent_name = read_string(payload), *kind_name = read_string(payload);
  const char *hostname = read_string(payload);
  enum kind kind;
  if (payload->failed || !parse_kind(kind_name, &kind) || !good_name(name)) return send_error(c, id, "namespace \"%s\": bad name or kind", name);
  if (!hostname[0] || strlen(hostname) > 64) return send_error(c, id, "namespace %s: the host name must have 1 to 64 characters", name);
  if (student_user_namespace_fd < 0) return send_error(c, id, "namespace %s: before setup", name);
  struct namespace *parent = parent_name[0] ? find_namespace(parent_name) : NULL;
  if (parent_name[0] && !parent) return send_error(c, id, "namespace %s: its parent %s is not there", name, parent_name);
  struct namespace *existing = find_any(name);
  if (existing) {
    bool equal = !existing->destroying && existing->kind == kind && !strcmp(existing->hostname, hostname) &&
                 !strcmp(existing->parent, parent_name);
    if (!equal) return send_error(c, id, "namespace %s: the name is taken", name);
    return existing->pid_fd >= 0 ? answer_pid(c, id, existing) : add_waiter(existing, c, id);
  }

  int ends[2], on = 1;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return send_error(c, id, "namespace %s: %s", name, strerror(errno));
  setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  struct namespace *ns = allocate(sizeof *ns);
  *ns = (struct namespace){.name = strdup(name), .parent = strdup(parent_name), .hostname = strdup(hostname), .kind = kind, .pid_fd = -1};
  add_waiter(ns, c, id);
  pid_t child = fork();
  if (child == 0) give_birth(ns, parent, ends[1]);
  int error = errno;
  close(ends[1]);
  ns->next = namespaces;
  namespaces = ns;
  if (child < 0) {
    close(ends[0]);
    send_error(c, id, "namespace %s: fork: %s", name, strerror(error));
    take_waiter(ns, &(struct waiter){0});
    return remove_namespace(ns);
  }
  struct birth *birth = allocate(sizeof *birth);
  *birth = (struct birth){.source = {on_report, ends[0], 0}, .ns = ns};
  watch(&birth->source, EPOLLIN);
}

void destroy_namespace(struct connection *c, uint32_t id, struct reader *payload) {
  const char *name = read_string(payload);
  struct namespace *ns = find_any(name);
  if (!ns || ns->pid_fd < 0) return send_error(c, id, "namespace %s is not there", name);
  if (ns->adoption) {
    remove_namespace(ns);
    return send_ok(c, id);
  }
  add_waiter(ns, c, id);
  if (ns->destroying) return;
  ns->destroying = true;
  // Reaped only after the kernel has ended every process in it, so the answer can wait for that.
  if (kill(ns->pid, SIGKILL) < 0) die("namespace %s: kill: %s", name, strerror(errno));  // our own child, not yet reaped: cannot be
}

bool namespace_exited(pid_t pid) {
  for (struct namespace *ns = namespaces; ns; ns = ns->next) {
    if (ns->pid != pid || ns->adoption) continue;
    if (ns->pid_fd < 0) {
      ns->pid = 0;  // died while being born; on_born tells
    } else {
      for (struct waiter w; take_waiter(ns, &w);) send_ok(w.connection, w.id);
      if (!ns->destroying) send_to_all(REPLY_NAMESPACE_LOST, ns->name, strlen(ns->name));
      remove_namespace(ns);
    }
    return true;
  }
  return false;
}

void namespaces_forget(struct connection *c) {
  for (struct namespace *ns = namespaces; ns; ns = ns->next) {
    for (struct waiter *w = ns->waiters; w; w = w->next)
      if (w->connection == c) w->connection = NULL;
  }
}

bool in_network_of(const struct namespace *ns, void (*action)(void *), void *argument) {
  static int own = -1;
  if (own < 0) own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (own < 0 || setns(ns->pid_fd, CLONE_NEWNET) < 0) return false;
  action(argument);
  if (setns(own, CLONE_NEWNET) < 0) die("cannot return to the sandbox's network: %s", strerror(errno));
  return true;
}

int run_pause(const char *name) {
  prctl(PR_SET_NAME, name);  // exec by descriptor has left the descriptor's number as the name
  syscall(SYS_close_range, 0, ~0u, 0);
  if (open("/dev/null", O_RDWR) < 0 || dup(0) < 0 || dup(0) < 0) return 1;
  for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);  // SIGCHLD ignored: the kernel reaps orphans
  for (;;) pause();
}
