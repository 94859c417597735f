// Counts the packets that the kernel throws away in one network namespace, by the reason it gives. It reads kernel memory, as every tracing
// program does: of all that it sees it keeps the reason, the addresses, the protocol and the port.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

// The kernel's own, as far as they are needed here; the loader finds where the fields are in this kernel.
struct ns_common {
  unsigned int inum;
} __attribute__((preserve_access_index));
struct net {
  struct ns_common ns;
} __attribute__((preserve_access_index));
typedef struct {
  struct net *net;
} __attribute__((preserve_access_index)) possible_net_t;
struct net_device {
  possible_net_t nd_net;
} __attribute__((preserve_access_index));
struct sk_buff {
  struct net_device *dev;
  unsigned char *head;
  __u16 network_header;
  __be16 protocol;
} __attribute__((preserve_access_index));

struct drop {
  __u32 reason;
  __u32 source, destination;
  __u16 port;  // of the destination; 0: the protocol has none
  __u8 protocol, unused;
};

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 256);
  __uint(key_size, sizeof(struct drop));
  __uint(value_size, sizeof(__u32));  // packets
} drops SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __uint(key_size, sizeof(__u32));
  __uint(value_size, sizeof(__u32));
} watched SEC(".maps");  // the namespace's inode; others are none of this lab's business

SEC("tp_btf/kfree_skb")
int BPF_PROG(count_drop, struct sk_buff *skb, void *location, __u32 reason) {
  __u32 first = 0, one = 1;
  __u32 *wanted = bpf_map_lookup_elem(&watched, &first);
  if (!wanted || !*wanted || skb->dev->nd_net.net->ns.inum != *wanted || skb->protocol != bpf_htons(ETH_P_IP)) return 0;
  const unsigned char *start = skb->head + skb->network_header;
  struct iphdr ip;
  if (bpf_probe_read_kernel(&ip, sizeof ip, start) < 0) return 0;
  struct drop drop = {.reason = reason, .source = ip.saddr, .destination = ip.daddr, .protocol = ip.protocol};
  __u16 ports[2];
  if ((ip.protocol == IPPROTO_TCP || ip.protocol == IPPROTO_UDP) && bpf_probe_read_kernel(ports, sizeof ports, start + ip.ihl * 4) == 0)
    drop.port = bpf_ntohs(ports[1]);
  __u32 *packets = bpf_map_lookup_elem(&drops, &drop);
  if (packets) __sync_fetch_and_add(packets, 1);
  else bpf_map_update_elem(&drops, &drop, &one, BPF_ANY);
  return 0;
}

char _license[] SEC("license") = "GPL";
