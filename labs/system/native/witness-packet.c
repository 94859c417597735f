// Which captured packets are ours, and what is told of them: addresses, what identifies them along the way, and what they are inside of.
#define _GNU_SOURCE
#include "witness.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <string.h>

enum { ARP_LENGTH = 28, IP_HEADER = 20, UDP_HEADER = 8, ICMP_HEADER = 8, TCP_HEADER = 20, VXLAN_HEADER = 8, FLOWS = 64, PAYLOADS_PER_FLOW = 8 };
enum { TCP_FIN_SYN_RST = 7 };

/** An IPv4 packet taken apart as far as it was captured. */
struct packet {
  const uint8_t *mac; // NULL where there is no link header
  const uint8_t *ip;
  const uint8_t *rest; // what follows the IP header
  size_t rest_length;
  int protocol;
  const struct packet *outer; // the packet it travels in, or NULL
};

static bool take_apart(struct packet *packet, const uint8_t *ip, size_t length) {
  if (length < IP_HEADER || ip[0] >> 4 != 4) return false;
  size_t header = (ip[0] & 15u) * 4u;
  if (header < IP_HEADER || header > length) return false;
  packet->ip = ip;
  packet->rest = ip + header;
  packet->rest_length = length - header;
  packet->protocol = ip[9];
  return true;
}

static bool contains_tag(const struct filter *filter, const struct packet *packet, size_t header) {
  if (filter->tag_length == 0 || packet->rest_length < header) return false;
  return memmem(packet->rest + header, packet->rest_length - header, filter->tag, filter->tag_length) != NULL;
}

static bool has_address(const struct filter *filter, const uint8_t *address) {
  for (int i = 0; i < filter->also_from_count; i++)
    if (memcmp(&filter->also_from[i], address, 4) == 0) return true;
  return false;
}

static bool has_port(const struct filter *filter, unsigned port) {
  for (int i = 0; i < filter->also_port_count; i++)
    if (filter->also_ports[i] == port) return true;
  return false;
}

/** From or to our port, or a request of ours under a node's address, or the reply to one. */
static bool has_our_ports(const struct filter *filter, const struct packet *packet) {
  unsigned sport = get16(packet->rest), dport = get16(packet->rest + 2);
  if (filter->port && (sport == filter->port || dport == filter->port)) return true;
  return (has_port(filter, dport) && has_address(filter, packet->ip + 12)) || (has_port(filter, sport) && has_address(filter, packet->ip + 16));
}

/**
 * Are there enough of this flow's later packets on this interface? Of a download the first few say all there is to say, and the lines are few.
 * Two flows may share a slot, which then begins anew.
 */
static bool is_enough(const struct sighting *sighting, const struct packet *packet) {
  static struct { uint32_t key; unsigned count; } flows[FLOWS];
  uint32_t key = (uint32_t)sighting->interface * 2654435761u ^ get32(packet->ip + 12) * 40503u ^ get32(packet->ip + 16) ^ get32(packet->rest) * 31u ^ (uint32_t)sighting->direction << 28;
  unsigned slot = (key ^ key >> 16) % FLOWS;
  if (flows[slot].key != key) {
    flows[slot].key = key;
    flows[slot].count = 0;
  }
  return ++flows[slot].count > PAYLOADS_PER_FLOW;
}

static void put_address(const char *name, const uint8_t *p) { printf(",\"%s\":\"%u.%u.%u.%u\"", name, p[0], p[1], p[2], p[3]); }

/** Without the comma: it comes first in an object too. */
static void put_mac(const char *name, const uint8_t *p) { printf("\"%s\":\"%02x:%02x:%02x:%02x:%02x:%02x\"", name, p[0], p[1], p[2], p[3], p[4], p[5]); }

static bool begin(const struct sighting *sighting, const uint8_t *mac, const char *protocol) {
  static const char *const directions[] = {[PACKET_HOST] = "in", [PACKET_BROADCAST] = "flood", [PACKET_MULTICAST] = "flood", [PACKET_OTHERHOST] = "other", [PACKET_OUTGOING] = "out"};
  if (!line_begin("packet", sighting->time_us)) return false;
  put_interface("interface", sighting->interface);
  put_text("dir", sighting->direction <= PACKET_OUTGOING ? directions[sighting->direction] : "other");
  if (mac) {
    fputs(",\"mac\":{", stdout);
    put_mac("from", mac + 6);
    putchar(',');
    put_mac("to", mac);
    putchar('}');
  }
  put_text("proto", protocol);
  return true;
}

