// What the files of podwire-workload share: the event loop, the HTTP server, and the small programs that stand in for container images.
#ifndef PODWIRE_WORKLOAD_H
#define PODWIRE_WORKLOAD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

// workload.c
struct text {
  char *bytes;
  size_t length;
  size_t capacity;
};
void text_add(struct text *text, const void *bytes, size_t length);
__attribute__((format(printf, 2, 3))) void text_print(struct text *text, const char *format, ...);
void text_free(struct text *text);
/** A line in klog's form on stderr, as agnhost writes it. */
__attribute__((format(printf, 1, 2))) void klog_info(const char *format, ...);
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);
/** What ps shows for this process. */
void set_title(const char *name, const char *command_line);
/** The value of `--name=value` or `--name value`, whatever that begins with; NULL when the flag is absent. */
const char *flag_value(char **arguments, const char *name);
int flag_number(char **arguments, const char *name, int otherwise, int low, int high);
/** A Go duration such as 300ms, 1.5s or 1m30s, in seconds; false when it is none. */
bool parse_duration(const char *text, double *seconds);
const char *host_name(void);

// workload-loop.c
struct watch {
  int fd;
  void (*ready)(struct watch *watch, uint32_t events);
};
/** Seconds on the monotonic clock. */
double now_seconds(void);
void loop_watch(struct watch *watch, uint32_t events);
void loop_change(struct watch *watch, uint32_t events);
/** Stops watching and closes the descriptor. The memory may be freed at once. */
void loop_close(struct watch *watch);
/** Calls `due` once after `seconds`. */
void loop_later(double seconds, void (*due)(void *data), void *data);
/** `exit_code` is what SIGTERM, SIGINT and SIGQUIT end the process with. */
__attribute__((noreturn)) void loop_run(int exit_code);
/** Listens on every address of both families, as Go does (`*:8080` in ss); ends the program when the port is taken. */
int listen_everywhere(int type, int port);
/** The same, but for a taken port it gives -1, with the reason in errno. */
int try_listen_everywhere(int type, int port);
/** `10.244.1.5:43210`, or only the address without a port. */
const char *format_peer(const struct sockaddr_in6 *peer, bool with_port);

// workload-http.c and workload-http-text.c
struct http_server;
struct http_request {
  const char *method;
  const char *target; // path and query as sent
  char *path;         // decoded
  const char *query;  // "" when there is none
  const char *line;   // the request line as sent
  const char *headers; // header lines, each ended by \r\n or \n
  const char *body;    // the first 64 KiB
  struct sockaddr_in6 peer;
  struct connection *connection;
  const struct http_server *server;
};
struct http_reply {
  int status;
  const char *content_type; // used when there is a body
  struct text headers;      // further header lines, each ended by \r\n
  struct text body;
};
/** Fills in the reply and returns true, or keeps the connection waiting by returning false and calling http_answer later. */
typedef bool http_handler(const struct http_request *request, struct http_reply *reply);
/** Writes status line and headers of a reply: the order and the set differ between Go and nginx. */
typedef void http_head_writer(struct text *out, const struct http_reply *reply, bool keep_alive);
struct http_server {
  struct watch watch;
  http_handler *handle;
  http_head_writer *write_head;
  /** the reply to something that is no HTTP */
  void (*refuse)(struct http_reply *reply, int status);
  /** called when a reply is complete; may be NULL */
  void (*log)(const struct http_request *request, const struct http_reply *reply, size_t body_bytes);
};
void http_serve(struct http_server *server, int port);
/** A connection that http_handler left waiting gets its reply; frees the reply's texts. `connection` may be gone already: see http_hold. */
void http_answer(struct connection *connection, struct http_reply *reply);
/** Counts a connection as in use by a job, so that its memory stays although the client hangs up; http_answer releases it. */
struct connection *http_hold(const struct http_request *request);
const char *http_status_text(int status);
void http_date(char text[64]);
void go_head(struct text *out, const struct http_reply *reply, bool keep_alive);
void go_refuse(struct http_reply *reply, int status);
/** Decodes %XX into a text without NUL; false when it is malformed or longer than the room for it. */
bool percent_decode(const char *from, size_t length, char *to, size_t capacity, bool plus_is_space);
/** A form value of the body or the query, decoded into `value`; false when absent. */
bool form_value(const struct http_request *request, const char *name, char *value, size_t capacity);
/** A header's value, "" when absent. Valid until the next call. */
const char *header_value(const struct http_request *request, const char *name);
/** Stops listening, closes idle connections, and exits with `code` when the others are done or after `seconds`. */
void http_shut_down(int code, double seconds);

// the programs; `arguments` ends with NULL
int run_netexec(char **arguments);
int run_serve_hostname(char **arguments);
int run_pause(char **arguments);
int run_connect(char **arguments);
int run_porter(char **arguments);
int run_nginx(char **arguments);
int run_dns_relay(char **arguments);
int run_kube_proxy(char **arguments);

#endif
