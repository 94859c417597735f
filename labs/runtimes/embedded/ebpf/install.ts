// Puts a scenario's eBPF program into a node: this process, which is the machine's root, loads it, pins it in the node's /sys/fs/bpf and attaches it.
// Students get the pinned files and of bpf(2) only what uses maps (seccomp.ts), so that no program of theirs ever meets the kernel.
import { createHash } from 'node:crypto'
import { chownSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { LabError } from '../../../spec/errors.ts'
import { runCommand } from '../../../system/command.ts'
import type { NodeProgram } from '../../runtime.ts'
import type { Sandbox } from '../sandbox.ts'
import { labUid } from '../sandbox-recipe.ts'
import { compileProgram } from './compile.ts'

const loadMs = 15_000
const bpfMagic = 0xcafe4a11
/** Sticky: who owns a pin may remove it. */
const mountBpf = ['-t', 'bpf', '-o', 'nosuid,nodev,noexec,mode=1777', 'bpf', '/sys/fs/bpf']
/** The loader has no capability to look up a node's files by its pid, so it is started among them. It makes "_" of every dot in a path of a pin. */
const here = '/proc/self/cwd'

export interface InstallOptions {
  assets: string
  sandbox: Pick<Sandbox, 'init' | 'pid'>
  /** which every process of the sandbox is in; for programs that are attached to it */
  cgroup: string | undefined
  signal: AbortSignal
}

/** Throws LabError scenario-invalid when it does not compile, command-failed when the kernel refuses it. */
export async function installProgram(program: NodeProgram, { assets, sandbox, cgroup, signal }: InstallOptions): Promise<void> {
  const { init, pid: labinit } = sandbox
  const { attach, source, code } = program
  const traces = 'tracepoint' in attach
  if (traces) requireKnown(source, code)
  const object = await compileProgram(source, code, signal)
  const { pid } = await init.createNamespace({ name: program.on, kind: 'node', hostname: program.on })
  const node = machinePid(labinit, pid)
  const pins = `/proc/${node}/root/sys/fs/bpf`
  const options = { signal, timeoutMs: loadMs }
  const run = (...argv: string[]) =>
    runCommand([...alone, ...inNetworkOf(node), ...(traces ? tracer : lesser), ...argv], { ...options, cwd: pins })
  // the machine's own mount(8): nothing of the node's is run
  if (statfsSync(pins).type !== bpfMagic) await runCommand(['mount', '--namespace', String(node), ...mountBpf], options)
  const pin = `${here}/${basename(source, '.c')}`
  await run('bpftool', 'prog', 'load', object, pin, 'pinmaps', here)
  if ('xdp' in attach) await run('bpftool', 'net', 'attach', 'xdpgeneric', 'pinned', pin, 'dev', attach.xdp)
  else if ('cgroup' in attach) await run('bpftool', 'cgroup', 'attach', cgroup as string, attach.cgroup, 'pinned', pin)
  else {
    await run('bpftool', 'map', 'update', 'pinned', `${here}/${watchedMap}`, 'key', ...bytes(0), 'value', ...bytes(networkOf(node)))
    await run(join(assets, 'bin/podwire-tracepoint'), pin, `${here}/${traceLink}`)
  }
  for (const name of readdirSync(pins)) if (!rootsOwn.includes(name)) chownSync(`${pins}/${name}`, labUid, labUid)
}

/** Where a program that traces finds which network namespace it may speak of, and what keeps it attached. */
const watchedMap = 'watched'
const traceLink = 'trace_link'
/**
 * Some kernels put lists of every program and map of the machine into each new bpffs. They stay the machine's root's, and unreadable in the lab, as
 * what decides over a trace does.
 */
const rootsOwn = ['maps.debug', 'progs.debug', watchedMap, traceLink]

/** A map may ask to be shared through the machine's /sys/fs/bpf by its name: the loader sees an empty folder there. */
const alone = ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /sys/fs/bpf && exec "$@"', 'sh']
const inNetworkOf = (pid: number) => ['nsenter', `--net=/proc/${pid}/ns/net`]
const onlyWith = (capabilities: string) => ['setpriv', '--bounding-set', `-all,${capabilities}`, '--inh-caps', '-all']
/** Without CAP_PERFMON the kernel refuses every program that could read its memory, or trace it. */
const lesser = onlyWith('+bpf,+net_admin')
const tracer = onlyWith('+bpf,+net_admin,+perfmon')

/** SHA-256 of the programs that may read kernel memory: Podwire's own. They give away nothing of it but what a node may know of its own packets. */
export const knownTracers: Record<string, string> = {
  'drop_counter.c': '89b2a5d1f6487384961e2504ecee5d7ca376cbadf656caae8373d132a5b58817',
}
function requireKnown(source: string, code: string): void {
  if (knownTracers[source] === createHash('sha256').update(code).digest('hex')) return
  throw new LabError('scenario-invalid', `${source} traces the kernel, and is none of the programs that may.`, {
    hint: 'A program at a tracepoint reads kernel memory; Podwire loads only those that came with it, unchanged.',
  })
}

const networkOf = (pid: number) => statSync(`/proc/${pid}/ns/net`).ino
/** As bpftool takes a number of 32 bits. */
const bytes = (value: number) => [...new Uint8Array(Uint32Array.of(value).buffer)].map(String)

/** The pid on this machine of a child of labinit, which knows it by another. */
function machinePid(labinit: number, pid: number): number {
  for (const name of readdirSync('/proc')) {
    const status = /^\d+$/.test(name) ? statusOf(name) : ''
    if (status.match(/^PPid:\s*(\d+)$/m)?.[1] !== String(labinit)) continue
    if (status.match(/^NSpid:\s*(.+)$/m)?.[1]?.split(/\s+/)[1] === String(pid)) return Number(name)
  }
  throw new LabError('sandbox-failed', `The node with pid ${pid} in the sandbox is not there.`)
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return '' // it ended meanwhile
  }
}
