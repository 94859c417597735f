// Arms nftables tracing: a table of our own whose rules mark our packets. The kernel traces a marked packet through every table of the namespace,
// those of iptables-nft too. The table has an owner, our netlink socket: however this process ends, the kernel removes it.
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

#ifndef NFT_TABLE_F_OWNER
#define NFT_TABLE_F_OWNER 2
#endif

/** Before raw (-300), where connection tracking begins to look at packets. */
enum { PRIORITY = -350 };
enum { BATCH_SIZE = 48 * 1024, ANSWER_SECONDS = 2 };
/** Where an inner packet's headers begin, counted from the outer UDP header: 8 of UDP, 8 of vxlan, 14 of Ethernet, 20 of IP without options. */
enum { INNER_IP = 30, INNER_L4 = 50 };

static int descriptor = -1;
static char table[32];

// ---- a batch of netlink messages ----

static struct {
  uint8_t bytes[BATCH_SIZE] __attribute__((aligned(8)));
  size_t used;
  size_t message; // offset of the message that is being written
  uint32_t sequence, first;
  bool full;
} batch;

static void *extend(size_t length) {
  size_t size = NLMSG_ALIGN(length);
  if (batch.used + size > sizeof batch.bytes) {
    batch.full = true;
    return NULL;
  }
  void *at = memset(batch.bytes + batch.used, 0, size);
  batch.used += size;
  return at;
}

static void put(int type, const void *value, size_t length) {
  struct nlattr *attribute = extend(NLA_HDRLEN + length);
  if (!attribute) return;
  attribute->nla_type = (uint16_t)type;
  attribute->nla_len = (uint16_t)(NLA_HDRLEN + length);
  memcpy((uint8_t *)attribute + NLA_HDRLEN, value, length);
}

static void put_string(int type, const char *text) { put(type, text, strlen(text) + 1); }

static void put_number(int type, int value) {
  uint32_t number = htonl((uint32_t)value);
  put(type, &number, sizeof number);
}

static size_t nest_begin(int type) {
  size_t at = batch.used;
  put(type | NLA_F_NESTED, "", 0);
  return at;
}

static void nest_end(size_t at) {
  if (!batch.full) ((struct nlattr *)(batch.bytes + at))->nla_len = (uint16_t)(batch.used - at);
}

static void message_begin(int type, int flags, int family, int resource) {
  batch.message = batch.used;
  struct nlmsghdr *header = extend(sizeof *header);
  struct nfgenmsg *generic = extend(sizeof *generic);
  if (!generic) return;
  *header = (struct nlmsghdr){.nlmsg_type = (uint16_t)type, .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags), .nlmsg_seq = ++batch.sequence};
  *generic = (struct nfgenmsg){.nfgen_family = (uint8_t)family, .version = NFNETLINK_V0, .res_id = htons((uint16_t)resource)};
}

static void message_end(void) {
  if (!batch.full) ((struct nlmsghdr *)(batch.bytes + batch.message))->nlmsg_len = (uint32_t)(batch.used - batch.message);
}

static void change_begin(int type, int flags) { message_begin(NFNL_SUBSYS_NFTABLES << 8 | type, flags, NFPROTO_INET, 0); }

