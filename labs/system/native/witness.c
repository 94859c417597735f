// podwire-witness: watches the network namespace it is started in and prints what happens to our packets, one JSON object a line
// (PacketSeen and TraceSeen in labs/path/witness-lines.ts). Built with cc -O2 -static from the files witness*.c. Started by labs/path/witness.ts.
//
//   podwire-witness --protocol tcp|udp|icmp [--port N] [--tag HEX] [--vxlan-port N] [--also-saddr A]… [--also-dport N]… [--max-ms N]
//
//   --port         our side's: packets from and to it are ours
//   --tag          up to 16 bytes at the start of a datagram's or an echo's payload
//   --vxlan-port   looks into vxlan packets to that port
//   --also-saddr   with --also-dport: requests from these addresses to these ports, and their replies, are ours too (masqueraded ones)
//   --max-ms       ends by itself after that time (5000)
//
// Prints {"e":"ready"} when it observes, `"trace":false` with a reason when nftables cannot be traced; `packet` and `trace` lines; and at SIGTERM, at the
// end of standard input or of its time {"e":"end","dropped":N,"traceLost":N}: frames that the kernel dropped or that came after the last line it may
// print, and how often trace events were lost. Exit code 0, 1 when nothing can be captured, 2 when the arguments make no sense.
#define _GNU_SOURCE
#include "witness.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

static long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/** Signals that end us, as a descriptor: they must not interrupt a line. */
static int watch_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  sigprocmask(SIG_BLOCK, &set, NULL);
  return signalfd(-1, &set, SFD_CLOEXEC);
}

/** Joins the events before the rules make some. */
static const char *start_trace(const struct filter *filter, int *descriptor) {
  *descriptor = trace_open();
  if (*descriptor < 0) return strerror(errno);
  const char *reason = arm(filter);
  if (!reason) return NULL;
  close(*descriptor);
  *descriptor = -1;
  return reason;
}

static void print_ready(const char *reason) {
  fputs("{\"e\":\"ready\"", stdout);
  if (reason) {
    fputs(",\"trace\":false", stdout);
    put_text("reason", reason);
  }
  line_end();
  fflush(stdout);
}

/** Observes until a signal, the end of standard input, or `until`. */
static void observe(const struct filter *filter, int signals, int capture, int trace, long until) {
  enum { SIGNALS, INPUT, CAPTURE, TRACE };
  struct pollfd polls[] = {[SIGNALS] = {.fd = signals, .events = POLLIN}, [INPUT] = {.fd = 0, .events = POLLIN}, [CAPTURE] = {.fd = capture, .events = POLLIN}, [TRACE] = {.fd = trace, .events = POLLIN}};
  for (;;) {
    long left = until - now_ms();
    if (left <= 0) return;
    if (poll(polls, sizeof polls / sizeof *polls, (int)left) < 0) {
      if (errno != EINTR) return;
      continue;
    }
    if (polls[TRACE].revents) trace_drain();
    if (polls[CAPTURE].revents) capture_drain(filter);
    if (fflush(stdout) != 0) return; // nobody reads any more
    char bytes[256];
    if (polls[SIGNALS].revents) return;
    if (polls[INPUT].revents && read(0, bytes, sizeof bytes) <= 0) return;
  }
}

int main(int argc, char **argv) {
  static struct filter filter;
  static char buffer[64 * 1024];
  if (!parse_filter(&filter, argc, argv)) return 2;
  setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  long until = now_ms() + filter.max_ms;
  int signals = watch_signals(), trace;
  const char *reason = start_trace(&filter, &trace);
  int capture = capture_open(&filter);
  if (capture < 0) {
    fprintf(stderr, "podwire-witness: cannot capture: %s\n", strerror(errno));
    return 1;
  }
  print_ready(reason);
  observe(&filter, signals, capture, trace, until);
  if (trace >= 0) trace_drain();
  capture_drain(&filter);
  disarm();
  printf("{\"e\":\"end\",\"dropped\":%u,\"traceLost\":%u}\n", capture_lost() + lines_dropped(), trace_lost());
  fflush(stdout);
  _exit(0); // closing the packet socket takes the kernel a while; nobody waits for it
}
