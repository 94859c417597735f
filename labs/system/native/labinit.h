// What the files of labinit share. The protocol and the whole picture are described in labinit.c.
#ifndef LABINIT_H
#define LABINIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// ---- event loop (labinit.c) ----

/** Something epoll watches. Embedded as the first member of what it belongs to. */
struct source {
  void (*on_ready)(struct source *self, uint32_t events);
  int fd;
  uint32_t watched;  // events registered with epoll; 0: not registered
};

/** Registers for exactly these events; 0 unregisters (a hung-up descriptor would otherwise wake the loop for ever). */
void watch(struct source *source, uint32_t events);
/** Unregisters and closes; does nothing when already closed. */
void close_source(struct source *source);
/** Frees after the current round of events, which may still name the memory. */
void free_later(void *memory);
/** Prints to stderr (the lab's log) and ends the sandbox. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void *allocate(size_t bytes);
/** O_PATH descriptor of this program: namespaces run it as their init. */
extern int own_binary_fd;

// ---- growing byte buffers (labinit-wire.c) ----

struct buffer {
  uint8_t *bytes;
  size_t start, end, capacity;
};
static inline size_t buffered(const struct buffer *b) { return b->end - b->start; }
void buffer_append(struct buffer *b, const void *bytes, size_t count);
void buffer_consume(struct buffer *b, size_t count);
void buffer_free(struct buffer *b);

// ---- the protocol (labinit-wire.c) ----

enum request_type {
  REQUEST_SETUP = 1,
  REQUEST_CREATE = 2,
  REQUEST_DESTROY = 3,
  REQUEST_SPAWN = 4,
  REQUEST_INPUT = 5,
  REQUEST_INPUT_END = 6,
  REQUEST_ACK = 7,
  REQUEST_RESIZE = 8,
  REQUEST_KILL = 9,
  REQUEST_READ_FILE = 10,
  REQUEST_WRITE_FILE = 11,  // CREATE_ONLY in its mode: an error where the file is there
  REQUEST_WRITE_SYSCTLS = 12,
  REQUEST_START_CONTROL = 13,
  REQUEST_ADOPT = 14,
};
#define CREATE_ONLY (1u << 31)
enum reply_type {
  REPLY_OK = 64,
  REPLY_ERROR = 65,
  REPLY_STDOUT = 66,
  REPLY_STDERR = 67,
  REPLY_INPUT_ACK = 68,
  REPLY_EXIT = 69,
  REPLY_NAMESPACE_LOST = 70,
  REPLY_CONTROL_EXIT = 71,
};
enum { WINDOW_BYTES = 256 << 10, FRAME_BYTES_MAX = 8 << 20 };

/** One party: labd over stdin and stdout, or control over a socketpair. */
struct connection {
  struct source in;
  struct source out;
  struct buffer received, unsent;
  bool is_labd;
  bool congested;
  struct connection *next;
};
extern struct connection *connections;

struct connection *open_connection(int in_fd, int out_fd, bool is_labd);
void send_frame(struct connection *c, enum reply_type type, uint32_t id, const void *payload, size_t bytes);
void send_ok(struct connection *c, uint32_t id);
void send_error(struct connection *c, uint32_t id, const char *format, ...) __attribute__((format(printf, 3, 4)));
void send_to_all(enum reply_type type, const void *payload, size_t bytes);
/** Called for each whole frame (labinit.c). */
void on_frame(struct connection *c, uint8_t type, uint32_t id, const uint8_t *payload, size_t bytes);

/** Reads a payload front to back. After a read past the end `failed` is set and every value is 0 or "". */
struct reader {
  const uint8_t *at, *end;
  bool failed;
};
uint8_t read_u8(struct reader *r);
uint16_t read_u16(struct reader *r);
uint32_t read_u32(struct reader *r);
const char *read_string(struct reader *r);  // NUL-terminated, inside the payload

// ---- who a process in the sandbox may be (labinit-credentials.c) ----

enum kind { KIND_NODE, KIND_POD, KIND_HOST };

/** Creates the students' user namespace U2 and the limits around it. Returns NULL or what failed. */
const char *create_student_user_namespace(uint32_t process_limit, uint32_t namespace_limit, const void *filter, size_t filter_bytes);
extern int student_user_namespace_fd;  // -1 before
extern uint32_t student_process_limit;
/** In a child, before a student could see it: first victim of the OOM killer, not traceable through labinit's memory image. */
void become_unattachable(void);
/** uid and gid 0 of the user namespace just entered, no other groups. False: errno says why. */
bool become_root_here(void);
/** The last step before exec in a student's namespace: limits, capabilities, no_new_privs, seccomp. False: errno says why. */
bool drop_to_student(enum kind kind);
/** Who a container's first process is, and what it may ever do. */
struct identity {
  uid_t uid;
  gid_t gid;
  uint64_t capabilities;
};
/** The same in a container: its own user and capabilities, for a node less what reaches the machine's hardware and kernel. False: errno. */
bool drop_to_container(enum kind kind, const struct identity *identity);
/** Default signal handlers, nothing blocked. */
void reset_signals(void);

