// The seccomp filter of students' processes, as classic BPF for labinit to install. Called by sandbox.ts.
// It narrows what root in a user namespace reaches of the kernel; the attack table (attacks.integration.test.ts) is its specification.
import { syscallNumbers } from './syscall-numbers.ts'

export interface SeccompOptions {
  /** process.arch: x64 or arm64 */
  arch: string
  /**
   * The sandbox has a single user id: changes of owner and user succeed without effect, so that programs that drop to a user of their own
   * (tcpdump, nginx) run, as root (Charliecloud's way).
   */
  fakeIds: boolean
  /** Of bpf(2), what reads and changes maps that are pinned in the lab; nothing that makes a map or loads or attaches a program. */
  bpfMaps?: boolean
}

const EPERM = 1
const EINVAL = 22
const ENOSYS = 38
const EAFNOSUPPORT = 97
/** An "error" of 0: the call returns success and does nothing. */
const pretend = 0

// Absent, so that programs fall back to older calls (clone3 → clone, mount's new interface → mount(2)) or do without.
const absent = [
  ...['clone3', 'io_uring_setup', 'io_uring_enter', 'io_uring_register', 'userfaultfd'],
  ...['fsopen', 'fsconfig', 'fsmount', 'fspick', 'move_mount', 'open_tree', 'mount_setattr', 'memfd_secret'],
  // memory that belongs to no process and no sized tmpfs: the watchdog could not see it
  ...['memfd_create', 'shmget'],
]
// Calls that reach the machine, not the lab.
const forbidden = [
  ...['perf_event_open', 'keyctl', 'add_key', 'request_key', 'init_module', 'finit_module', 'delete_module', 'kexec_load'],
  ...['kexec_file_load', 'open_by_handle_at', 'swapon', 'swapoff', 'reboot', 'acct', 'quotactl', 'quotactl_fd', 'settimeofday'],
  ...['clock_settime', 'adjtimex', 'clock_adjtime', 'iopl', 'ioperm', 'modify_ldt', 'syslog', 'nfsservctl', 'vhangup', 'fanotify_init'],
  'lookup_dcookie',
]
/** Commands of bpf(2): look up, update, delete, next key, object by path, its description. */
const bpfMapCommands = [1, 2, 3, 4, 7, 15]
/** Asks what is attached somewhere, which takes the machine's root. bpftool net goes on when a kernel seems too old to tell. */
const BPF_PROG_QUERY = 16
const idChanges = [
  ...['chown', 'fchown', 'lchown', 'fchownat', 'setuid', 'setgid', 'setreuid', 'setregid', 'setgroups', 'setresuid', 'setresgid'],
]
// unix, inet, inet6, netlink, packet. Others are not confined to a network namespace (vsock) or are the kernel's less tested corners.
const socketFamilies = [1, 2, 10, 16, 17]
const CLONE_NEWUSER = 0x10000000
const TIOCSTI = 0x5412
const TIOCLINUX = 0x541c
const MS_REMOUNT = 32
const MS_BIND = 4096
const MS_MOVE = 8192
const MS_PROPAGATION = 15 << 17
/** An obsolete mark in mount's flags; the kernel removes its bits, which look like propagation flags. */
const MS_MGC_VAL = 0xc0ed0000

// ---- BPF: [code, jump if true, jump if false, constant]; jumps count the instructions skipped ----
type Instruction = [code: number, ifTrue: number, ifFalse: number, value: number]
const load = (offset: number): Instruction => [0x20, 0, 0, offset]
const and = (mask: number): Instruction => [0x54, 0, 0, mask]
const give = (value: number): Instruction => [0x06, 0, 0, value]
const ifEqual = (value: number, ifTrue: number, ifFalse: number): Instruction => [0x15, ifTrue, ifFalse, value]
const ifAtLeast = (value: number, ifTrue: number, ifFalse: number): Instruction => [0x35, ifTrue, ifFalse, value]
const ifAnyBit = (mask: number, ifTrue: number, ifFalse: number): Instruction => [0x45, ifTrue, ifFalse, mask]
const allow = give(0x7fff0000)
const kill = give(0x80000000)
const fail = (errno: number) => give(0x00050000 | errno)
const syscallNumber = load(0)
const architecture = load(4)
/** low half of an argument (little endian) */
const argument = (index: number) => load(16 + 8 * index)

