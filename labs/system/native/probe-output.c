// The result of podwire-probe: one line of JSON, the ProbeResult of labs/spec/probe.ts. Called by probe.c.
#define _GNU_SOURCE
#include "probe.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/** Length of the valid UTF-8 character at p, 0 when there is none (bad, overlong, surrogate or cut off). */
static size_t utf8_length(const unsigned char *p, size_t left) {
  if (p[0] < 0x80) return 1;
  size_t length = p[0] >= 0xc2 && p[0] <= 0xdf ? 2 : (p[0] & 0xf0) == 0xe0 ? 3 : p[0] >= 0xf0 && p[0] <= 0xf4 ? 4 : 0;
  if (length == 0 || length > left) return 0;
  for (size_t i = 1; i < length; i++)
    if ((p[i] & 0xc0) != 0x80) return 0;
  if (p[0] == 0xe0 && p[1] < 0xa0) return 0;
  if (p[0] == 0xed && p[1] > 0x9f) return 0;
  if (p[0] == 0xf0 && p[1] < 0x90) return 0;
  if (p[0] == 0xf4 && p[1] > 0x8f) return 0;
  return length;
}

/** A JSON string; bytes that are no UTF-8 become U+FFFD. */
static void print_string(const char *text, size_t length) {
  putchar('"');
  for (size_t i = 0; i < length;) {
    unsigned char c = (unsigned char)text[i];
    size_t size = utf8_length((const unsigned char *)text + i, length - i);
    if (size == 0) fputs("\\ufffd", stdout);
    else if (c == '"' || c == '\\') printf("\\%c", c);
    else if (c < 0x20 || c == 0x7f) printf("\\u%04x", c);
    else fwrite(text + i, 1, size, stdout);
    i += size ? size : 1;
  }
  putchar('"');
}

static void print_field(const char *name, const char *text) {
  printf(",\"%s\":", name);
  print_string(text, strlen(text));
}

static void print_try(const struct attempt *t) {
  static const char *const outcomes[] = {[PENDING] = "error", [ANSWERED] = "answered", [REFUSED] = "refused", [TIMED_OUT] = "timeout",
                                         [UNREACHABLE] = "unreachable", [UNRESOLVED] = "unresolved", [FAILED] = "error"};
  printf("{\"outcome\":\"%s\",\"ms\":%.3f", outcomes[t->outcome], t->ended - t->started);
  if (t->has_address) print_field("address", inet_ntoa(t->address));
  if (t->status) printf(",\"status\":%d", t->status);
  if (t->has_body) {
    printf(",\"body\":");
    print_string(t->body, t->body_length);
  }
  if (t->rcode) {
    print_field("rcode", t->rcode);
    printf(",\"answers\":[");
    for (int i = 0; i < t->answer_count; i++) {
      if (i) putchar(',');
      print_string(t->answers[i], strlen(t->answers[i]));
    }
    putchar(']');
  }
  if (t->reason[0]) print_field("reason", t->reason);
  putchar('}');
}

void print_result(const struct attempt *attempts, int count) {
  printf("{\"tries\":[");
  for (int i = 0; i < count; i++) {
    if (i) putchar(',');
    print_try(attempts + i);
  }
  printf("]}\n");
}
