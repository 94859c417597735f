// What a student's root shell may try in a lab with eBPF, what a stranger's program may, and what is left afterwards. Needs root, clang and bpftool.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ebpfObstacle, readEbpfMachine } from '../../../system/ebpf-needs.ts'
import { silentLog } from '../../../system/log.ts'
import type { Cluster } from '../../runtime.ts'
import { runIn } from '../../testing/run-in.ts'
import { embeddedRuntime } from '../runtime.ts'
import { syscallNumbers } from '../syscall-numbers.ts'
import { until } from '../testing/machine.ts'
import { type StagedCluster, stageCluster } from '../testing/staged-cluster.ts'

const obstacle = ebpfObstacle(readEbpfMachine())
const source = (map: string, body: string, more = '') => `#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 16);
  __uint(key_size, 4);
  __uint(value_size, 4);
  ${more}
} ${map} SEC(".maps");
SEC("xdp") int filter(struct xdp_md *context) { __u32 key = 0; ${body} return bpf_map_lookup_elem(&${map}, &key) ? XDP_DROP : XDP_PASS; }
char _license[] SEC("license") = "GPL";
`
/** Ids of the programs and maps of this machine with that name. */
const onMachine = (kind: 'prog' | 'map', name: string): number[] => {
  const all = JSON.parse(execFileSync('bpftool', ['-j', kind, 'show'], { encoding: 'utf8' })) as { id: number; name?: string }[]
  return all.flatMap((each) => (each.name === name ? [each.id] : []))
}

const runBash = async (cluster: Cluster, script: string, on: string) => (await runIn(cluster, on, ['bash', '-c', script])).output

