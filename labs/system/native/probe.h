// What the files of podwire-probe share: one request, its tries, and the small machines (DNS exchange, resolver, HTTP) that move a try along.
// Everything is non-blocking; probe.c owns the clock and poll().
#ifndef PODWIRE_PROBE_H
#define PODWIRE_PROBE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_TIMES = 200, MAX_TIMEOUT_MS = 10000, BODY_MAX = 4096, NAME_MAX_LENGTH = 255, MAX_ANSWERS = 64, MAX_SERVERS = 3, MAX_SEARCHES = 32, PING_DATA = 56 };

enum kind { KIND_HTTP, KIND_TCP, KIND_UDP, KIND_DNS, KIND_PING };
enum outcome { PENDING, ANSWERED, REFUSED, TIMED_OUT, UNREACHABLE, UNRESOLVED, FAILED };

enum { TYPE_A = 1, TYPE_CNAME = 5, TYPE_PTR = 12, TYPE_TXT = 16, TYPE_AAAA = 28, TYPE_SRV = 33 };

/** What was asked for; the same for all tries. */
struct request {
  enum kind kind;
  int times;
  int timeout_ms;
  char host[NAME_MAX_LENGTH + 1]; // of the URL, or --host, or the DNS server
  int port;
  const char *http_text; // the whole HTTP request
  size_t http_length;
  bool http_head;
  const char *send; // datagram
  int local_port;   // 0: any. A name's lookup does not come from it
  uint8_t tag[PING_DATA]; // what a ping's payload begins with
  size_t tag_length;
  char dns_name[NAME_MAX_LENGTH + 1];
  int dns_type;
  bool dns_tcp;
};

/** resolv.conf and hosts of the target, read once. */
struct resolver_config {
  struct in_addr servers[MAX_SERVERS];
  int server_count;
  char searches[MAX_SEARCHES][NAME_MAX_LENGTH + 1];
  int search_count;
  int ndots;
  bool use_tcp; // options use-vc
  char *hosts;  // text of /etc/hosts
};

/** One DNS question put to one server; falls back to TCP by itself when the answer is truncated. */
struct exchange {
  int fd;
  bool tcp;
  struct in_addr server;
  int port;
  int local_port;
  uint8_t query[2 + 12 + NAME_MAX_LENGTH + 1 + 4]; // length prefix for TCP, then the message
  size_t query_length;
  size_t sent;
  uint8_t *answer;
  size_t received;
  short events;
};

/** Where a try's name lookup stands: which name of the search list, which server. */
struct resolution {
  struct exchange exchange;
  char names[MAX_SEARCHES + 1][NAME_MAX_LENGTH + 1];
  int name_count;
  int name;
  int server;
  double wake; // when the present server has had its share of the time
  bool servfail;
  bool nodata;
  char last[64]; // why the last server gave nothing
};

/** An HTTP/1.x response as it comes in; keeps the first BODY_MAX bytes of the body. */
struct http_response {
  enum { HTTP_HEAD, HTTP_LENGTH, HTTP_CLOSE, HTTP_CHUNK_SIZE, HTTP_CHUNK, HTTP_CHUNK_END, HTTP_TRAILER, HTTP_DONE } state;
  bool head_request;
  char line[8192];
  size_t line_length;
  size_t head_bytes;
  int status;
  bool chunked;
  bool has_length;
  uint64_t remaining;
};

struct attempt {
  const struct request *request;
  const struct resolver_config *config;
  enum outcome outcome;
  enum { RESOLVING, CONNECTING, SENDING, RECEIVING, ASKING } phase;
  double started;
  double ended;
  double deadline;
  int fd;
  short events;
  struct in_addr address;
  bool has_address;
  size_t sent;
  uint16_t ping_id;
  uint16_t ping_sequence;
  char body[BODY_MAX];
  size_t body_length;
  bool has_body;
  int status;
  const char *rcode;
  char *answers[MAX_ANSWERS];
  int answer_count;
  char reason[96];
  struct resolution resolution;
  struct http_response *http;
};

// probe-request.c
/** Reads the command line; false when it makes no sense, after saying why on stderr. */
bool parse_request(struct request *request, int argc, char **argv);

// probe-dns.c
/** Binds a socket to a port of ours, 0: leaves it alone; 0 or an errno. */
int bind_local_port(int fd, int port);
int dns_type_number(const char *text);
/** Begins an exchange; 0 or a negative errno. The name is absolute; a trailing dot is allowed. `local_port` 0: any. */
int exchange_start(struct exchange *x, struct in_addr server, int port, const char *name, int type, bool tcp, int local_port);
/** After poll: 0 not yet, 1 answered (x->answer, x->received), or a negative errno. */
int exchange_step(struct exchange *x);
void exchange_close(struct exchange *x);
const char *dns_rcode_name(int rcode);
/** The first A record of an answer. */
bool dns_first_address(const uint8_t *message, size_t length, struct in_addr *address);
/** The answer section as `dig +short` prints it; each text is malloc'ed. Returns their number, or -1 for a malformed message. */
int dns_answer_texts(const uint8_t *message, size_t length, char **texts, int capacity);

// probe-resolver.c
/** Reads etc/resolv.conf and etc/hosts below `root`, following no link out of it. A file that is missing counts as empty, as glibc has it. */
void resolver_read(struct resolver_config *config, const char *root);
/** Begins to resolve; 1 when the address is known at once, 0 when DNS has to answer, -1 when it cannot be (attempt->reason says why). */
int resolve_start(struct attempt *attempt, const char *name, double now);
/** After poll, or when resolution.wake has passed: as resolve_start. */
int resolve_step(struct attempt *attempt, bool ready, double now);

// probe-http.c
void http_begin(struct http_response *response, bool head_request);
/** Feeds bytes; 0 wants more, 1 complete, -1 this is not HTTP. */
int http_feed(struct attempt *attempt, const char *bytes, size_t length);
/** The server closed the connection: 1 when that completes the response, -1 when it cuts it short. */
int http_end(struct http_response *response);

// probe-output.c
void print_result(const struct attempt *attempts, int count);

#endif
