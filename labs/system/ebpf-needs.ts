// What a lab with eBPF programs needs of this machine, and what is missing. Asked before one starts by sessions and the CLI, and by the runtime itself.
import { existsSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { LabError } from '../spec/errors.ts'
import { findProgram } from './programs.ts'

export interface Obstacle {
  reason: string
  hint: string
}

/** Facts that decide, so that tests can give others. */
export interface EbpfMachine {
  uid: number
  kernel: string
  /** the capabilities of this process, as a bit mask */
  capabilities: bigint
  hasBpfFolder: boolean
  /** the kernel describes its own types, which tracing programs are fitted to */
  hasTypes: boolean
  missing: readonly string[]
}

/** From then on whoever holds a map may use it, though programs are root's alone to load (commit c8644cd0efe7, 5.19). */
const oldestKernel = [5, 19]
const capabilitiesNeeded = { CAP_NET_ADMIN: 12, CAP_SYS_PTRACE: 19, CAP_SYS_ADMIN: 21, CAP_BPF: 39 }
const hasProgram = (name: string) => findProgram(name, `${process.env.PATH ?? ''}:/usr/sbin:/usr/bin`) !== undefined
const packages: Record<string, () => boolean> = {
  clang: () => hasProgram('clang'),
  bpftool: () => hasProgram('bpftool'),
  'libbpf-dev': () => existsSync('/usr/include/bpf/bpf_helpers.h'),
}

export function readEbpfMachine(): EbpfMachine {
  const effective = readFileSync('/proc/self/status', 'utf8').match(/^CapEff:\s*([0-9a-f]+)$/m)?.[1] ?? '0'
  return {
    uid: process.getuid?.() ?? -1,
    kernel: release(),
    capabilities: BigInt(`0x${effective}`),
    hasBpfFolder: existsSync('/sys/fs/bpf'),
    hasTypes: existsSync('/sys/kernel/btf/vmlinux'),
    missing: Object.entries(packages).flatMap(([name, isThere]) => (isThere() ? [] : [name])),
  }
}

/** The first thing that keeps such labs from running here; undefined: nothing. */
export function ebpfObstacle(machine: EbpfMachine): Obstacle | undefined {
  const { uid, kernel, capabilities, hasBpfFolder, hasTypes, missing } = machine
  const [major = 0, minor = 0] = kernel.split(/[.-]/).map(Number)
  const [oldMajor = 0, oldMinor = 0] = oldestKernel
  if (major < oldMajor || (major === oldMajor && minor < oldMinor))
    return {
      reason: `This lab loads eBPF programs in a way that Linux has from ${oldestKernel.join('.')} on; this machine runs ${kernel}.`,
      hint: 'Update the system (Debian 12, Ubuntu 24.04), or take another lab.',
    }
  if (!hasBpfFolder || !hasTypes)
    return {
      reason: `This lab loads eBPF programs, and this kernel was built without what they need: there is no ${hasBpfFolder ? '/sys/kernel/btf/vmlinux' : '/sys/fs/bpf'}.`,
      hint: "Use a distribution's own kernel, or take another lab.",
    }
  if (uid !== 0)
    return {
      reason: 'This lab loads eBPF programs into the kernel, which only root may do, and Podwire runs as an ordinary user here.',
      hint: 'On a machine of your own: sudo npm start, or sudo npx podwire lab start. All other labs go on without root.',
    }
  const lacks = Object.entries(capabilitiesNeeded).flatMap(([name, bit]) => ((capabilities >> BigInt(bit)) & 1n ? [] : [name]))
  if (lacks.length > 0)
    return {
      reason: `This lab loads eBPF programs, and root lacks ${lacks.join(', ')} here, as in a container.`,
      hint: 'Run Podwire as root on the machine itself, or in a virtual machine.',
    }
  if (missing.length > 0)
    return {
      reason: `This lab compiles eBPF programs, and this machine lacks: ${missing.join(', ')}.`,
      hint: `apt-get install --no-install-recommends ${missing.map((name) => (name === 'bpftool' ? bpftoolPackage() : name)).join(' ')}`,
    }
  return undefined
}

/** Ubuntu's fits one kernel at a time and is no package of its own. */
const bpftoolPackage = () => (readFileSync('/etc/os-release', 'utf8').includes('ID=ubuntu') ? `linux-tools-${release()}` : 'bpftool')

/** Throws LabError runtime-unavailable. */
export function requireEbpf(): void {
  const obstacle = ebpfObstacle(readEbpfMachine())
  if (obstacle) throw new LabError('runtime-unavailable', obstacle.reason, { hint: obstacle.hint })
}
