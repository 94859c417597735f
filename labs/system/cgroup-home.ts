// Where this process may make cgroups of version 2 that limit others, if anywhere. Used by the embedded runtime's limits and `podwire doctor`.
import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs'
import { dirname, join } from 'node:path'

const cgroup2Magic = 0x63677270
/** A cgroup without both is not worth having. */
const needed = ['memory', 'pids']
/** Taken along where it is there. */
const welcome = ['cpu']

/** What decides it; tests give folders of their own. */
export interface CgroupMachine {
  /** where the one hierarchy is mounted, when it is one of version 2 */
  mount: string | undefined
  /** our own cgroup below the mount, such as /user.slice */
  own: string | undefined
  isRoot: boolean
  pid: number
  /** default: what the kernel says */
  mayWrite?(path: string): boolean
}
export type CgroupHome = { folder: string } | { reason: string }

const words = (file: string): string[] => readFileSync(file, 'utf8').split(/\s+/).filter(Boolean)

/** As the kernel tells it now. On a hybrid machine version 1 has the memory, so that it counts as version 1. */
function thisMachine(): CgroupMachine {
  const mount = '/sys/fs/cgroup'
  return {
    mount: attempt(() => statfsSync(mount).type) === cgroup2Magic ? mount : undefined,
    own: attempt(() => readFileSync('/proc/self/cgroup', 'utf8').match(/^0::(\/.*)$/m)?.[1]),
    isRoot: process.getuid?.() === 0,
    pid: process.pid,
  }
}

/** The folder in which this process may make cgroups and move its children into them, or why there is none. Reads only. */
export function findCgroupHome(machine = thisMachine()): CgroupHome {
  const { mount, pid, mayWrite = kernelSaysSo } = machine
  if (!mount) return { reason: 'cgroups of version 2 are not mounted at /sys/fs/cgroup' }
  const folder = machine.isRoot ? (isWritable(mount, mayWrite) ? mount : undefined) : delegatedFolder(mount, machine.own, mayWrite)
  if (!folder) return { reason: machine.isRoot ? 'cgroups are read-only here' : 'no cgroup is delegated to this user here' }
  const lacks = needed.filter((controller) => !words(join(folder, 'cgroup.controllers')).includes(controller))
  if (lacks.length) return { reason: `the cgroup that may be used lacks: ${lacks.join(', ')}` }
  // the kernel gives controllers to the children of a cgroup only when no process is in itself; the root of all is excepted, and has no type
  const isFull = missingControllers(folder).length > 0 && existsSync(join(folder, 'cgroup.type')) && !isAlone(folder, pid)
  return isFull ? { reason: 'the cgroup that may be used has processes in itself' } : { folder }
}

/** Where cgroups of version 2 are mounted, with or without controllers: on a hybrid machine those are version 1's. */
export const findCgroup2Mount = (): string | undefined =>
  readFileSync('/proc/self/mountinfo', 'utf8').match(/^\S+ \S+ \S+ \/ (\S+) .* - cgroup2 /m)?.[1]

/**
 * The uppermost folder on the way to our own cgroup that is this user's: whoever moves a process must own a cgroup above both ends. systemd gives an
 * ordinary user one (user@<uid>.service) but starts login sessions outside it.
 */
function delegatedFolder(mount: string, own: string | undefined, mayWrite: MayWrite): string | undefined {
  let found: string | undefined
  for (let path = own; path && path !== '/'; path = dirname(path)) {
    if (!isWritable(join(mount, path), mayWrite)) break
    found = join(mount, path)
  }
  return found
}

/** Whether we may make cgroups in it, move processes below it and give its controllers. */
const isWritable = (folder: string, mayWrite: MayWrite): boolean =>
  ['', 'cgroup.procs', 'cgroup.subtree_control'].every((name) => mayWrite(join(folder, name)))

type MayWrite = (path: string) => boolean
function kernelSaysSo(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false // not ours, mounted read-only, or not there
  }
}

/** Whether only the process itself is in that very cgroup: then it may step aside. */
export const isAlone = (folder: string, pid = process.pid): boolean =>
  words(join(folder, 'cgroup.procs')).every((each) => each === String(pid))

/** What the children of a cgroup are to have and do not have yet; the welcome ones do not count. */
export function missingControllers(folder: string): string[] {
  const given = words(join(folder, 'cgroup.subtree_control'))
  return needed.filter((controller) => !given.includes(controller))
}
/** The same, of those that are only welcome and that this cgroup has to give. */
export function missingWelcome(folder: string): string[] {
  const [given, has] = ['cgroup.subtree_control', 'cgroup.controllers'].map((name) => words(join(folder, name))) as [string[], string[]]
  return welcome.filter((controller) => has.includes(controller) && !given.includes(controller))
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined // not there
  }
}
