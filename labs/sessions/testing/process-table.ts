// The processes of this machine and the namespaces they live in, as /proc tells. Used by census.ts and victims.ts.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface ProcessEntry {
  pid: number
  parent: number
  name: string
  /** clock ticks since the machine started */
  startTicks: number
  /** words joined by blanks; empty for kernel threads */
  command: string
}

/** Every process, zombies left out: they hold nothing but their number. */
export function readProcesses(): ProcessEntry[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : []))
}

function readProcess(pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const nameEnd = stat.lastIndexOf(')')
    const [state, parent, ...rest] = stat.slice(nameEnd + 2).split(' ')
    if (state === 'Z' || state === 'X') return undefined
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim()
    return { pid, parent: Number(parent), name: stat.slice(stat.indexOf('(') + 1, nameEnd), startTicks: Number(rest[17]), command }
  } catch {
    return undefined // it has just ended
  }
}

/** `root` and all that descend from it. */
export function familyOf(root: number, all = readProcesses()): ProcessEntry[] {
  const family = all.filter(({ pid }) => pid === root)
  for (const { pid } of family) family.push(...all.filter(({ parent }) => parent === pid))
  return family
}

const kinds = ['user', 'pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup']

/** The namespaces a process lives in, as `net:[4026531840]`; none when it has ended. */
export function namespacesOf(pid: number | 'self'): string[] {
  try {
    return kinds.map((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`))
  } catch {
    return []
  }
}
