// What labs leave on a machine, counted: processes, namespaces, mounts, links, cgroups, files. Used by chaos tests, before and after a death.
import { readdirSync, readFileSync } from 'node:fs'
import { sandboxHostname } from '../../system/sandbox-processes.ts'
import { familyOf, namespacesOf, type ProcessEntry, readProcesses } from './process-table.ts'

export interface Census {
  /** of the machine's own mount namespace */
  mounts: string[]
  /** of the machine's own network namespace */
  links: string[]
  cgroups: string[]
  /** files and folders below the runtime folder */
  files: string[]
  /** that name a file of the runtime folder, or are told to be of a lab there */
  processes: string[]
}

/** `labs`: ids of all labs there were. */
export function takeCensus(runtimeFolder: string, labs: Iterable<string>): Census {
  const names = [runtimeFolder, ...[...labs].map(sandboxHostname)]
  return {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n').sort(),
    links: readdirSync('/sys/class/net').sort(),
    cgroups: foldersBelow('/sys/fs/cgroup').sort(),
    files: readdirSync(runtimeFolder, { recursive: true }).map(String).sort(),
    processes: readProcesses()
      .filter(({ command }) => names.some((name) => command.includes(name)))
      .map(({ pid, command }) => `${pid} ${command}`)
      .sort(),
  }
}

function foldersBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => [`${folder}/${name}`, ...foldersBelow(`${folder}/${name}`)])
  } catch {
    return [] // a cgroup that was removed meanwhile
  }
}

/** A lab's processes and namespaces at one moment. */
export interface Household {
  members: ProcessEntry[]
  namespaces: Set<string>
}

export function takeHousehold(labd: number): Household {
  const members = familyOf(labd)
  const ours = new Set(namespacesOf('self'))
  return { members, namespaces: new Set(members.flatMap(({ pid }) => namespacesOf(pid)).filter((each) => !ours.has(each))) }
}

/** Who of a household is still there, or lives in one of its namespaces. Whoever was born after `ticks` may have been given a number anew. */
export function survivorsOf({ members, namespaces }: Household, ticks: number): string[] {
  const known = new Map(members.map((member) => [member.pid, member.startTicks]))
  return readProcesses()
    .filter(
      ({ pid, startTicks }) =>
        known.get(pid) === startTicks || (startTicks <= ticks && namespacesOf(pid).some((each) => namespaces.has(each))),
    )
    .map(({ pid, name, command }) => `${pid} ${name} ${command.slice(0, 200)}`)
}

/** Clock ticks since the machine started, now; the kernel counts 100 a second for user space. */
export const nowTicks = (): number => Math.floor(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100)