describe.skipIf(obstacle)(`with eBPF${obstacle ? ` (${obstacle.reason})` : ''}`, () => {
  let staged: StagedCluster
  let folder: string
  let cluster: Cluster
  let neighbour: Cluster

  const create = (labId: string, code: string) =>
    embeddedRuntime({ assets: staged.assets, log: silentLog }).create(
      {
        ...{ labId, hosts: [], privileged: true, folder },
        ebpf: [{ source: `${labId}.c`, on: 'worker', attach: { xdp: 'eth0' }, code }],
      },
      { signal: new AbortController().signal, onStep: () => {} },
    )
  const bash = async (script: string, on = 'node/worker') => (await runBash(cluster, script, on)).trim()
  beforeAll(async () => {
    staged = await stageCluster()
    folder = await mkdtemp(join(tmpdir(), 'podwire-ebpf-'))
    cluster = await create('ebpfmine', source('mine', ''))
    neighbour = await create('ebpfnext', source('theirs', ''))
  })
  afterAll(async () => {
    await Promise.all([cluster?.destroy(), neighbour?.destroy()])
    staged?.remove()
    await rm(folder, { recursive: true, force: true })
  })

  test('allowed: seeing the program, its link and its map, and changing the map', async () => {
    expect(await bash('bpftool net; ip link show dev eth0')).toMatch(/xdp:\neth0\(\d+\) generic id \d+[\s\S]*prog\/xdp id \d+/)
    expect(await bash('bpftool prog show')).toMatch(/^\d+: xdp {2}name filter/)
    expect(await bash('bpftool map show')).toMatch(/^\d+: hash {2}name mine/)
    const use = `bpftool map update name mine key 1 2 3 4 value 5 0 0 0 && bpftool map dump name mine
      bpftool map delete pinned /sys/fs/bpf/mine key 1 2 3 4 && bpftool map dump id $(bpftool map show | cut -d: -f1 | head -1)`
    expect(await bash(use)).toMatch(/key: 01 02 03 04 {2}value: 05 00 00 00\nFound 1 element\nFound 0 elements/)
    expect(
      await bash('ip link set dev eth0 xdpgeneric off; ip link set dev eth0 xdpgeneric pinned /sys/fs/bpf/ebpfmine && ip link show eth0'),
    ).toContain('prog/xdp')
  })

  test('refused: every command of bpf(2) but those that use a map, so also each kind of program that reads kernel memory', async () => {
    const output = await bash(`python3 - <<'END'
import ctypes, errno, struct
libc = ctypes.CDLL(None, use_errno=True)
def bpf(command, attributes):
    buffer = ctypes.create_string_buffer(attributes.ljust(144, b"\\0"), 144)
    result = libc.syscall(${syscallNumbers[process.arch]?.numbers.bpf}, command, buffer, 144)
    return "ok" if result >= 0 else errno.errorcode[ctypes.get_errno()]
for command in list(range(45)) + [64, 1 << 16]: print("command", command, bpf(command, b""))
exit_0 = ctypes.create_string_buffer(struct.pack("<QQ", 0xb7, 0x95))
gpl = ctypes.create_string_buffer(b"GPL")
# socket filter, kprobe, sched_cls, tracepoint, xdp, perf event, cgroup/sock_addr, raw tracepoint, tracing, lsm, syscall
for kind in (1, 2, 3, 5, 6, 7, 18, 17, 26, 29, 31):
    print("load", kind, bpf(5, struct.pack("<IIQQ", kind, 2, ctypes.addressof(exit_0), ctypes.addressof(gpl))))
END`)
    const answers = [...output.matchAll(/^command (\d+) (\w+)$/gm)].map(([, command, answer]) => [Number(command), answer])
    expect(answers).toHaveLength(47)
    const usesMaps = [1, 2, 3, 4, 7, 15]
    expect(answers.filter(([, answer]) => answer !== 'EPERM').map(([command]) => command)).toEqual([...usesMaps, 16])
    expect(answers.filter(([, answer]) => answer === 'ok')).toEqual([])
    expect(output.match(/^load \d+ EPERM$/gm)).toHaveLength(11)
    expect(await bash('perf record -a true 2>&1; ls -A /sys/kernel/tracing | wc -l')).toMatch(/^0$/m)
  })

  test("refused: the machine's lists of programs and maps, and those of a neighbour", async () => {
    expect(onMachine('map', 'theirs')).toHaveLength(1)
    const ids = [...onMachine('map', 'theirs'), ...onMachine('prog', 'filter')].join(' ')
    const tries = `cat /sys/fs/bpf/*.debug; chmod 777 /sys/fs/bpf/*.debug; cat /sys/fs/bpf/*.debug
      su nobody -s /bin/sh -c "cat /sys/fs/bpf/*.debug"
      mkdir -p /tmp/b; mount -t bpf none /tmp/b; cat /tmp/b/*.debug; umount /sys/fs/bpf; mount -t bpf none /sys/fs/bpf; ls /sys/fs/bpf /tmp/b
      for id in ${ids}; do /usr/sbin/bpftool map dump id $id; bpftool map dump id $id; /usr/sbin/bpftool prog dump xlated id $id; done
      /usr/sbin/bpftool prog show; /usr/sbin/bpftool map show; /usr/sbin/bpftool link show; /usr/sbin/bpftool cgroup tree`
    // in a mount namespace of its own: the pins are for the other tests
    const output = await bash(`cat > /tmp/tries <<'END'\n${tries}\nEND\nunshare -m bash /tmp/tries; bpftool map show`)
    expect(output).toMatch(/not permitted|denied/i)
    expect(output).toContain('name mine')
    expect(output).not.toMatch(/theirs|name dump_bpf|^ +id name/m)
  })

  test('a pod has no pins, and no door to those of its node', async () => {
    expect(await bash('ls -A /sys/fs/bpf /proc/1/root/sys/fs/bpf | grep -c ebpf', 'node/worker2')).toBe('0')
  })

  test.each([
    [
      'reads kernel memory',
      source('bad', 'long word; bpf_probe_read_kernel(&word, 8, (void *)0xffffffff81000000); key = word;'),
      'command-failed',
    ],
    ['traces', source('bad', '').replace('SEC("xdp")', 'SEC("tp_btf/kfree_skb")').replace('struct xdp_md', '__u64'), 'command-failed'],
    ['includes a file of the machine', source('bad', '', '\n#include "/etc/passwd"\n'), 'scenario-invalid'],
    ['puts a file of the machine into its data', `${source('bad', '')}asm(".incbin \\"/etc/passwd\\"");`, 'scenario-invalid'],
  ])("refused: a stranger's program that %s", async (_, code, wanted) => {
    const failed = await create('ebpfevil', code).then(
      async (created) => {
        await created.destroy()
        return undefined
      },
      (error) => error,
    )
    expect(failed).toMatchObject({ code: wanted })
    expect(failed.message).not.toContain('root:')
    await until(() => onMachine('map', 'bad').length === 0, 5000)
    expect(onMachine('map', 'bad')).toEqual([])
  })

  test("refused: a program at a tracepoint that is not Podwire's own, be it under the same name; its own knows the packets of its node alone", async () => {
    const own = readFileSync(join(import.meta.dirname, '../../../scenarios/ebpf-drop-reason/drop_counter.c'), 'utf8')
    const trace = (labId: string, code: string) =>
      embeddedRuntime({ assets: staged.assets, log: silentLog }).create(
        {
          ...{ labId, hosts: [], privileged: true, folder },
          ebpf: [{ source: 'drop_counter.c', on: 'worker', attach: { tracepoint: 'kfree_skb' }, code }],
        },
        { signal: new AbortController().signal, onStep: () => {} },
      )
    await expect(trace('ebpfevil', own.replace('!*wanted', '0'))).rejects.toMatchObject({ code: 'scenario-invalid' })
    const traced = await trace('ebpfdrop', own)
    const inTraced = async (script: string, on = 'node/worker') => (await runBash(traced, script, on)).trim()
    try {
      // the same packet, dropped on each: nobody listens there
      const drop = (port: number) => `echo x > /dev/udp/127.0.0.1/${port}; curl -s -m 1 127.0.0.1:${port}`
      await inTraced(drop(7001))
      await inTraced(drop(7002), 'node/worker2')
      await bash(drop(7003))
      execFileSync('bash', ['-c', `${drop(7004)} || true`])
      const seen = await inTraced('drop-reasons')
      expect(seen).toMatch(/NO_SOCKET +udp +127\.0\.0\.1 +127\.0\.0\.1 +7001/)
      expect(seen).not.toMatch(/700[234]/)
      const tries = 'rm /sys/fs/bpf/watched /sys/fs/bpf/trace_link; bpftool map update pinned /sys/fs/bpf/watched key 0 0 0 0 value 1 0 0 0'
      expect(await inTraced(`${tries}; cat /sys/fs/bpf/watched; ls /sys/fs/bpf`)).toMatch(/denied[\s\S]*trace_link\nwatched$/)
    } finally {
      await traced.destroy()
    }
    // the kernel takes its time to let go of them, a map after its program
    const isGone = () => onMachine('prog', 'count_drop').length === 0 && onMachine('map', 'watched').length === 0
    expect(await until(isGone, 5000)).toBe(true)
  })

  test("a map that asks to be shared by its name is not, and leaves nothing in the machine's /sys/fs/bpf", async () => {
    const before = readdirSync('/sys/fs/bpf')
    await create('ebpfpins', source('shared', '', '__uint(pinning, LIBBPF_PIN_BY_NAME);')).then(
      (created) => created.destroy(),
      (error) => expect(error).toMatchObject({ code: 'command-failed' }),
    )
    expect(readdirSync('/sys/fs/bpf')).toEqual(before)
  })

  test('nothing outlives the lab: no program, map or mount', async () => {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    const gone = await create('ebpfgone', source('brief', ''))
    expect(onMachine('map', 'brief')).toHaveLength(1)
    await gone.restore()
    await until(() => onMachine('map', 'brief').length === 1, 5000)
    expect(onMachine('map', 'brief')).toHaveLength(1)
    await gone.destroy()
    await until(() => onMachine('map', 'brief').length === 0, 5000)
    expect(onMachine('map', 'brief')).toEqual([])
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(mounts)
    expect(existsSync('/sys/fs/bpf/ebpfgone')).toBe(false)
  })
})
