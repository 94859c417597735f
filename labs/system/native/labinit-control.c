// Starts the control plane: /lab/node /lab/control.mjs <json>, in U1, with 3 = channel to labd, 4 = a connection to us, 5 = its listening socket.
#define _GNU_SOURCE
#include "labinit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CHANNEL_FD = 3, LABINIT_FD = 4, LISTENER_FD = 5 };
static pid_t control;

struct listening {
  uint16_t port;
  int fd;
  int error;
};

/** A socket belongs for ever to the network it was made in: control listens on the node without being there. */
static void do_listen(void *argument) {
  struct listening *l = argument;
  int off = 0, on = 1;
  struct sockaddr_in6 any6 = {.sin6_family = AF_INET6, .sin6_port = htons(l->port)};
  struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = htons(l->port)};
  l->fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool ok = l->fd >= 0 && setsockopt(l->fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0 &&
            setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 && bind(l->fd, (struct sockaddr *)&any6, sizeof any6) == 0;
  if (!ok) {  // a kernel without IPv6
    if (l->fd >= 0) close(l->fd);
    l->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ok = l->fd >= 0 && setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
         bind(l->fd, (struct sockaddr *)&any4, sizeof any4) == 0;
  }
  if (!ok || listen(l->fd, 512) < 0) l->error = errno ? errno : EIO;
}

static void become_control(int own_end, int listener, const char *json) {
  int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  // to high numbers first: the three may lie anywhere, also on each other's places
  int channel = fcntl(CHANNEL_FD, F_DUPFD_CLOEXEC, 16), end = fcntl(own_end, F_DUPFD_CLOEXEC, 16), socket = fcntl(listener, F_DUPFD_CLOEXEC, 16);
  if (nothing < 0 || channel < 0 || end < 0 || socket < 0 || dup2(nothing, 0) < 0 || dup2(2, 1) < 0 || dup2(channel, CHANNEL_FD) < 0 ||
      dup2(end, LABINIT_FD) < 0 || dup2(socket, LISTENER_FD) < 0) {
    dprintf(2, "labinit: control's descriptors: %s\n", strerror(errno));
    _exit(126);
  }
  syscall(SYS_close_range, LISTENER_FD + 1, ~0u, 0);
  setsid();
  reset_signals();
  // as labd itself, see labs/labd/launch.ts
  char *argv[] = {"/lab/node", "--max-semi-space-size=2", "/lab/control.mjs", (char *)json, NULL};
  char *env[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin:/lab/bin", "HOME=/root", "LANG=C.UTF-8", NULL};
  execve(argv[0], argv, env);
  dprintf(2, "labinit: exec %s: %s\n", argv[0], strerror(errno));
  _exit(127);
}

void start_control(struct connection *c, uint32_t id, struct reader *payload) {
  struct listening listening = {.port = read_u16(payload), .fd = -1};
  const char *name = read_string(payload), *json = read_string(payload);
  const struct namespace *ns = find_namespace(name);
  if (payload->failed || !c->is_labd || control) return send_error(c, id, "start-control: once, by labd");
  if (!ns) return send_error(c, id, "start-control: namespace %s is not there", name);
  if (fcntl(CHANNEL_FD, F_GETFD) < 0) return send_error(c, id, "start-control: descriptor 3 is not open");
  if (!in_network_of(ns, do_listen, &listening)) listening.error = errno;
  int ends[2] = {-1, -1};
  if (listening.error || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
    send_error(c, id, "start-control: port %u: %s", listening.port, strerror(listening.error ? listening.error : errno));
    if (listening.fd >= 0) close(listening.fd);
    return;
  }
  pid_t pid = fork();
  if (pid == 0) become_control(ends[1], listening.fd, json);
  int error = errno, out = pid > 0 ? fcntl(ends[0], F_DUPFD_CLOEXEC, 3) : -1;
  close(ends[1]);
  close(listening.fd);
  if (pid < 0 || out < 0) {
    close(ends[0]);
    if (pid > 0) kill(pid, SIGKILL);
    return send_error(c, id, "start-control: %s", strerror(error));
  }
  control = pid;
  open_connection(ends[0], out, false);
  send_ok(c, id);
}

bool control_exited(pid_t pid, int code) {
  if (!control || pid != control) return false;
  uint32_t value = (uint32_t)code;
  control = 0;
  send_to_all(REPLY_CONTROL_EXIT, &value, sizeof value);
  return true;
}