static void put_outer(const struct packet *outer) {
  if (!outer) return;
  printf(",\"outer\":{\"proto\":\"%s\",\"id\":%u", outer->protocol == IPPROTO_UDP ? "vxlan" : "ipip", get16(outer->ip + 4));
  put_address("from", outer->ip + 12);
  put_address("to", outer->ip + 16);
  if (outer->protocol == IPPROTO_UDP) printf(",\"vni\":%u", get32(outer->rest + UDP_HEADER + 4) >> 8);
  putchar('}');
}

static bool begin_ip(const struct sighting *sighting, const struct packet *packet, const char *protocol) {
  if (!begin(sighting, packet->mac, protocol)) return false;
  put_address("from", packet->ip + 12);
  put_address("to", packet->ip + 16);
  printf(",\"ttl\":%u,\"id\":%u,\"length\":%u", packet->ip[8], get16(packet->ip + 4), get16(packet->ip + 2));
  return true;
}

static void end_ip(const struct packet *packet) {
  put_outer(packet->outer);
  line_end();
}

static void put_ports(const uint8_t *header) { printf(",\"sport\":%u,\"dport\":%u", get16(header), get16(header + 2)); }

static void see_tcp(const struct filter *filter, const struct sighting *sighting, const struct packet *packet) {
  const uint8_t *tcp = packet->rest;
  if (filter->protocol != IPPROTO_TCP || packet->rest_length < TCP_HEADER) return;
  if (!(tcp[13] & TCP_FIN_SYN_RST) && (!has_our_ports(filter, packet) || is_enough(sighting, packet))) return;
  if (!begin_ip(sighting, packet, "tcp")) return;
  put_ports(tcp);
  put_tcp_flags(tcp[13]);
  printf(",\"seq\":%u,\"ack\":%u", get32(tcp + 4), get32(tcp + 8));
  end_ip(packet);
}

static void see_udp(const struct filter *filter, const struct sighting *sighting, const struct packet *packet) {
  if (filter->protocol != IPPROTO_UDP || packet->rest_length < UDP_HEADER) return;
  bool tagged = contains_tag(filter, packet, UDP_HEADER);
  if (!tagged && !has_our_ports(filter, packet)) return;
  if (!begin_ip(sighting, packet, "udp")) return;
  put_ports(packet->rest);
  if (filter->tag_length) printf(",\"tag\":%s", tagged ? "true" : "false");
  end_ip(packet);
}

static bool is_icmp_error(unsigned type) { return type == 3 || type == 4 || type == 5 || type == 11 || type == 12; }

/** The packet an ICMP error quotes: its header and, by RFC 792, at least eight bytes after it. */
static void put_quoted(const uint8_t *bytes, size_t length) {
  struct packet quoted;
  if (!take_apart(&quoted, bytes, length)) return;
  const char *protocol = quoted.protocol == IPPROTO_TCP ? "tcp" : quoted.protocol == IPPROTO_UDP ? "udp" : quoted.protocol == IPPROTO_ICMP ? "icmp" : "other";
  printf(",\"inner\":{\"proto\":\"%s\"", protocol);
  put_address("from", quoted.ip + 12);
  put_address("to", quoted.ip + 16);
  bool has_ports = quoted.protocol == IPPROTO_TCP || quoted.protocol == IPPROTO_UDP;
  if (has_ports && quoted.rest_length >= 4) put_ports(quoted.rest);
  if (quoted.protocol == IPPROTO_TCP && quoted.rest_length >= 8) printf(",\"seq\":%u", get32(quoted.rest + 4));
  putchar('}');
}