static void batch_begin(void) {
  batch.used = 0;
  batch.full = false;
  batch.first = batch.sequence + 1;
  message_begin(NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
  message_end();
}

/** Sends the batch, whose last change has to ask for an acknowledgement; 0 when the kernel has taken it, else its errno. */
static int batch_commit(void) {
  uint32_t last = batch.sequence;
  message_begin(NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
  message_end();
  if (batch.full) return E2BIG;
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  if (sendto(descriptor, batch.bytes, batch.used, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0) return errno;
  uint8_t answer[16384] __attribute__((aligned(8)));
  for (;;) { // the kernel answers before sendto returns; the timeout is for one that does not
    ssize_t got = recv(descriptor, answer, sizeof answer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    size_t left = (size_t)got;
    for (struct nlmsghdr *header = (struct nlmsghdr *)answer; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
      if (header->nlmsg_type != NLMSG_ERROR || header->nlmsg_seq < batch.first) continue; // a failed batch has an answer for each of its changes
      int failure = -((struct nlmsgerr *)NLMSG_DATA(header))->error;
      if (failure || header->nlmsg_seq == last) return failure;
    }
  }
}

// ---- what a rule consists of ----

static size_t expression, expression_data;

static void expression_begin(const char *name) {
  expression = nest_begin(NFTA_LIST_ELEM);
  put_string(NFTA_EXPR_NAME, name);
  expression_data = nest_begin(NFTA_EXPR_DATA);
}

static void expression_end(void) {
  nest_end(expression_data);
  nest_end(expression);
}

static void put_value(int type, const void *value, size_t length) {
  size_t data = nest_begin(type);
  put(NFTA_DATA_VALUE, value, length);
  nest_end(data);
}

/** Goes on with the rule only when what was loaded is `value`. */
static void compare(const void *value, size_t length) {
  expression_begin("cmp");
  put_number(NFTA_CMP_SREG, NFT_REG_1);
  put_number(NFTA_CMP_OP, NFT_CMP_EQ);
  put_value(NFTA_CMP_DATA, value, length);
  expression_end();
}

static void match_meta(int key, uint8_t value) {
  expression_begin("meta");
  put_number(NFTA_META_DREG, NFT_REG_1);
  put_number(NFTA_META_KEY, key);
  expression_end();
  compare(&value, 1);
}

static void match_bytes(int base, int offset, const void *value, size_t length) {
  expression_begin("payload");
  put_number(NFTA_PAYLOAD_DREG, NFT_REG_1);
  put_number(NFTA_PAYLOAD_BASE, base);
  put_number(NFTA_PAYLOAD_OFFSET, offset);
  put_number(NFTA_PAYLOAD_LEN, (int)length);
  expression_end();
  compare(value, length);
}

static void match_number(int offset, uint16_t value) {
  uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};
  match_bytes(NFT_PAYLOAD_TRANSPORT_HEADER, offset, bytes, sizeof bytes);
}

static void set_trace(void) {
  uint8_t on = 1;
  expression_begin("immediate");
  put_number(NFTA_IMMEDIATE_DREG, NFT_REG_1);
  put_value(NFTA_IMMEDIATE_DATA, &on, sizeof on);
  expression_end();
  expression_begin("meta");
  put_number(NFTA_META_KEY, NFT_META_NFTRACE);
  put_number(NFTA_META_SREG, NFT_REG_1);
  expression_end();
}

static void jump(const char *chain) {
  expression_begin("immediate");
  put_number(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
  size_t data = nest_begin(NFTA_IMMEDIATE_DATA), verdict = nest_begin(NFTA_DATA_VERDICT);
  put_number(NFTA_VERDICT_CODE, NFT_JUMP);
  put_string(NFTA_VERDICT_CHAIN, chain);
  nest_end(verdict);
  nest_end(data);
  expression_end();
}

static size_t expressions;

/** A rule for packets of one protocol; `inner`: in a vxlan packet. */
static void rule_begin(const struct filter *filter, const char *chain, int protocol, bool inner) {
  change_begin(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
  put_string(NFTA_RULE_TABLE, table);
  put_string(NFTA_RULE_CHAIN, chain);
  expressions = nest_begin(NFTA_RULE_EXPRESSIONS);
  match_meta(NFT_META_NFPROTO, NFPROTO_IPV4);
  match_meta(NFT_META_L4PROTO, (uint8_t)(inner ? IPPROTO_UDP : protocol));
  if (!inner) return;
  uint8_t number = (uint8_t)protocol;
  match_number(2, filter->vxlan_port);
  match_bytes(NFT_PAYLOAD_TRANSPORT_HEADER, INNER_IP + 9, &number, 1);
}

static void rule_end(void) {
  nest_end(expressions);
  message_end();
}

// ---- the rules ----

static void trace_number(const struct filter *filter, const char *chain, int protocol, bool inner, int offset, uint16_t number) {
  rule_begin(filter, chain, protocol, inner);
  match_number((inner ? INNER_L4 : 0) + offset, number);
  set_trace();
  rule_end();
}

static void trace_tag(const struct filter *filter, const char *chain, int protocol, bool inner, int offset) {
  rule_begin(filter, chain, protocol, inner);
  match_bytes(NFT_PAYLOAD_TRANSPORT_HEADER, (inner ? INNER_L4 : 0) + offset, filter->tag, filter->tag_length);
  set_trace();
  rule_end();
}

/** From `offset` of the IP header our request has another source, or its reply another destination: on to the chain that looks at ports. */
static void look_at_ports(const struct filter *filter, const char *chain, bool inner, int offset, const char *ports) {
  for (int i = 0; i < filter->also_from_count; i++) {
    rule_begin(filter, chain, filter->protocol, inner);
    int base = inner ? NFT_PAYLOAD_TRANSPORT_HEADER : NFT_PAYLOAD_NETWORK_HEADER;
    match_bytes(base, (inner ? INNER_IP : 0) + offset, &filter->also_from[i], 4);
    jump(ports);
    rule_end();
  }
}

enum { ICMP_QUOTED_L4 = 8 + 20, PAYLOAD = 8 };

static void add_rules(const struct filter *filter, const char *chain, bool inner) {
  int protocol = filter->protocol;
  if (protocol != IPPROTO_ICMP && filter->port) {
    for (int side = 0; side <= 2; side += 2) {
      trace_number(filter, chain, protocol, inner, side, filter->port);
      trace_number(filter, chain, IPPROTO_ICMP, inner, ICMP_QUOTED_L4 + side, filter->port); // an error about it
    }
  }
  if (protocol != IPPROTO_TCP && filter->tag_length) {
    trace_tag(filter, chain, protocol, inner, PAYLOAD);
    trace_tag(filter, chain, IPPROTO_ICMP, inner, ICMP_QUOTED_L4 + PAYLOAD);
  }
  if (filter->also_from_count == 0 || filter->also_port_count == 0) return;
  look_at_ports(filter, chain, inner, 12, inner ? "inner_requests" : "requests");
  look_at_ports(filter, chain, inner, 16, inner ? "inner_replies" : "replies");
}

static void chain_begin(const char *name) {
  change_begin(NFT_MSG_NEWCHAIN, NLM_F_CREATE);
  put_string(NFTA_CHAIN_TABLE, table);
  put_string(NFTA_CHAIN_NAME, name);
}

static void add_base_chain(const struct filter *filter, const char *name, int hook) {
  chain_begin(name);
  size_t place = nest_begin(NFTA_CHAIN_HOOK);
  put_number(NFTA_HOOK_HOOKNUM, hook);
  put_number(NFTA_HOOK_PRIORITY, PRIORITY);
  nest_end(place);
  put_string(NFTA_CHAIN_TYPE, "filter");
  message_end();
  add_rules(filter, name, false);
  if (filter->vxlan_port) add_rules(filter, name, true);
}

static void add_port_chain(const struct filter *filter, const char *name, bool inner, int side) {
  chain_begin(name);
  message_end();
  for (int i = 0; i < filter->also_port_count; i++) trace_number(filter, name, filter->protocol, inner, side, filter->also_ports[i]);
}

static void add_table(int flags) {
  change_begin(NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL | flags);
  put_string(NFTA_TABLE_NAME, table);
  put_number(NFTA_TABLE_FLAGS, NFT_TABLE_F_OWNER);
  message_end();
}

static int add_all(const struct filter *filter) {
  batch_begin();
  add_table(0);
  if (filter->protocol != IPPROTO_ICMP) {
    for (int inner = 0; inner <= (filter->vxlan_port ? 1 : 0); inner++) {
      add_port_chain(filter, inner ? "inner_requests" : "requests", inner, 2);
      add_port_chain(filter, inner ? "inner_replies" : "replies", inner, 0);
    }
  }
  add_base_chain(filter, "prerouting", NF_INET_PRE_ROUTING);
  add_base_chain(filter, "output", NF_INET_LOCAL_OUT);
  if (!batch.full) ((struct nlmsghdr *)(batch.bytes + batch.message))->nlmsg_flags |= NLM_F_ACK;
  return batch_commit();
}

const char *arm(const struct filter *filter) {
  struct timeval patience = {.tv_sec = ANSWER_SECONDS};
  descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  if (descriptor < 0) return strerror(errno);
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  snprintf(table, sizeof table, "podwire_path");
  int failure = add_all(filter);
  if (failure == EEXIST || failure == EPERM) { // another witness looks at this namespace: its table is its own
    snprintf(table, sizeof table, "podwire_path_%d", (int)getpid());
    failure = add_all(filter);
  }
  if (!failure) return NULL;
  close(descriptor);
  descriptor = -1;
  return strerror(failure);
}

void disarm(void) {
  if (descriptor < 0) return;
  batch_begin();
  change_begin(NFT_MSG_DELTABLE, NLM_F_ACK);
  put_string(NFTA_TABLE_NAME, table);
  message_end();
  batch_commit(); // if it fails, the socket's end removes the table
  close(descriptor);
  descriptor = -1;
}
