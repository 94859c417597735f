// What the files of podwire-witness share: which packets are ours, and the lines that tell of them.
#ifndef PODWIRE_WITNESS_H
#define PODWIRE_WITNESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_TAG = 16, MAX_ALSO = 16, MAX_LIFE_MS = 60000 };

/** Which packets are ours; from the command line. */
struct filter {
  int protocol;          // IPPROTO_TCP, IPPROTO_UDP or IPPROTO_ICMP
  uint16_t port;         // of our side; 0 when there is none
  uint16_t vxlan_port;   // 0: do not look inside
  uint8_t tag[MAX_TAG];
  size_t tag_length;
  struct in_addr also_from[MAX_ALSO]; // sources a node may have given our request
  int also_from_count;
  uint16_t also_ports[MAX_ALSO]; // and the ports it then goes to
  int also_port_count;
  int max_ms;
};

/** Where and when a frame was seen. */
struct sighting {
  uint64_t time_us;
  int interface;
  unsigned char direction; // PACKET_HOST and its like
};

// witness-request.c
/** Reads the command line; false when it makes no sense, after saying why on stderr. */
bool parse_filter(struct filter *filter, int argc, char **argv);

// witness-output.c
/** Begins a line of kind `event` with its time and number; false when no more may be printed, which counts as a loss. */
bool line_begin(const char *event, uint64_t time_us);
void line_end(void);
/** A value that is text: `,"name":"text"`. */
void put_text(const char *name, const char *text);
void put_interface(const char *name, int index);
/** `,"flags":"SYN,ACK"` */
void put_tcp_flags(unsigned flags);
/** Lines that were not printed. */
unsigned lines_dropped(void);
uint64_t now_us(void);

// witness-capture.c
/** Begins to capture on every interface, those to come included; a descriptor to poll, or -1 with errno. */
int capture_open(const struct filter *filter);
/** Tells of every frame that waits. */
void capture_drain(const struct filter *filter);
/** Frames the kernel could not give us so far. */
unsigned capture_lost(void);

// witness-packet.c
/** Tells of a packet if it is ours. `mac` points at an Ethernet header, or is NULL; `packet` at what `ethertype` says. */
void see_packet(const struct filter *filter, const struct sighting *sighting, unsigned ethertype, const uint8_t *mac, const uint8_t *packet, size_t length);

// witness-arm.c
/** Adds the table whose rules mark our packets for tracing; NULL, or why it could not be. It goes when this process does. */
const char *arm(const struct filter *filter);
/** Removes the table at once. */
void disarm(void);

// witness-trace.c
/** Begins to listen for trace events; a descriptor to poll, or -1 with errno. */
int trace_open(void);
/** Tells of every event that waits. */
void trace_drain(void);
/** How often events were lost. */
unsigned trace_lost(void);

static inline uint16_t get16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static inline uint32_t get32(const uint8_t *p) { return (uint32_t)get16(p) << 16 | get16(p + 2); }

#endif