static void see_icmp(const struct filter *filter, const struct sighting *sighting, const struct packet *packet) {
  const uint8_t *icmp = packet->rest;
  if (packet->rest_length < ICMP_HEADER) return;
  bool tagged = contains_tag(filter, packet, ICMP_HEADER), failed = is_icmp_error(icmp[0]);
  if (!failed && !(tagged && filter->protocol == IPPROTO_ICMP)) return;
  if (!begin_ip(sighting, packet, "icmp")) return;
  if (filter->tag_length) printf(",\"tag\":%s", tagged ? "true" : "false");
  printf(",\"icmp\":{\"type\":%u,\"code\":%u", icmp[0], icmp[1]);
  if (icmp[0] == 3 && icmp[1] == 4) printf(",\"mtu\":%u", get16(icmp + 6));
  if (failed) put_quoted(icmp + ICMP_HEADER, packet->rest_length - ICMP_HEADER);
  else printf(",\"echo\":{\"id\":%u,\"seq\":%u}", get16(icmp + 4), get16(icmp + 6));
  putchar('}');
  end_ip(packet);
}

static void see_arp(const struct sighting *sighting, const uint8_t *mac, const struct packet *outer, const uint8_t *arp, size_t length) {
  static const uint8_t ethernet_ip[] = {0, 1, 8, 0, 6, 4};
  if (length < ARP_LENGTH || memcmp(arp, ethernet_ip, sizeof ethernet_ip) != 0) return;
  unsigned operation = get16(arp + 6);
  if (operation != 1 && operation != 2) return;
  if (!begin(sighting, mac, "arp")) return;
  put_address("from", arp + 14);
  put_address("to", arp + 24);
  printf(",\"length\":%d,\"arp\":{\"op\":\"%s\",", ARP_LENGTH, operation == 1 ? "request" : "reply");
  put_mac("mac", arp + 8);
  put_address("ip", arp + 14);
  put_address("target", arp + 24);
  if (operation == 2) {
    putchar(',');
    put_mac("targetMac", arp + 18);
  }
  putchar('}');
  put_outer(outer);
  line_end();
}

static void see_ip(const struct filter *filter, const struct sighting *sighting, const uint8_t *mac, const struct packet *outer, const uint8_t *bytes, size_t length);

/** The Ethernet frame in a vxlan packet. */
static void see_vxlan(const struct filter *filter, const struct sighting *sighting, const struct packet *outer) {
  const size_t headers = UDP_HEADER + VXLAN_HEADER;
  if (outer->rest_length < headers + ETH_HLEN || !(outer->rest[UDP_HEADER] & 8)) return; // 8: it says which network it is of
  const uint8_t *frame = outer->rest + headers;
  size_t length = outer->rest_length - headers - ETH_HLEN;
  unsigned ethertype = get16(frame + 12);
  if (ethertype == ETH_P_ARP) see_arp(sighting, frame, outer, frame + ETH_HLEN, length);
  if (ethertype == ETH_P_IP) see_ip(filter, sighting, frame, outer, frame + ETH_HLEN, length);
}

static void see_ip(const struct filter *filter, const struct sighting *sighting, const uint8_t *mac, const struct packet *outer, const uint8_t *bytes, size_t length) {
  struct packet packet = {.mac = mac, .outer = outer};
  if (!take_apart(&packet, bytes, length) || get16(bytes + 6) & 0x1fff) return; // a later fragment has no ports to know it by
  switch (packet.protocol) {
  case IPPROTO_TCP:
    return see_tcp(filter, sighting, &packet);
  case IPPROTO_UDP:
    if (!outer && filter->vxlan_port && packet.rest_length >= UDP_HEADER && get16(packet.rest + 2) == filter->vxlan_port) return see_vxlan(filter, sighting, &packet);
    return see_udp(filter, sighting, &packet);
  case IPPROTO_ICMP:
    return see_icmp(filter, sighting, &packet);
  case IPPROTO_IPIP:
    if (!outer) see_ip(filter, sighting, NULL, &packet, packet.rest, packet.rest_length);
  }
}

void see_packet(const struct filter *filter, const struct sighting *sighting, unsigned ethertype, const uint8_t *mac, const uint8_t *packet, size_t length) {
  if (ethertype == ETH_P_ARP) see_arp(sighting, mac, NULL, packet, length);
  if (ethertype == ETH_P_IP) see_ip(filter, sighting, mac, NULL, packet, length);
}