/** `then` when the loaded system call is `number`; it must end in a return. */
const onCall = (number: number, then: Instruction[]): Instruction[] => [ifEqual(number, 0, then.length), ...then]

const refuseFlag = (index: number, mask: number) => [argument(index), ifAnyBit(mask, 0, 1), fail(EPERM), allow]
const refuseValues = (index: number, a: number, b: number) => [argument(index), ifEqual(a, 1, 0), ifEqual(b, 0, 1), fail(EPERM), allow]
const allowOnly = (index: number, values: number[], errno: number) => [
  argument(index),
  ...values.map((value, i) => ifEqual(value, values.length - i, 0)),
  fail(errno),
  allow,
]

/**
 * Without a memory cgroup a new tmpfs has no bound, and a remount would lift ours. Such mounts seem to succeed: `ip netns exec` mounts a
 * sysfs and would give up on an error. Binds, moves and propagation are real. The order is the kernel's own (path_mount): BIND decides
 * before REMOUNT, REMOUNT before propagation.
 */
const mountRule: Instruction[] = [
  argument(3),
  ifAnyBit(MS_BIND, 6, 0),
  ifAnyBit(MS_REMOUNT, 4, 0),
  ifAnyBit(MS_MOVE, 4, 0),
  ifAnyBit(MS_PROPAGATION, 0, 2),
  and(0xffff0000),
  ifEqual(MS_MGC_VAL, 0, 1),
  fail(pretend),
  allow,
]

const bpfRule = [argument(0), ifEqual(BPF_PROG_QUERY, 0, 1), fail(EINVAL), ...allowOnly(0, bpfMapCommands, EPERM).slice(1)]

/** The filter's bytes: struct sock_filter[]. Throws RangeError for a processor whose system calls are not in the table. */
export function buildSeccompFilter({ arch, fakeIds, bpfMaps = false }: SeccompOptions): Buffer {
  const table = syscallNumbers[arch]
  if (!table) throw new RangeError(`no system call table for ${arch}`)
  const { audit, numbers } = table
  const on = (names: string[], then: Instruction[]) =>
    names.flatMap((name) => (numbers[name] === undefined ? [] : onCall(numbers[name], then)))
  const program: Instruction[] = [
    architecture,
    ifEqual(audit, 1, 0),
    kill,
    syscallNumber,
    ...(arch === 'x64' ? [ifAtLeast(0x40000000, 0, 1), fail(ENOSYS)] : []), // the x32 numbers would pass by the rules below
    ...on(absent, [fail(ENOSYS)]),
    ...on(forbidden, [fail(EPERM)]),
    ...(fakeIds ? on(idChanges, [fail(pretend)]) : []),
    ...on(['unshare', 'clone'], refuseFlag(0, CLONE_NEWUSER)),
    ...on(['bpf'], bpfMaps ? bpfRule : [fail(EPERM)]),
    ...on(['mount'], mountRule),
    ...on(['ioctl'], refuseValues(1, TIOCSTI, TIOCLINUX)),
    ...on(['socket', 'socketpair'], allowOnly(0, socketFamilies, EAFNOSUPPORT)),
    allow,
  ]
  const bytes = Buffer.alloc(program.length * 8)
  program.forEach(([code, ifTrue, ifFalse, value], i) => {
    bytes.writeUInt16LE(code, i * 8)
    bytes.writeUInt8(ifTrue, i * 8 + 2)
    bytes.writeUInt8(ifFalse, i * 8 + 3)
    bytes.writeUInt32LE(value >>> 0, i * 8 + 4)
  })
  return bytes
}
