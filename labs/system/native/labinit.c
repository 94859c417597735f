// labinit: pid 1 of an embedded lab's sandbox. It makes namespaces, starts processes in them, carries their bytes, and reads and writes
// files for two parties: labd (stdin and stdout) and the control plane (a socketpair). labs/system/init-client.ts is the other end.
//
// Static and small, because it is forked for every process of the lab. It dies when labd closes stdin, and the sandbox with it.
//
//   sandbox (bwrap)            user namespace U1, own pid, mnt, net, uts, ipc namespaces
//   └ labinit                  U1
//     ├ control, platform view U1: students can neither name their pids nor hold a capability over them
//     └ U2                     the students' user namespace; RLIMIT_NPROC of its creation caps all processes in it (Linux 5.14)
//       ├ node, host           own pid, mnt, net, uts, ipc; init is this program as `init`
//       └ pod                  its pid namespace is a child of its node's, so that the node's `ps` and `nsenter` find it
//
// Protocol. A frame is u32 length of what follows, u8 type, u32 id, payload; little endian; at most 8 MiB. Strings end with NUL.
// The party chooses ids, unique among its open requests and processes.
//
//   request            payload                                                    answer
//    1 setup           u32 process limit, u32 namespace limit, seccomp filter     ok
//                      (struct sock_filter[])
//    2 create          name, parent or "", kind (node|pod|host), hostname         ok with u32 pid; so for an equal one that is there already
//    3 destroy         name                                                       ok when every process in it is gone
//    4 spawn           u8 view (0 inside, 1 platform), u8 tty, u16 cols,          stdout, stderr, then exit
//                      u16 rows, u16 argc, u16 envc, namespace or "",
//                      cwd or "", argv…, env…  ("NAME=value")
//    5 input           bytes (at most 256 KiB beyond what was acknowledged)       input-ack as the process takes them
//    6 input-end       -
//    7 ack             u32 bytes of output that arrived (256 KiB window)
//    8 resize          u16 cols, u16 rows
//    9 kill            u32 signal, sent to the process group
//   10 read-file       namespace, path                                            ok with the bytes
//   11 write-file      u32 mode, namespace, path, then the bytes                  ok; CREATE_ONLY in mode: only where there is none
//   12 write-sysctls   namespace, then key, value, key, value…                    ok
//   13 start-control   u16 port, namespace, JSON                                  ok. labd only
//   14 adopt           name, kind, container id                                   ok with u32 pid, its folder, its environment. labd only;
//                                                                                 destroying it later only forgets it
//
//   reply              payload
//   64 ok              see above
//   65 error           text
//   66, 67             bytes of stdout, stderr (a terminal's output is all stdout)
//   68 input-ack       u32 bytes
//   69 exit            u32 code: the exit code, 128 + signal, 126 or 127 when it could not start (stderr says why)
//   70 namespace-lost  name (id 0)
//   71 control-exit    u32 code (id 0)
#define _GNU_SOURCE
#include "labinit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int own_binary_fd = -1;
static int epoll_fd = -1;
static void **garbage;
static size_t garbage_count, garbage_capacity;

void die(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "labinit: ");
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n");
  _exit(1);
}

void *allocate(size_t bytes) {
  void *memory = calloc(1, bytes);
  if (!memory) die("out of memory");
  return memory;
}

void watch(struct source *source, uint32_t events) {
  if (source->fd < 0 || source->watched == events) return;
  struct epoll_event event = {.events = events, .data.ptr = source};
  int operation = !events ? EPOLL_CTL_DEL : source->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  if (epoll_ctl(epoll_fd, operation, source->fd, &event) < 0) die("epoll_ctl: %s", strerror(errno));
  source->watched = events;
}

void close_source(struct source *source) {
  if (source->fd < 0) return;
  watch(source, 0);
  close(source->fd);
  source->fd = -1;
}

void free_later(void *memory) {
  if (garbage_count == garbage_capacity) {
    garbage_capacity = garbage_capacity ? garbage_capacity * 2 : 64;
    garbage = realloc(garbage, garbage_capacity * sizeof *garbage);
    if (!garbage) die("out of memory");
  }
  garbage[garbage_count++] = memory;
}

