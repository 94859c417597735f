// Drops what comes from a blocked address, before the kernel has made a packet of it, and counts it.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __uint(key_size, 4);    // an IPv4 address, as it is in the packet
  __uint(value_size, 4);  // packets dropped
} blocked SEC(".maps");

SEC("xdp")
int blocklist(struct xdp_md *context) {
  void *start = (void *)(long)context->data, *end = (void *)(long)context->data_end;
  struct ethhdr *frame = start;
  struct iphdr *ip = start + sizeof *frame;
  if ((void *)(ip + 1) > end || frame->h_proto != bpf_htons(ETH_P_IP)) return XDP_PASS;
  __u32 source = ip->saddr;
  __u32 *dropped = bpf_map_lookup_elem(&blocked, &source);
  if (!dropped) return XDP_PASS;
  __sync_fetch_and_add(dropped, 1);
  return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
