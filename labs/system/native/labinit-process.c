// Running processes and their bytes: at most a window of output unacknowledged, input queued until taken, an exit told after the output.
#define _GNU_SOURCE
#include "labinit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
  CHUNK_BYTES = 32 << 10,
  READS_PER_EVENT = 4,
  // More than a pipe holds. A process left in the background may write for ever; the exit must not wait for it.
  LATE_BYTES_MAX = 1 << 20,
};
static struct process *processes;

static struct process *find_process(struct connection *c, uint32_t id) {
  for (struct process *p = processes; p; p = p->next)
    if (p->connection == c && p->id == id) return p;
  return NULL;
}

bool process_known(struct connection *c, uint32_t id) { return find_process(c, id) != NULL; }

static void free_process(struct process *p) {
  for (struct process **link = &processes; *link; link = &(*link)->next) {
    if (*link == p) {
      *link = p->next;
      break;
    }
  }
  close_source(&p->input.source);
  close_source(&p->output.source);
  close_source(&p->error.source);
  buffer_free(&p->typed);
  free_later(p);
}

static void acknowledge_input(struct process *p, size_t bytes) {
  uint32_t count = (uint32_t)bytes;
  if (count) send_frame(p->connection, REPLY_INPUT_ACK, p->id, &count, sizeof count);
}

/** The exit is told, and the process forgotten, when all that it wrote was sent. */
static void finish(struct process *p) {
  bool told = (p->output.source.fd < 0 || p->output.drained) && (p->error.source.fd < 0 || p->error.drained);
  if (p->pid || !told) return;
  uint32_t code = (uint32_t)p->code;
  send_frame(p->connection, REPLY_EXIT, p->id, &code, sizeof code);
  free_process(p);
}

static void watch_output(struct stream *s) {
  struct process *p = s->process;
  bool wanted = !s->drained && p->credit > 0 && !(p->connection && p->connection->congested);
  watch(&s->source, wanted ? EPOLLIN : 0);
}

static void pump(struct stream *s) {
  struct process *p = s->process;
  char chunk[CHUNK_BYTES];
  for (int i = 0; s->source.fd >= 0 && !s->drained && p->credit && !p->connection->congested && (i < READS_PER_EVENT || !p->pid); i++) {
    ssize_t n = read(s->source.fd, chunk, p->credit < sizeof chunk ? p->credit : sizeof chunk);
    if (n > 0) {
      send_frame(p->connection, s->reply, p->id, chunk, (size_t)n);
      p->credit -= (size_t)n;
      if (!p->pid && (p->late_bytes += (size_t)n) > LATE_BYTES_MAX) s->drained = true;
    } else if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
      if (errno == EAGAIN && !p->pid) s->drained = true;
      if (errno == EAGAIN) break;
    } else {
      close_source(&s->source);  // end of a pipe; EIO: the terminal's last other end closed
    }
  }
  watch_output(s);
}

static void on_output(struct source *self, uint32_t events) {
  (void)events;
  struct stream *s = (struct stream *)self;
  pump(s);
  finish(s->process);
}

static void pump_both(struct process *p) {
  pump(&p->output);
  pump(&p->error);
  finish(p);
}

static void close_input(struct process *p) {
  acknowledge_input(p, buffered(&p->typed));
  buffer_free(&p->typed);
  close_source(&p->input.source);
}

static void pump_input(struct process *p) {
  size_t taken = 0;
  while (p->input.source.fd >= 0 && buffered(&p->typed)) {
    ssize_t n = write(p->input.source.fd, p->typed.bytes + p->typed.start, buffered(&p->typed));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n < 0) {
      close_input(p);  // the process closed its stdin
      break;
    }
    buffer_consume(&p->typed, (size_t)n);
    taken += (size_t)n;
  }
  acknowledge_input(p, taken);
  if (!buffered(&p->typed) && p->input_ended && !p->tty) close_source(&p->input.source);
  watch(&p->input.source, buffered(&p->typed) ? EPOLLOUT : 0);
}

static void on_input_room(struct source *self, uint32_t events) {
  (void)events;
  pump_input(((struct stream *)self)->process);
}

static void open_stream(struct process *p, struct stream *s, int fd, void (*on_ready)(struct source *, uint32_t), enum reply_type reply) {
  *s = (struct stream){.source = {on_ready, fd, 0}, .process = p, .reply = reply};
}

void adopt_process(struct connection *c, uint32_t id, pid_t pid, bool tty, int input, int output, int error) {
  struct process *p = allocate(sizeof *p);
  *p = (struct process){.connection = c, .id = id, .pid = pid, .tty = tty, .credit = WINDOW_BYTES, .next = processes};
  open_stream(p, &p->input, input, on_input_room, 0);
  open_stream(p, &p->output, output, on_output, REPLY_STDOUT);
  open_stream(p, &p->error, error, on_output, REPLY_STDERR);
  processes = p;
  watch_output(&p->output);
  watch_output(&p->error);
}

void process_input(struct connection *c, uint32_t id, const uint8_t *bytes, size_t count) {
  struct process *p = find_process(c, id);
  if (!p) return;  // it has just ended
  if (p->input.source.fd < 0) return acknowledge_input(p, count);
  if (buffered(&p->typed) + count > WINDOW_BYTES) return process_kill(c, id, SIGKILL);  // a party that breaks the protocol
  buffer_append(&p->typed, bytes, count);
  pump_input(p);
}

void process_input_end(struct connection *c, uint32_t id) {
  struct process *p = find_process(c, id);
  if (!p || p->input_ended) return;
  p->input_ended = true;
  if (p->tty) buffer_append(&p->typed, "\x04", 1);  // VEOF: what a person would press
  pump_input(p);
}

void process_ack(struct connection *c, uint32_t id, uint32_t bytes) {
  struct process *p = find_process(c, id);
  if (!p) return;
  p->credit = p->credit + bytes > WINDOW_BYTES ? WINDOW_BYTES : p->credit + bytes;
  pump_both(p);
}

void process_resize(struct connection *c, uint32_t id, uint16_t cols, uint16_t rows) {
  struct process *p = find_process(c, id);
  struct winsize size = {.ws_col = cols, .ws_row = rows};
  if (p && p->tty && p->input.source.fd >= 0) ioctl(p->input.source.fd, TIOCSWINSZ, &size);
}

void process_kill(struct connection *c, uint32_t id, int signal) {
  struct process *p = find_process(c, id);
  if (!p || !p->pid || signal <= 0 || signal >= NSIG) return;
  // a process that was born this moment has no group of its own yet
  if (kill(-p->pid, signal) < 0 && errno == ESRCH) kill(p->pid, signal);
}

void process_exited(pid_t pid, int code) {
  struct process *p = processes;
  while (p && p->pid != pid) p = p->next;
  if (!p) return;  // a step of a birth or of a spawn
  p->pid = 0;
  p->code = code;
  if (!p->connection) return free_process(p);
  close_input(p);
  pump_both(p);
}

void processes_forget(struct connection *c) {
  for (struct process *p = processes, *next; p; p = next) {
    next = p->next;
    if (p->connection != c) continue;
    p->connection = NULL;
    close_source(&p->input.source);
    close_source(&p->output.source);
    close_source(&p->error.source);
    if (p->pid) kill(-p->pid, SIGKILL);
    else free_process(p);
  }
}

void processes_resume(struct connection *c) {
  for (struct process *p = processes, *next; p; p = next) {
    next = p->next;
    if (p->connection == c) pump_both(p);
  }
}
