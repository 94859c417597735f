// What a process of a student may do: the user namespace U2, capabilities by kind, resource limits, the seccomp filter.
#define _GNU_SOURCE
#include "labinit.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define BIT(capability) (1ull << (capability))

int student_user_namespace_fd = -1;
uint32_t student_process_limit;
static struct sock_fprog filter;

// Everything but what reaches the machine itself. PERFMON too: together with a BPF token it reads kernel memory.
static const uint64_t node_capabilities =
    ~(BIT(CAP_SYS_MODULE) | BIT(CAP_SYS_RAWIO) | BIT(CAP_SYS_BOOT) | BIT(CAP_SYS_TIME) | BIT(CAP_AUDIT_CONTROL) | BIT(CAP_MAC_OVERRIDE) |
      BIT(CAP_MAC_ADMIN) | BIT(CAP_SYSLOG) | BIT(CAP_WAKE_ALARM) | BIT(CAP_BLOCK_SUSPEND) | BIT(CAP_AUDIT_READ) | BIT(CAP_PERFMON) |
      BIT(CAP_CHECKPOINT_RESTORE));
// What containerd gives a container that asks for nothing.
static const uint64_t pod_capabilities = BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FOWNER) | BIT(CAP_FSETID) | BIT(CAP_KILL) |
                                         BIT(CAP_SETGID) | BIT(CAP_SETUID) | BIT(CAP_SETPCAP) | BIT(CAP_NET_BIND_SERVICE) |
                                         BIT(CAP_NET_RAW) | BIT(CAP_SYS_CHROOT) | BIT(CAP_MKNOD) | BIT(CAP_AUDIT_WRITE) | BIT(CAP_SETFCAP);

static bool write_text(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t n = write(fd, text, strlen(text));
  int error = errno;
  close(fd);
  errno = error;
  return n == (ssize_t)strlen(text);
}

/** Gives a child's user namespace every id that ours has, unchanged. */
static bool copy_id_map(pid_t child, const char *which) {
  char path[64], map[4096] = "";
  size_t length = 0;
  snprintf(path, sizeof path, "/proc/self/%s", which);
  FILE *own = fopen(path, "re");
  if (!own) return false;
  unsigned inside, outside, count;
  while (fscanf(own, "%u %u %u", &inside, &outside, &count) == 3 && length < sizeof map - 40)
    length += (size_t)snprintf(map + length, sizeof map - length, "%u %u %u\n", inside, inside, count);
  fclose(own);
  snprintf(path, sizeof path, "/proc/%d/%s", child, which);
  return write_text(path, map);
}

/** How many namespaces the sandbox may have; U2 can set its own numbers, but ours, one level up, count as well. */
static bool limit_namespaces(uint32_t limit) {
  static const char *const kinds[] = {"net", "mnt", "pid", "uts", "ipc", "cgroup", "user", "time"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    char path[64], value[16];
    snprintf(path, sizeof path, "/proc/sys/user/max_%s_namespaces", kinds[i]);
    snprintf(value, sizeof value, "%u", !strcmp(kinds[i], "user") ? 1 : !strcmp(kinds[i], "time") ? 0 : limit);
    if (!write_text(path, value) && errno != ENOENT) return false;  // a kernel built without that kind has no such file
  }
  return true;
}