static void on_setup(struct connection *c, uint32_t id, struct reader *payload) {
  uint32_t process_limit = read_u32(payload), namespace_limit = read_u32(payload);
  if (payload->failed || !c->is_labd || student_user_namespace_fd >= 0) return send_error(c, id, "setup: once, by labd");
  const char *failed = create_student_user_namespace(process_limit, namespace_limit, payload->at, (size_t)(payload->end - payload->at));
  if (failed) return send_error(c, id, "setup: %s: %s", failed, strerror(errno));
  send_ok(c, id);
}

void on_frame(struct connection *c, uint8_t type, uint32_t id, const uint8_t *payload, size_t bytes) {
  struct reader reader = {payload, payload + bytes, false};
  switch (type) {
    case REQUEST_SETUP: return on_setup(c, id, &reader);
    case REQUEST_CREATE: return create_namespace(c, id, &reader);
    case REQUEST_DESTROY: return destroy_namespace(c, id, &reader);
    case REQUEST_SPAWN: return spawn_process(c, id, &reader);
    case REQUEST_INPUT: return process_input(c, id, payload, bytes);
    case REQUEST_INPUT_END: return process_input_end(c, id);
    case REQUEST_ACK: return process_ack(c, id, read_u32(&reader));
    case REQUEST_RESIZE: {
      uint16_t cols = read_u16(&reader), rows = read_u16(&reader);
      if (!reader.failed) process_resize(c, id, cols, rows);
      return;
    }
    case REQUEST_KILL: return process_kill(c, id, (int)read_u32(&reader));
    case REQUEST_READ_FILE: return read_file(c, id, &reader);
    case REQUEST_WRITE_FILE: return write_file(c, id, &reader);
    case REQUEST_WRITE_SYSCTLS: return write_sysctls(c, id, &reader);
    case REQUEST_START_CONTROL: return start_control(c, id, &reader);
    case REQUEST_ADOPT: return adopt_namespace(c, id, &reader);
    default: return send_error(c, id, "unknown request %u", type);
  }
}

static void reap(struct source *self, uint32_t events) {
  (void)events;
  struct signalfd_siginfo info;
  while (read(self->fd, &info, sizeof info) > 0) {
  }
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (!namespace_exited(pid) && !control_exited(pid, code)) process_exited(pid, code);
  }
}

static void raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

int main(int argc, char **argv) {
  if (argc > 0 && !strcmp(argv[0], "/pause")) return run_pause("pause");
  if (argc > 0 && !strcmp(argv[0], "/sbin/init")) return run_pause("init");
  if (argc > 1 && !strcmp(argv[1], "init")) return run_pause("init");  // the first process of a container that has nothing to do
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // bwrap's end is ours, even if labd's pipe stays open in a copy
  umask(022);
  raise_descriptor_limit();
  // 0 and 1: labd; 2: the log; 3: control's channel to labd
  if (fcntl(3, F_GETFD) >= 0) fcntl(3, F_SETFD, FD_CLOEXEC);
  syscall(SYS_close_range, 4, ~0u, 0);
  own_binary_fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (own_binary_fd < 0 || epoll_fd < 0) die("start: %s", strerror(errno));

  signal(SIGPIPE, SIG_IGN);
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, NULL);
  struct source reaper = {reap, signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK), 0};
  if (reaper.fd < 0) die("signalfd: %s", strerror(errno));
  watch(&reaper, EPOLLIN);
  open_connection(0, 1, true);

  for (;;) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll_fd, events, 64, -1);
    if (count < 0 && errno != EINTR) die("epoll_wait: %s", strerror(errno));
    for (int i = 0; i < count; i++) {
      struct source *source = events[i].data.ptr;
      if (source->watched) source->on_ready(source, events[i].events);  // an earlier event of this round may have closed it
    }
    while (garbage_count) free(garbage[--garbage_count]);
  }
}
