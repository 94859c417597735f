// What a student's root shell may try, and what must come of it: the attack table of the sandbox, run by attacks.integration.test.ts.
import { syscallNumbers } from '../syscall-numbers.ts'

export interface Attack {
  name: string
  /** default: worker */
  on?: 'worker' | 'pod' | 'laptop'
  /** bash; $ and \ are JavaScript's */
  script: string
  /** must be found in what it prints */
  shows: RegExp | RegExp[]
  /** must not be found */
  hides?: RegExp
}

export interface Surroundings {
  /** a file of this machine that everyone may read */
  hostFile: string
  /** a server of this machine on every address */
  hostPort: number
  hostAddress: string
  /** an abstract unix socket of this machine */
  abstractSocket: string
  /** pids, on this machine, of what must not be reachable */
  hostPids: number[]
}

/** Python that makes a raw system call and prints `<result> <errno name>`. */
function call(name: string, ...args: (number | string)[]): string {
  const number = syscallNumbers[process.arch]?.numbers[name]
  const values = args.map((arg) => (typeof arg === 'string' ? `b"${arg}"` : String(arg))).join(', ')
  const program = `import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
result = libc.syscall(${number}${values ? `, ${values}` : ''})
print("${name}", result, errno.errorcode.get(ctypes.get_errno(), "-") if result < 0 else "ok")`
  return `python3 -c '${program}'`
}
const MS_REMOUNT = 32
const MS_SHARED = 1 << 20
const MS_MGC_VAL = 0xc0ed0000
/** Prints how many MiB fit in a folder, and removes them. */
const fill = (folder: string) =>
  `dd if=/dev/zero of=${folder}/fill bs=1M count=600 2>/dev/null; echo "${folder} $(($(stat -c %s ${folder}/fill) >> 20)) MiB"; rm -f ${folder}/fill`

