// Puts a scenario's eBPF program into a node: this process, which is the machine's root, loads it, pins it in the node's /sys/fs/bpf and attaches it.
// Students get the pinned files and of bpf(2) only what uses maps (seccomp.ts), so that no program of theirs ever meets the kernel.
import { chownSync, readdirSync, readFileSync, statfsSync } from 'node:fs'
import { basename } from 'node:path'
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
  sandbox: Pick<Sandbox, 'init' | 'pid'>
  /** which every process of the sandbox is in; for programs that are attached to it */
  cgroup: string | undefined
  signal: AbortSignal
}

/** Throws LabError scenario-invalid when it does not compile, command-failed when the kernel refuses it. */
export async function installProgram(program: NodeProgram, { sandbox, cgroup, signal }: InstallOptions): Promise<void> {
  const { init, pid: labinit } = sandbox
  const object = await compileProgram(program.source, program.code, signal)
  const { pid } = await init.createNamespace({ name: program.on, kind: 'node', hostname: program.on })
  const node = machinePid(labinit, pid)
  const pins = `/proc/${node}/root/sys/fs/bpf`
  const name = basename(program.source, '.c')
  const options = { signal, timeoutMs: loadMs }
  const bpftool = (...args: string[]) =>
    runCommand([...alone, ...inNetworkOf(node), ...lesser, 'bpftool', ...args], { ...options, cwd: pins })
  // the machine's own mount(8): nothing of the node's is run
  if (statfsSync(pins).type !== bpfMagic) await runCommand(['mount', '--namespace', String(node), ...mountBpf], options)
  await bpftool('prog', 'load', object, `${here}/${name}`, 'pinmaps', here)
  const pinned = ['pinned', `${here}/${name}`]
  if ('xdp' in program.attach) await bpftool('net', 'attach', 'xdpgeneric', ...pinned, 'dev', program.attach.xdp)
  else await bpftool('cgroup', 'attach', cgroup as string, program.attach.cgroup, ...pinned)
  for (const pin of readdirSync(pins)) if (!kernelsOwn.includes(pin)) chownSync(`${pins}/${pin}`, labUid, labUid)
}

/** Some kernels put lists of every program and map of the machine into each new bpffs. They stay the machine's root's, and unreadable in the lab. */
const kernelsOwn = ['maps.debug', 'progs.debug']

/** A map may ask to be shared through the machine's /sys/fs/bpf by its name: the loader sees an empty folder there. */
const alone = ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /sys/fs/bpf && exec "$@"', 'sh']
const inNetworkOf = (pid: number) => ['nsenter', `--net=/proc/${pid}/ns/net`]
/** Without CAP_PERFMON the kernel refuses every program that could read its memory, or trace it. */
const lesser = ['setpriv', '--bounding-set', '-all,+bpf,+net_admin', '--inh-caps', '-all']

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