// ---- namespaces (labinit-namespace.c, labinit-root.c) ----

/** Someone to answer when a namespace is there, or gone. */
struct waiter {
  struct connection *connection;  // NULL: left
  uint32_t id;
  struct waiter *next;
};
struct namespace {
  char *name, *parent, *hostname;
  enum kind kind;
  pid_t pid;    // of its init, in our pid namespace; 0 until it runs
  int pid_fd;   // -1 until it runs
  bool destroying;
  struct adoption *adoption;  // NULL: our own
  struct waiter *waiters;  // for its birth, later for its end
  struct namespace *next;
};

/** A namespace that runs, or NULL. */
struct namespace *find_namespace(const char *name);
void create_namespace(struct connection *c, uint32_t id, struct reader *payload);
void destroy_namespace(struct connection *c, uint32_t id, struct reader *payload);
/** True when pid was some namespace's init. */
bool namespace_exited(pid_t pid);
void namespaces_forget(struct connection *c);
/** Runs `action` with this thread in that network namespace, then returns to our own. False: errno says why entering failed. */
bool in_network_of(const struct namespace *ns, void (*action)(void *), void *argument);
/** "node", "pod" or "host". */
bool parse_kind(const char *name, enum kind *kind);

// ---- containers of others (labinit-adopt.c) ----

/** Tells the end of a container's first process, which is not our child. */
struct adoption {
  struct source end;
  struct namespace *ns;
};
void adopt_namespace(struct connection *c, uint32_t id, struct reader *payload);
/** Takes over pid_fd and adoption. False: bad name. */
bool register_adopted(const char *name, enum kind kind, pid_t pid, int pid_fd, struct adoption *adoption);
void adopted_namespace_ended(struct adoption *adoption);
bool read_identity(pid_t pid, struct identity *into);
/** CLONE_NEWUSER when its user namespace is another than ours. */
int adopted_namespaces(pid_t pid);
/** In the new mount namespace: builds the root folder and moves there. Returns NULL, or the step that failed (errno). */
const char *build_root(enum kind kind, const char *hostname);
/** What a namespace's init runs: waits for ever. */
int run_pause(const char *name);

// ---- processes and their streams (labinit-process.c, labinit-spawn.c) ----

struct stream {
  struct source source;
  struct process *process;
  enum reply_type reply;
  bool drained;  // after the exit: nothing more that the process itself wrote
};
struct process {
  struct connection *connection;  // NULL: its party left
  uint32_t id;
  pid_t pid;  // 0 once reaped
  int code;
  bool tty;
  struct stream input, output, error;
  struct buffer typed;  // input not yet taken by the process
  bool input_ended;
  size_t credit;        // bytes of output its party still lets us send
  size_t late_bytes;    // output read after the exit
  struct process *next;
};

void spawn_process(struct connection *c, uint32_t id, struct reader *payload);
/** Takes over the descriptors (-1: none) and starts passing bytes. */
void adopt_process(struct connection *c, uint32_t id, pid_t pid, bool tty, int input, int output, int error);
void process_input(struct connection *c, uint32_t id, const uint8_t *bytes, size_t count);
void process_input_end(struct connection *c, uint32_t id);
void process_ack(struct connection *c, uint32_t id, uint32_t bytes);
void process_resize(struct connection *c, uint32_t id, uint16_t cols, uint16_t rows);
void process_kill(struct connection *c, uint32_t id, int signal);
bool process_known(struct connection *c, uint32_t id);
void process_exited(pid_t pid, int code);
/** The party left: its processes are killed. */
void processes_forget(struct connection *c);
/** The party's socket takes bytes again. */
void processes_resume(struct connection *c);

// ---- files and sysctls (labinit-files.c), control (labinit-control.c) ----

void read_file(struct connection *c, uint32_t id, struct reader *payload);
void write_file(struct connection *c, uint32_t id, struct reader *payload);
void write_sysctls(struct connection *c, uint32_t id, struct reader *payload);
/** Opens a pseudo terminal in a namespace's own devpts (NULL: the sandbox's). False: errno. */
bool open_terminal(const struct namespace *ns, int *master, int *slave);
void start_control(struct connection *c, uint32_t id, struct reader *payload);
bool control_exited(pid_t pid, int code);

#endif