export function attackTable({ hostFile, hostPort, hostAddress, abstractSocket, hostPids }: Surroundings): Attack[] {
  const fetches = (url: string) => `curl -m 2 -sS ${url} 2>&1; echo "rc=$?"`
  return [
    // ---- the machine's files ----
    {
      name: "the machine's accounts",
      script: 'cat /etc/shadow; ls -A /home; cut -d: -f1 /etc/passwd',
      shows: /shadow: No such file/,
      hides: /podwire-test|postgres/,
    },
    {
      name: "the machine's folders",
      script: `ls -A /root ${hostFile}; ls /var/run/docker.sock /lab /skel; ls -A /tmp | wc -l`,
      shows: [/lab': No such file/, /skel': No such file/, /^0$/m],
    },
    {
      name: 'leaving the root folder by chroot',
      script:
        'mkdir -p /tmp/x; perl -e \'chroot "/tmp/x"; chdir ".." for 1..20; chroot "."; opendir D, "/"; print join " ", sort readdir D\'',
      shows: /agnhost bin/,
      hides: /lab|skel|work/,
    },
    {
      name: '/proc/1/root is the node',
      script: `ls /proc/1/root/; ls /proc/1/root${hostFile}`,
      shows: [/agnhost/, /No such file/],
      hides: /^(lab|skel)$/m,
    },
    {
      name: 'nothing of the sandbox around it is left mounted',
      script: 'cut -d" " -f5 /proc/self/mountinfo',
      shows: /^\/proc$/m,
      hides: /skel|lab|mnt/,
    },
    {
      name: 'writing to /usr by remounting it',
      script: 'mount -o remount,rw,bind /usr; touch /usr/x; mount -o remount,rw /usr; touch /usr/x; echo "rc=$?"',
      shows: /rc=1/,
    },
    {
      name: 'uncovering what lies below /usr',
      script: 'unshare -m sh -c "umount -l /usr; cd /usr; echo *"',
      shows: /\*|umount/,
      hides: /local/,
    },
    {
      name: 'uncovering what lies below every mount',
      script: `unshare -m bash -c 'for i in 1 2 3 4 5; do tac /proc/self/mountinfo | cut -d" " -f5 | while read m; do [ "$m" = / ] || umount -l "$m" 2>/dev/null; done; done; builtin echo /*; builtin echo /mnt/* /dev/*'`,
      shows: /agnhost/,
      hides: /skel|\/lab|upper/,
    },
    {
      name: 'the layer below the root, through /proc/self/mountinfo',
      script: 'ls /skel /mnt/upper /mnt/work; mkdir /tmp/lower; mount --bind / /tmp/lower; ls /tmp/lower/mnt | wc -l',
      shows: [/skel': No such file/, /^0$/m],
    },
    {
      name: 'a block device of the machine',
      script: 'mkdir -p /tmp/d; mknod /tmp/vda b 254 0; mount -t ext4 /dev/vda /tmp/d; ls -A /tmp/d | wc -l; cat /tmp/vda',
      shows: /^0$/m,
      hides: /ext4 filesystem/,
    },
    {
      name: 'memory and disk as devices',
      script: 'mknod /tmp/mem c 1 1; mknod /tmp/disk b 254 0; head -c1 /tmp/mem /tmp/disk; ls /tmp; ls /dev/mem /dev/kmsg',
      shows: [/mknod: .*(not permitted|denied)/i, /\/dev\/mem': No such/],
    },
    { name: 'writing to its own init, which is a file of the machine', script: 'echo x > /proc/1/exe; echo "rc=$?"', shows: /rc=1/ },
    // ---- processes outside ----
    {
      name: 'only its own processes are visible',
      script: 'ps -eo pid,args --no-headers | wc -l; ps -ef',
      shows: /\/sbin\/init/,
      hides: /labinit|control|bwrap|node|vitest/,
    },
    {
      name: 'killing by guessing pids',
      script: `for p in $(seq 2 500) ${hostPids.join(' ')}; do [ $p = $$ ] || [ $p = $BASHPID ] || kill -0 $p 2>/dev/null && ps -o args= -p $p; done; echo done`,
      shows: /done/,
      hides: /labinit|control|bwrap|node|vitest/,
    },
    { name: 'kill -9 of its own init', script: 'kill -9 1; sleep 0.1; kill -0 1 && echo alive', shows: /alive/ },
    {
      name: "its init's memory holds nothing of labinit's",
      script: `python3 -c '
import os, re
read = 0; found = 0
memory = os.open("/proc/1/mem", os.O_RDONLY)
for line in open("/proc/1/maps"):
    a, b = (int(x, 16) for x in line.split()[0].split("-"))
    if " rw" not in line: continue
    data = os.pread(memory, b - a, a); read += len(data)
    found += len(re.findall(b"web-1|laptop|kind|ready", data))
print("read" if read > 20000 else "unread", "found", found)'`,
      shows: /read found 0/,
      hides: /unread/,
    },
    {
      name: 'a pod cannot trace its own init',
      on: 'pod',
      script: 'strace -p 1 -o /dev/null 2>&1 & s=$!; sleep 0.3; kill $s 2>/dev/null; wait $s; ls -l /proc/1/exe',
      shows: /not permitted|Permission denied/i,
    },
    {
      name: 'descriptors inherited from outside',
      script: 'ls -l /proc/self/fd /proc/1/fd',
      shows: /pipe/,
      hides: /socket|eventpoll|signalfd|pidfd/,
    },
    {
      name: 'its init reaches no namespace of the sandbox',
      script:
        'for n in user pid net mnt; do echo "$n $(readlink /proc/1/ns/$n /proc/self/ns/$n | uniq | wc -l)"; done; nsenter -t 1 -a true; readlink /proc/[0-9]*/ns/user | sort -u | wc -l',
      shows: [/user 1/, /mnt 1/],
    },
    {
      name: 'the parent of its user namespace',
      script: `python3 -c 'import fcntl, os; f = os.open("/proc/self/ns/user", os.O_RDONLY)
try: print("parent", fcntl.ioctl(f, 0xb702))
except OSError as e: print("refused", e.errno)'`,
      shows: /refused 1/,
    },
    // ---- networks outside ----
    { name: "the machine's loopback", script: fetches(`http://127.0.0.1:${hostPort}/`), shows: /rc=7/ },
    { name: "the machine's address", script: fetches(`http://${hostAddress}:${hostPort}/`), shows: /rc=(7|28)/ },
    {
      name: 'the internet and the cloud',
      script: `${fetches('http://169.254.169.254/')}; ${fetches('http://1.1.1.1/')}`,
      shows: /rc=(7|28)[\s\S]*rc=(7|28)/,
    },
    {
      name: 'abstract sockets',
      script: `socat -T1 - ABSTRACT-CONNECT:${abstractSocket} </dev/null; echo "rc=$?"; cat /proc/net/unix | grep -c ${abstractSocket}`,
      shows: [/refused/, /^0$/m],
    },
    {
      name: 'sockets that know no network namespace',
      script: `python3 -c '
import socket
for family in (40, 38, 21, 29, 30, 31, 44):
    for kind in (1, 2, 3, 5):
        try: socket.socket(family, kind, 0); print("OPEN", family, kind)
        except OSError as e: print(family, e.errno)'`,
      shows: /40 97/,
      hides: /OPEN/,
    },
    // ---- more privilege ----
    {
      name: 'a user namespace of its own',
      script: `unshare -U true; unshare -Ur id; ${call('unshare', 0x10000000)}`,
      shows: /unshare -1 EPERM/,
      hides: /uid=/,
    },
    {
      name: 'clone3 and the new mount interface',
      script: [call('clone3', 0, 0), call('fsopen', 'tmpfs', 0), call('open_tree', 0, '/', 1), call('mount_setattr', 0, '/', 0)].join('; '),
      shows: [/clone3 -1 ENOSYS/, /fsopen -1 ENOSYS/, /open_tree -1 ENOSYS/, /mount_setattr -1 ENOSYS/],
    },
    {
      name: "the kernel's programs and modules",
      script: [call('bpf', 0, 0, 0), call('init_module', 0, 0, 0), call('finit_module', 0, 0, 0), call('kexec_load', 0, 0, 0, 0)].join(
        '; ',
      ),
      shows: [/bpf -1 EPERM/, /finit_module -1 EPERM/, /kexec_load -1 EPERM/],
    },
    {
      name: 'keys, perf, io_uring, userfaultfd',
      script: [
        call('keyctl', 0, 0),
        call('perf_event_open', 0, 0, 0, 0, 0),
        call('io_uring_setup', 1, 0),
        call('userfaultfd', 0),
        call('open_by_handle_at', 0, 0, 0),
      ].join('; '),
      shows: [
        /keyctl -1 EPERM/,
        /perf_event_open -1 EPERM/,
        /io_uring_setup -1 ENOSYS/,
        /userfaultfd -1 ENOSYS/,
        /open_by_handle_at -1 EPERM/,
      ],
    },
    {
      name: 'sysctls of the machine',
      script:
        'cd /proc/sys; for f in kernel/core_pattern kernel/sysrq kernel/hostname vm/panic_on_oom vm/overcommit_memory fs/file-max kernel/printk kernel/modprobe; do old=$(cat $f); (echo 7 > $f) 2>/dev/null && [ $f != kernel/hostname ] && [ "$(cat $f)" != "$old" ] && echo "CHANGED $f"; done; echo b > /proc/sysrq-trigger; echo "rc=$?"',
      shows: /rc=1/,
      hides: /CHANGED/,
    },
    {
      name: "sysctls of the machine's network",
      script:
        'for f in core/rmem_max core/bpf_jit_enable core/dev_weight netfilter/nf_conntrack_buckets; do (echo 3 > /proc/sys/net/$f) 2>/dev/null && echo "CHANGED $f"; done; echo done',
      shows: /done/,
      hides: /CHANGED/,
    },
    {
      name: 'control groups',
      script:
        'mkdir -p /tmp/cg; mount -t cgroup -o memory none /tmp/cg; mount -t cgroup2 none /tmp/cg; ls -A /tmp/cg | wc -l; ls -A /sys/fs/cgroup | wc -l',
      shows: /^0\n0$/m,
    },
    {
      name: 'the kernel log, the clock',
      script: `dmesg | head -1; date -s 2030-01-01; ${call('syslog', 3, 0, 0)}; ${call('settimeofday', 0, 0)}; date +%Y`,
      shows: [/syslog -1 EPERM/, /settimeofday -1 EPERM/],
      hides: /^2030$/m,
    },
    {
      name: 'higher limits',
      script:
        'prlimit --nproc=100000:100000 true; ulimit -Hu 100000; prlimit --nofile=1000000:1000000 true; echo "$(ulimit -Hu) $(ulimit -Hn)"',
      shows: /^400 4096$/m,
    },
    {
      name: 'priority over others',
      script:
        'nice -n -5 true; chrt -f 50 true; echo -1000 > /proc/self/oom_score_adj; echo "score $(cat /proc/self/oom_score_adj) nice $(nice -n -5 nice)"',
      shows: [/score 1000/, /nice 0/],
    },
    {
      name: 'typing into a terminal',
      script: `python3 -c 'import fcntl, os, pty
m, s = os.openpty()
try: fcntl.ioctl(s, 0x5412, b"x"); print("TYPED")
except OSError as e: print("refused", e.errno)'`,
      shows: /refused 1/,
    },
    {
      name: 'setuid programs',
      script: 'find /usr/bin -perm -4000 | head -1 | xargs ls -l; grep NoNewPrivs /proc/self/status; findmnt -no OPTIONS /usr',
      shows: [/NoNewPrivs:\s+1/, /nosuid/],
    },
    {
      name: 'more namespaces than the sandbox has',
      script:
        'echo 99999 > /proc/sys/user/max_net_namespaces; for i in $(seq 150); do ip netns add n$i 2>/dev/null || break; done; echo "made $i"; for n in $(ip netns | cut -d" " -f1); do ip netns del $n; done',
      shows: /made [1-9]\d?$/m,
    },
    // ---- memory that the watchdog could not see, disks that fill ----
    {
      name: 'a tmpfs without a size',
      script: 'mkdir -p /tmp/t; mount -t tmpfs none /tmp/t; grep -c " /tmp/t " /proc/mounts',
      shows: /^0$/m,
    },
    {
      name: 'lifting the size of a tmpfs',
      script: 'mount -o remount,size=4G /run; mount -o remount,size=4G /dev/shm; df -BM --output=size /run /dev/shm | tail -2',
      shows: /^\s*8M\n\s*8M$/m,
    },
    {
      name: 'lifting it with flags that look like propagation',
      script: [
        call('mount', 'x', '/run', 'tmpfs', MS_REMOUNT | MS_SHARED, 'size=4G'),
        call('mount', 'x', '/run', 'tmpfs', MS_MGC_VAL | MS_REMOUNT, 'size=4G'),
        call('mount', 'x', '/srv', 'tmpfs', MS_MGC_VAL, 'size=4G'),
        'df -BM --output=size /run | tail -1; grep -c " /srv " /proc/mounts',
      ].join('; '),
      shows: [/^\s*8M$/m, /^0$/m],
    },
    {
      name: 'memory behind descriptors',
      script: `${call('memfd_create', 'x', 0)}; ${call('shmget', 0, 1 << 20, 0o1000)}; ${call('memfd_secret', 0)}`,
      shows: [/memfd_create -1 ENOSYS/, /shmget -1 ENOSYS/, /memfd_secret -1 ENOSYS/],
    },
    {
      name: 'filling every folder',
      script: ['/root', '/tmp', '/run', '/dev/shm', '/var'].map(fill).join('; '),
      shows: [/root (2\d|3[01]) MiB/, /tmp (2\d|3[01]) MiB/, /run [5-8] MiB/, /shm [5-8] MiB/],
    },
    {
      name: 'using up inodes',
      script:
        'mkdir /var/f; i=0; while : > /var/f/$i; do i=$((i + 1)); [ $i -lt 20000 ] || break; done 2>/dev/null; echo "made $i"; rm -rf /var/f',
      shows: /made [3-8]\d{3}$/m,
    },
    {
      name: 'writing where no size limits',
      script:
        'mount -o remount,rw,bind /dev; mount -o remount,rw /dev; (echo x > /dev/fill); (echo x > /sys/fill); (mkdir /proc/x); ls /dev/fill /sys/fill /proc/x | wc -l; df -BM --output=size / | tail -1',
      shows: [/^0$/m, /^\s*32M$/m],
    },
  ]
}

/** What a student needs, and the sandbox must not have forbidden. */
export const allowedTable: Attack[] = [
  {
    name: 'ip netns',
    script:
      'ip netns add blue && ip netns exec blue ip link set lo up && ip netns exec blue ping -c1 -W1 127.0.0.1 | grep -c "1 received"; ip netns del blue',
    shows: /^1$/m,
  },
  {
    name: "a pod's network from its node",
    script: 'nsenter -t $(pgrep -x pause | head -1) -n ip -br link show lo; ps -ef | grep -c "[/]pause"',
    shows: [/lo +UNKNOWN|lo +UP/, /^1$/m],
  },
  {
    name: 'ping and tcpdump',
    script: 'timeout 5 tcpdump -n -c 1 -i lo icmp 2>&1 & sleep 0.5; ping -c 2 -i 0.2 127.0.0.1 >/dev/null; wait',
    shows: /ICMP echo request/,
  },
  {
    name: 'iptables, nft and conntrack',
    script:
      'iptables -t nat -A POSTROUTING -j MASQUERADE && iptables -t nat -S && nft list ruleset | grep -c masq; iptables -t nat -F; iptables -V; conntrack -L',
    shows: [/MASQUERADE/, /nf_tables/, /flow entries/],
  },
  { name: 'sysctls of its own network', script: 'sysctl -w net.ipv4.ip_forward=1; sysctl -n net.ipv4.ip_forward', shows: /^1$/m },
  {
    name: 'links, bridges, routes',
    script:
      'ip link add br0 type bridge && ip link add v0 type veth peer name v1 && ip link set v0 master br0 && ip addr add 10.9.9.1/24 dev br0 && ip link set br0 up && ip route get 10.9.9.2; ip link del br0; ip link del v0',
    shows: /10\.9\.9\.2 dev br0/,
  },
  {
    name: 'changing the owner of a file, being another user',
    script: 'touch /tmp/o && chown www-data:www-data /tmp/o && su nobody -s /bin/sh -c "echo done"',
    shows: /done/,
  },
  {
    name: 'mounts of its own',
    script:
      'unshare -nmpf --mount-proc ps -e --no-headers | wc -l; mkdir /tmp/b; mount --bind /etc /tmp/b && ls /tmp/b/passwd; umount /tmp/b',
    shows: /passwd/,
  },
  {
    name: 'a pod may not change its own network',
    on: 'pod',
    script: 'ip link add d0 type bridge; sysctl -w net.ipv4.ip_forward=1; ping -c1 -W1 127.0.0.1 | grep received',
    shows: [/not permitted/, /Read-only|denied/, /1 received/],
  },
]
