// The lines podwire-witness prints: one JSON object each, ASCII only, bounded in number.
#define _GNU_SOURCE
#include "witness.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LINE_LIMIT = 4000, REMEMBERED = 64 };

static unsigned printed, dropped;

/** Names of interfaces seen lately: one may be gone by the time its packet is read. */
static struct { int index; char name[IF_NAMESIZE]; } remembered[REMEMBERED];

uint64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

bool line_begin(const char *event, uint64_t time_us) {
  if (printed == LINE_LIMIT) {
    dropped++;
    return false;
  }
  printf("{\"e\":\"%s\",\"t\":%llu,\"n\":%u", event, (unsigned long long)time_us, printed++);
  return true;
}

void line_end(void) { fputs("}\n", stdout); }

unsigned lines_dropped(void) { return dropped; }

void put_text(const char *name, const char *text) {
  printf(",\"%s\":\"", name);
  for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
    if (*p == '"' || *p == '\\') printf("\\%c", *p);
    else if (*p < ' ' || *p > '~') printf("\\u%04x", *p);
    else putchar(*p);
  }
  putchar('"');
}

void put_interface(const char *name, int index) {
  char *known = remembered[(unsigned)index % REMEMBERED].name;
  int *owner = &remembered[(unsigned)index % REMEMBERED].index;
  char found[IF_NAMESIZE], number[IF_NAMESIZE];
  if (if_indextoname((unsigned)index, found)) {
    memcpy(known, found, sizeof found);
    *owner = index;
  } else if (*owner != index) {
    snprintf(number, sizeof number, "if%d", index);
    known = number;
  }
  put_text(name, known);
}

void put_tcp_flags(unsigned flags) {
  static const char *const names[] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG"};
  static const int order[] = {1, 0, 2, 3, 4, 5}; // SYN,ACK as tcpdump's readers know it
  const char *comma = "";
  fputs(",\"flags\":\"", stdout);
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    if (!(flags >> order[i] & 1)) continue;
    printf("%s%s", comma, names[order[i]]);
    comma = ",";
  }
  putchar('"');
}
