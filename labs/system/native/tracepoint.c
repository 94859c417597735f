// Attaches a pinned eBPF program to the tracepoint that it was compiled for, and pins the link: podwire-tracepoint PROGRAM LINK. Debian 12's bpftool
// cannot. Run by labd as root for a lab (labs/runtimes/embedded/ebpf/install.ts), never inside one.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bpf(int command, union bpf_attr *attributes) { return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes); }

static int fail(const char *step) {
  fprintf(stderr, "%s: %s\n", step, strerror(errno));
  return 1;
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: podwire-tracepoint PROGRAM LINK\n");
    return 2;
  }
  union bpf_attr get = {.pathname = (uintptr_t)arguments[1]};
  int program = bpf(BPF_OBJ_GET, &get);
  if (program < 0) return fail("open the program");
  union bpf_attr open = {.raw_tracepoint.prog_fd = (uint32_t)program};
  int link = bpf(BPF_RAW_TRACEPOINT_OPEN, &open);
  if (link < 0) return fail("attach the program");
  union bpf_attr pin = {.pathname = (uintptr_t)arguments[2], .bpf_fd = (uint32_t)link};
  return bpf(BPF_OBJ_PIN, &pin) < 0 ? fail("pin the link") : 0;
}
