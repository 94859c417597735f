// A load balancer at the socket: a connect() to a Service becomes one to its backend, before there is a packet.
#include <linux/bpf.h>
#include <linux/in.h>
#include <bpf/bpf_helpers.h>

struct endpoint {
  __u32 address;  // both as they are in a packet
  __u16 port;
} __attribute__((packed));

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 256);
  __uint(key_size, sizeof(struct endpoint));    // the Service
  __uint(value_size, sizeof(struct endpoint));  // its backend
} services SEC(".maps");

SEC("cgroup/connect4")
int socket_lb(struct bpf_sock_addr *context) {
  if (context->protocol != IPPROTO_TCP) return 1;
  struct endpoint service = {.address = context->user_ip4, .port = context->user_port};
  struct endpoint *backend = bpf_map_lookup_elem(&services, &service);
  if (backend) {
    context->user_ip4 = backend->address;
    context->user_port = backend->port;
  }
  return 1;
}

char _license[] SEC("license") = "GPL";
