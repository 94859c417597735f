// Trace events of nftables: which rule of which chain a marked packet met, and what came of it.
#define _GNU_SOURCE
#include "witness.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

enum { RECEIVE_BUFFER = 4 << 20, FOLLOWED = 256, IP_KEPT = 60, L4_KEPT = 20, AT_ONCE = 4096 };

static int descriptor = -1;
static unsigned lost;

/** The kernel shows a packet with its first event in each base chain only; this is what the later ones are about. */
struct shown {
  uint32_t id;
  bool used;
  uint8_t ip[IP_KEPT], l4[L4_KEPT];
  size_t ip_length, l4_length;
  int in, out;
};
static struct shown followed[FOLLOWED];

struct event {
  const struct nlattr *at[NFTA_TRACE_MAX + 1];
  int family;
};

int trace_open(void) {
  int size = RECEIVE_BUFFER, group = NFNLGRP_NFTRACE;
  struct sockaddr_nl self = {.nl_family = AF_NETLINK};
  descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_NETFILTER);
  if (descriptor < 0) return -1;
  // past the limit where we may; else as much as is allowed
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0) setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (bind(descriptor, (struct sockaddr *)&self, sizeof self) == 0 && setsockopt(descriptor, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) == 0) return descriptor;
  int reason = errno;
  close(descriptor);
  descriptor = -1;
  errno = reason;
  return -1;
}

static const uint8_t *data_of(const struct nlattr *attribute) { return (const uint8_t *)attribute + NLA_HDRLEN; }
static size_t size_of(const struct nlattr *attribute) { return attribute->nla_len - NLA_HDRLEN; }

/** Sorts attributes by their type. */
static void read_attributes(const uint8_t *bytes, size_t length, const struct nlattr **at, int highest) {
  while (length >= NLA_HDRLEN) {
    const struct nlattr *attribute = (const struct nlattr *)bytes;
    if (attribute->nla_len < NLA_HDRLEN || attribute->nla_len > length) return;
    int type = attribute->nla_type & NLA_TYPE_MASK;
    if (type <= highest) at[type] = attribute;
    size_t step = NLA_ALIGN(attribute->nla_len);
    if (step > length) return;
    bytes += step;
    length -= step;
  }
}

static bool number_of(const struct nlattr *attribute, uint32_t *number) {
  if (!attribute || size_of(attribute) < 4) return false;
  *number = get32(data_of(attribute));
  return true;
}

/** A name the kernel ends with 0; "" when it is not there. */
static const char *text_of(const struct nlattr *attribute) {
  if (!attribute || size_of(attribute) == 0 || data_of(attribute)[size_of(attribute) - 1]) return "";
  return (const char *)data_of(attribute);
}

static size_t keep(uint8_t *to, size_t capacity, const struct nlattr *attribute) {
  size_t length = attribute ? size_of(attribute) : 0;
  if (length > capacity) length = capacity;
  if (length) memcpy(to, data_of(attribute), length);
  return length;
}

/** The packet of this event, kept from an earlier one unless this one shows it. */
static const struct shown *follow(const struct event *event, uint32_t id) {
  struct shown *shown = &followed[id % FOLLOWED];
  const struct nlattr *const *at = event->at;
  if (!at[NFTA_TRACE_NETWORK_HEADER] && !at[NFTA_TRACE_IIF] && !at[NFTA_TRACE_OIF]) return shown->used && shown->id == id ? shown : NULL;
  *shown = (struct shown){.id = id, .used = true};
  shown->ip_length = keep(shown->ip, IP_KEPT, at[NFTA_TRACE_NETWORK_HEADER]);
  shown->l4_length = keep(shown->l4, L4_KEPT, at[NFTA_TRACE_TRANSPORT_HEADER]);
  uint32_t number;
  if (number_of(at[NFTA_TRACE_IIF], &number)) shown->in = (int)number;
  if (number_of(at[NFTA_TRACE_OIF], &number)) shown->out = (int)number;
  return shown;
}

static void put_packet(const struct shown *shown) {
  if (shown->in) put_interface("iif", shown->in);
  if (shown->out) put_interface("oif", shown->out);
  const uint8_t *ip = shown->ip, *l4 = shown->l4;
  if (shown->ip_length < 20 || ip[0] >> 4 != 4) return;
  int protocol = ip[9];
  put_text("proto", protocol == IPPROTO_TCP ? "tcp" : protocol == IPPROTO_UDP ? "udp" : protocol == IPPROTO_ICMP ? "icmp" : "other");
  printf(",\"from\":\"%u.%u.%u.%u\",\"to\":\"%u.%u.%u.%u\"", ip[12], ip[13], ip[14], ip[15], ip[16], ip[17], ip[18], ip[19]);
  printf(",\"ipid\":%u", get16(ip + 4));
  if ((protocol == IPPROTO_TCP || protocol == IPPROTO_UDP) && shown->l4_length >= 4) printf(",\"sport\":%u,\"dport\":%u", get16(l4), get16(l4 + 2));
  if (protocol == IPPROTO_TCP && shown->l4_length >= 14) {
    put_tcp_flags(l4[13]);
    printf(",\"seq\":%u", get32(l4 + 4));
  }
  if (protocol == IPPROTO_ICMP && shown->l4_length >= 2) printf(",\"icmp\":{\"type\":%u,\"code\":%u}", l4[0], l4[1]);
}

