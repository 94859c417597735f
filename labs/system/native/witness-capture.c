// Frames of every interface of the namespace, from one packet socket. They come through a ring in shared memory: its size is ours to choose, while an
// ordinary user's receive buffer is bounded by net.core.rmem_max and overflows on a busy machine.
#define _GNU_SOURCE
#include "witness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FRAME_SIZE = 512, BLOCK_SIZE = 64 * 1024, BLOCKS = 32, FRAMES = BLOCKS * (BLOCK_SIZE / FRAME_SIZE), SNAP = 400 };

static int descriptor = -1;
static uint8_t *ring;
static unsigned next_frame, lost;

/**
 * Keeps bulk data of other connections out of the ring: TCP passes with SYN, FIN or RST, or from or to a port of ours. Jumps to the last
 * instruction accept; offsets are from the network header, which tunnels have without a link header before it.
 */
static int build_program(const struct filter *filter, struct sock_filter *program) {
  enum { NET = (int)SKF_NET_OFF };
  static const struct sock_filter head[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_ARP, 255, 0), // 255: filled in below
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)(NET + 9)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMP, 255, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 255, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_IPIP, 255, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)(NET + 6)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0), // a fragment without ports
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)NET),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 15),
      BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 2),
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      BPF_STMT(BPF_LD | BPF_B | BPF_IND, (uint32_t)(NET + 13)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 7, 255, 0),
  };
  int count = 0;
  for (; count < (int)(sizeof head / sizeof *head); count++) program[count] = head[count];
  for (int side = 0; side <= 2; side += 2) {
    program[count++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_H | BPF_IND, (uint32_t)(NET + side));
    program[count++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, filter->port, 255, 0);
    for (int i = 0; i < filter->also_port_count; i++)
      program[count++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, filter->also_ports[i], 255, 0);
  }
  program[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
  program[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SNAP);
  for (int i = 0; i < count; i++)
    if (program[i].jt == 255) program[i].jt = (unsigned char)(count - 1 - (i + 1));
  return count;
}

static int fail(void) {
  int reason = errno;
  close(descriptor);
  descriptor = -1;
  errno = reason;
  return -1;
}

int capture_open(const struct filter *filter) {
  struct sock_filter program[32 + 2 * MAX_ALSO];
  struct sock_fprog attached = {.len = (unsigned short)build_program(filter, program), .filter = program};
  struct tpacket_req request = {.tp_block_size = BLOCK_SIZE, .tp_block_nr = BLOCKS, .tp_frame_size = FRAME_SIZE, .tp_frame_nr = FRAMES};
  int version = TPACKET_V2;
  // protocol 0: nothing is captured before the filter and the ring are there
  descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  if (setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &attached, sizeof attached) < 0) return fail();
  if (setsockopt(descriptor, SOL_PACKET, PACKET_VERSION, &version, sizeof version) < 0) return fail();
  if (setsockopt(descriptor, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) < 0) return fail();
  ring = mmap(NULL, (size_t)BLOCK_SIZE * BLOCKS, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (ring == MAP_FAILED) return fail();
  struct sockaddr_ll every = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  if (bind(descriptor, (struct sockaddr *)&every, sizeof every) < 0) return fail();
  return descriptor;
}

static void see_frame(const struct filter *filter, const struct tpacket2_hdr *frame) {
  const uint8_t *bytes = (const uint8_t *)frame;
  const struct sockaddr_ll *from = (const struct sockaddr_ll *)(bytes + TPACKET_ALIGN(sizeof *frame));
  size_t end = (size_t)frame->tp_mac + frame->tp_snaplen;
  if (frame->tp_net > end || end > FRAME_SIZE) return;
  struct sighting sighting = {.time_us = (uint64_t)frame->tp_sec * 1000000u + frame->tp_nsec / 1000u, .interface = from->sll_ifindex, .direction = from->sll_pkttype};
  bool has_mac = (from->sll_hatype == ARPHRD_ETHER || from->sll_hatype == ARPHRD_LOOPBACK) && frame->tp_net - frame->tp_mac >= ETH_HLEN;
  see_packet(filter, &sighting, ntohs(from->sll_protocol), has_mac ? bytes + frame->tp_mac : NULL, bytes + frame->tp_net, end - frame->tp_net);
}

void capture_drain(const struct filter *filter) {
  for (int i = 0; i < FRAMES; i++) {
    struct tpacket2_hdr *frame = (struct tpacket2_hdr *)(ring + (size_t)next_frame * FRAME_SIZE);
    if (!(__atomic_load_n(&frame->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER)) return;
    see_frame(filter, frame);
    __atomic_store_n(&frame->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
    next_frame = (next_frame + 1) % FRAMES;
  }
}

unsigned capture_lost(void) {
  struct tpacket_stats stats;
  socklen_t size = sizeof stats;
  // reading sets the kernel's count back to 0
  if (getsockopt(descriptor, SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0) lost += stats.tp_drops;
  return lost;
}
