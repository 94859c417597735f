// The command line of podwire-witness, checked. Written by labs/path/witness.ts.
#define _GNU_SOURCE
#include "witness.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool refuse(const char *flag, const char *value, const char *wanted) {
  fprintf(stderr, "podwire-witness: %s must be %s, not '%s'\n", flag, wanted, value);
  return false;
}

static bool parse_number(const char *flag, const char *text, long high, long *value) {
  char *end;
  *value = strtol(text, &end, 10);
  if (isdigit((unsigned char)*text) && !*end && *value <= high) return true;
  char wanted[48];
  snprintf(wanted, sizeof wanted, "a number from 0 to %ld", high);
  return refuse(flag, text, wanted);
}

static bool parse_port(const char *flag, const char *text, uint16_t *port) {
  long number;
  if (!parse_number(flag, text, 65535, &number)) return false;
  *port = (uint16_t)number;
  return true;
}

static bool parse_protocol(struct filter *filter, const char *text) {
  static const struct { const char *name; int number; } known[] = {{"tcp", IPPROTO_TCP}, {"udp", IPPROTO_UDP}, {"icmp", IPPROTO_ICMP}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(text, known[i].name) == 0) {
      filter->protocol = known[i].number;
      return true;
    }
  return refuse("--protocol", text, "tcp, udp or icmp");
}

static bool parse_tag(struct filter *filter, const char *text) {
  size_t digits = strlen(text);
  if (digits == 0 || digits % 2 || digits / 2 > MAX_TAG || strspn(text, "0123456789abcdefABCDEF") != digits)
    return refuse("--tag", text, "1 to 16 bytes in hexadecimal");
  filter->tag_length = digits / 2;
  for (size_t i = 0; i < filter->tag_length; i++) sscanf(text + 2 * i, "%2hhx", filter->tag + i);
  return true;
}

static bool parse_flag(struct filter *filter, const char *flag, const char *value) {
  if (strcmp(flag, "--protocol") == 0) return parse_protocol(filter, value);
  if (strcmp(flag, "--port") == 0) return parse_port(flag, value, &filter->port);
  if (strcmp(flag, "--vxlan-port") == 0) return parse_port(flag, value, &filter->vxlan_port);
  if (strcmp(flag, "--tag") == 0) return parse_tag(filter, value);
  if (strcmp(flag, "--also-dport") == 0) {
    if (filter->also_port_count == MAX_ALSO) return refuse(flag, value, "given at most 16 times");
    return parse_port(flag, value, &filter->also_ports[filter->also_port_count++]);
  }
  if (strcmp(flag, "--also-saddr") == 0) {
    if (filter->also_from_count == MAX_ALSO) return refuse(flag, value, "given at most 16 times");
    if (inet_pton(AF_INET, value, &filter->also_from[filter->also_from_count++]) == 1) return true;
    return refuse(flag, value, "an IPv4 address");
  }
  if (strcmp(flag, "--max-ms") == 0) {
    long number;
    if (!parse_number(flag, value, MAX_LIFE_MS, &number)) return false;
    filter->max_ms = (int)number;
    return true;
  }
  fprintf(stderr, "podwire-witness: unknown flag '%s'\n", flag);
  return false;
}

bool parse_filter(struct filter *filter, int argc, char **argv) {
  *filter = (struct filter){.max_ms = 5000};
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc) {
      fprintf(stderr, "podwire-witness: '%s' is unknown or lacks its value\n", argv[i]);
      return false;
    }
    if (!parse_flag(filter, argv[i], argv[i + 1])) return false;
  }
  if (filter->protocol) return true;
  fputs("podwire-witness: --protocol is missing\n", stderr);
  return false;
}