static const char *verdict_name(int code) {
  switch (code) {
  case NFT_CONTINUE: return "continue";
  case NFT_BREAK: return "break";
  case NFT_JUMP: return "jump";
  case NFT_GOTO: return "goto";
  case NFT_RETURN: return "return";
  }
  if (code < 0) return "unknown";
  switch (code & NF_VERDICT_MASK) {
  case NF_DROP: return "drop";
  case NF_ACCEPT: return "accept";
  case NF_STOLEN: return "stolen";
  case NF_QUEUE: return "queue";
  case NF_REPEAT: return "repeat";
  case NF_STOP: return "stop";
  default: return "unknown";
  }
}

static const char *family_name(int family) {
  switch (family) {
  case NFPROTO_IPV4: return "ip";
  case NFPROTO_IPV6: return "ip6";
  case NFPROTO_INET: return "inet";
  case NFPROTO_BRIDGE: return "bridge";
  case NFPROTO_NETDEV: return "netdev";
  case NFPROTO_ARP: return "arp";
  default: return "unknown";
  }
}

static void put_outcome(const struct event *event) {
  uint32_t code;
  if (event->at[NFTA_TRACE_VERDICT]) {
    const struct nlattr *verdict[NFTA_VERDICT_MAX + 1] = {0};
    read_attributes(data_of(event->at[NFTA_TRACE_VERDICT]), size_of(event->at[NFTA_TRACE_VERDICT]), verdict, NFTA_VERDICT_MAX);
    put_text("verdict", number_of(verdict[NFTA_VERDICT_CODE], &code) ? verdict_name((int)code) : "unknown");
    if (verdict[NFTA_VERDICT_CHAIN]) put_text("target", text_of(verdict[NFTA_VERDICT_CHAIN]));
  } else if (number_of(event->at[NFTA_TRACE_POLICY], &code)) {
    put_text("verdict", verdict_name((int)code));
    put_text("policy", verdict_name((int)code));
  } else {
    put_text("verdict", "unknown");
  }
}

static void see_event(const struct event *event) {
  uint32_t id, type, mark;
  if (!number_of(event->at[NFTA_TRACE_ID], &id) || !number_of(event->at[NFTA_TRACE_TYPE], &type)) return;
  const struct shown *shown = follow(event, id);
  if (!line_begin("trace", now_us())) return;
  printf(",\"id\":%u", id);
  put_text("family", family_name(event->family));
  put_text("table", text_of(event->at[NFTA_TRACE_TABLE]));
  put_text("chain", text_of(event->at[NFTA_TRACE_CHAIN]));
  const struct nlattr *handle = event->at[NFTA_TRACE_RULE_HANDLE];
  if (handle && size_of(handle) == 8) printf(",\"handle\":%llu", (unsigned long long)get32(data_of(handle)) << 32 | get32(data_of(handle) + 4));
  put_text("type", type == NFT_TRACETYPE_POLICY ? "policy" : type == NFT_TRACETYPE_RETURN ? "return" : "rule");
  put_outcome(event);
  if (number_of(event->at[NFTA_TRACE_MARK], &mark) && mark) printf(",\"mark\":%u", mark);
  if (shown) put_packet(shown);
  line_end();
}

void trace_drain(void) {
  static uint8_t bytes[16384] __attribute__((aligned(8)));
  for (int i = 0; i < AT_ONCE; i++) {
    ssize_t got = recv(descriptor, bytes, sizeof bytes, 0);
    if (got < 0 && errno == ENOBUFS) lost++;
    if (got < 0 && (errno == EINTR || errno == ENOBUFS)) continue;
    if (got < 0) return;
    size_t left = (size_t)got;
    for (struct nlmsghdr *header = (struct nlmsghdr *)bytes; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
      if (header->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_TRACE)) continue;
      if (header->nlmsg_len < NLMSG_SPACE(sizeof(struct nfgenmsg))) continue;
      struct event event = {.family = ((struct nfgenmsg *)NLMSG_DATA(header))->nfgen_family};
      read_attributes((uint8_t *)header + NLMSG_SPACE(sizeof(struct nfgenmsg)), header->nlmsg_len - NLMSG_SPACE(sizeof(struct nfgenmsg)), event.at, NFTA_TRACE_MAX);
      see_event(&event);
    }
  }
}

unsigned trace_lost(void) { return lost; }
