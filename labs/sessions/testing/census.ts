// What labs leave on a machine, counted: processes, namespaces, mounts, links, cgroups, files. Used by chaos tests, before and after a death.
import { readdirSync, readFileSync } from 'node:fs'
import { sandboxHostname } from '../../system/sandbox-processes.ts'
import { familyOf, namespacesOf, type ProcessEntry, readProcesses } from './process-table.ts'

/**
 * Containers of this machine come and go as they like, while a chaos test runs too: Docker's mounts, its bridges and its ends of veth pairs (seven digits;
 * ours have eight).
 */
const dockerMount = /\/overlay2\/[0-9a-f]{64}\/|\/containers\/[0-9a-f]{64}\/|docker\/netns\/|\/containerd\//
const dockerLink = /^(docker\d+|br-[0-9a-f]{12}|veth[0-9a-f]{7})$/

export interface Census {
  /** of the machine's own mount namespace */
  mounts: string[]
  /** of the machine's own network namespace */
  links: string[]
  /** named as a lab's sandbox */
  cgroups: string[]
  /** files and folders below the runtime folder */
  files: string[]
  /** that name a file of the runtime folder, or are told to be of a lab there */
  processes: string[]
}

/** `labs`: ids of all labs there were. */
export function takeCensus(runtimeFolder: string, labs: Iterable<string>): Census {
  const hostnames = [...labs].map(sandboxHostname)
  const names = [runtimeFolder, ...hostnames]
  return {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8')
      .trim()
      .split('\n')
      .filter((line) => !dockerMount.test(line))
      .sort(),
    links: readdirSync('/sys/class/net')
      .filter((name) => !dockerLink.test(name))
      .sort(),
    cgroups: foldersBelow('/sys/fs/cgroup')
      .filter((path) => hostnames.some((name) => path.includes(name)))
      .sort(),
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