const char *create_student_user_namespace(uint32_t process_limit, uint32_t namespace_limit, const void *program, size_t program_bytes) {
  if (!process_limit || program_bytes % sizeof(struct sock_filter) || program_bytes / sizeof(struct sock_filter) > BPF_MAXINSNS) {
    errno = EINVAL;
    return "limits or filter";
  }
  filter.len = (unsigned short)(program_bytes / sizeof(struct sock_filter));
  filter.filter = allocate(program_bytes + 1);
  memcpy(filter.filter, program, program_bytes);

  int ready[2], mapped[2];
  if (pipe2(ready, O_CLOEXEC) < 0 || pipe2(mapped, O_CLOEXEC) < 0) return "pipe";
  pid_t child = fork();
  if (child < 0) return "fork";
  char byte = 0;
  if (child == 0) {
    close(ready[0]);
    close(mapped[1]);
    // The limit in force when a user namespace is created caps the processes of all its users together, without cgroups.
    struct rlimit limit = {process_limit, process_limit};
    if (setrlimit(RLIMIT_NPROC, &limit) == 0 && unshare(CLONE_NEWUSER) == 0) byte = 'y';
    if (write(ready[1], &byte, 1) != 1 || read(mapped[0], &byte, 1) != 1) _exit(1);
    _exit(0);
  }
  close(ready[1]);
  close(mapped[0]);
  const char *failed = NULL;
  if (read(ready[0], &byte, 1) != 1 || byte != 'y') {
    errno = EPERM;
    failed = "user namespace";
  } else if (!copy_id_map(child, "gid_map")) {
    failed = "gid_map";
  } else if (!copy_id_map(child, "uid_map")) {
    failed = "uid_map";
  } else {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/user", child);
    student_user_namespace_fd = open(path, O_RDONLY | O_CLOEXEC);
    if (student_user_namespace_fd < 0) failed = "open user namespace";
  }
  int error = errno;
  close(ready[0]);
  close(mapped[1]);
  waitpid(child, NULL, 0);
  errno = error;
  if (!failed && !limit_namespaces(namespace_limit)) failed = "namespace limits";
  student_process_limit = process_limit;
  return failed;
}

void become_unattachable(void) {
  write_text("/proc/self/oom_score_adj", "1000");
  // Memory forked from labinit belongs to U1. Undumpable, it cannot be traced from U2, though the process is visible there before its exec.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

bool become_root_here(void) {
  // setgroups is denied for good in a namespace of a single id made by an ordinary user; there is nothing to drop to, either
  if (setgroups(0, NULL) < 0 && errno != EPERM) return false;
  return setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0;
}

static bool set_limits(void) {
  const struct {
    int resource;
    rlim_t value;
  } limits[] = {
      {RLIMIT_NPROC, student_process_limit}, {RLIMIT_CORE, 0}, {RLIMIT_NOFILE, 4096}, {RLIMIT_FSIZE, 256 << 20}, {RLIMIT_MSGQUEUE, 819200},
  };
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    struct rlimit limit;
    if (getrlimit(limits[i].resource, &limit) < 0) return false;
    if (limit.rlim_max > limits[i].value) limit.rlim_max = limits[i].value;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(limits[i].resource, &limit) < 0) return false;
  }
  return true;
}

static bool keep_capabilities(uint64_t keep) {
  uint64_t known = 0;
  for (int capability = 0; capability < 64 && prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++) {
    known |= BIT(capability);
    if (!(keep & BIT(capability)) && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) return false;
  }
  keep &= known;
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{(uint32_t)keep, (uint32_t)keep, 0}, {(uint32_t)(keep >> 32), (uint32_t)(keep >> 32), 0}};
  return syscall(SYS_capset, &header, data) == 0;
}

bool drop_to_student(enum kind kind) {
  return set_limits() && keep_capabilities(kind == KIND_POD ? pod_capabilities : node_capabilities) &&
         prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && (!filter.len || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0);
}

bool drop_to_container(enum kind kind, const struct identity *identity) {
  uint64_t keep = identity->capabilities & (kind == KIND_NODE ? node_capabilities : ~0ull);
  if (identity->uid == 0) return keep_capabilities(keep);
  // from root to another user: the change itself takes them all away, and needs these
  if (!keep_capabilities(keep | BIT(CAP_SETUID) | BIT(CAP_SETGID))) return false;
  return setgroups(0, NULL) == 0 && setresgid(identity->gid, identity->gid, identity->gid) == 0 &&
         setresuid(identity->uid, identity->uid, identity->uid) == 0;
}

void reset_signals(void) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}
