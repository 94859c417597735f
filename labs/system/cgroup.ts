// Makes, fills and removes cgroups of version 2: <home>/podwire/<name>/inside. Used by sandbox-cgroups.ts.
import { mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlone, missingControllers, missingWelcome } from './cgroup-home.ts'

/** One for all labs: against the rest of the machine they count as one, whatever their number. */
const family = 'podwire'
/**
 * Processes are one level below the limits. What is in a cgroup namespace sees its own level as the root and may own its files, as an ordinary user's
 * lab does: the limits are out of its reach.
 */
const inside = 'inside'
const goneTimeoutMs = 5000
const attempts = 5

export interface CgroupLimits {
  memoryBytes: number
  /** threads count */
  processes: number
  /** processors it may use at once */
  cpus: number
}

export interface Cgroup {
  /** above every process of it */
  readonly folder: string
  /** Opened for writing: whoever writes 0 to it moves in. The caller closes it. */
  openEntry(): number
  has(pid: number): boolean
  /** Whether the kernel ended it because it wanted more memory than it may; also told after remove(). */
  ranOutOfMemory(): boolean
  /** Ends whatever is in it, and removes it. May be called any number of times. */
  remove(): Promise<void>
}

const errorCode = (error: unknown) => (error as NodeJS.ErrnoException).code
/** Without O_CREAT, so that a file the kernel does not have is ENOENT. */
const set = (folder: string, name: string, value: string | number) => writeFileSync(join(folder, name), String(value), { flag: 'r+' })
function setIfThere(folder: string, name: string, value: string | number): void {
  try {
    set(folder, name, value)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}

/** Lets the children of a cgroup have limits. A process that is alone in it steps aside: a cgroup gives controllers only when it has none in itself. */
function giveControllers(folder: string): void {
  const missing = missingControllers(folder)
  const give = (names: string[]) => names.length && set(folder, 'cgroup.subtree_control', names.map((name) => `+${name}`).join(' '))
  try {
    give(missing)
  } catch (error) {
    if (errorCode(error) !== 'EBUSY' || !isAlone(folder)) throw error
    mkdirSync(join(folder, 'podwire-labd'), { recursive: true })
    set(join(folder, 'podwire-labd'), 'cgroup.procs', 0)
    give(missing)
  }
  try {
    give(missingWelcome(folder))
  } catch {
    // fair shares of the processors are a comfort: others can do without
  }
}

function make(home: string, name: string, hasLimits: boolean): string {
  const above = join(home, family)
  const give = hasLimits ? giveControllers : () => {}
  give(home)
  for (let attempt = 1; ; attempt++) {
    try {
      mkdirSync(above, { recursive: true })
      give(above)
      mkdirSync(join(above, name))
      return join(above, name)
    } catch (error) {
      // the last lab but this one has just ended, and has taken the family's folder with it
      if (errorCode(error) !== 'ENOENT' || attempt === attempts) throw error
    }
  }
}

function limit(folder: string, { memoryBytes, processes, cpus }: CgroupLimits): void {
  set(folder, 'memory.max', memoryBytes)
  setIfThere(folder, 'memory.swap.max', 0)
  // half a lab is worth nothing, and would not say why
  set(folder, 'memory.oom.group', 1)
  set(folder, 'pids.max', processes)
  setIfThere(folder, 'cpu.max', `${cpus * 100_000} 100000`)
}

/** limits: undefined makes one that only holds its processes together. Throws what the kernel says when it will not; nothing is left behind then. */
export function makeCgroup(home: string, name: string, limits: CgroupLimits | undefined): Cgroup {
  const folder = make(home, name, limits !== undefined)
  try {
    if (limits) limit(folder, limits)
    mkdirSync(join(folder, inside))
  } catch (error) {
    removeFolders(folder)
    throw error
  }
  let outOfMemory = false
  const look = () => {
    try {
      const events = readFileSync(join(folder, 'memory.events'), 'utf8')
      // a machine that runs out of memory itself counts as oom_kill only
      outOfMemory ||= /^oom [1-9]/m.test(events) && /^oom_kill [1-9]/m.test(events)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error // removed: what was seen last stays
    }
    return outOfMemory
  }
  return {
    folder,
    openEntry: () => openSync(join(folder, inside, 'cgroup.procs'), 'r+'),
    has: (pid) =>
      readFileSync(join(folder, inside, 'cgroup.procs'), 'utf8')
        .split('\n')
        .includes(String(pid)),
    ranOutOfMemory: look,
    async remove() {
      look()
      await endAndRemove(folder)
      removeFamily(home)
    },
  }
}

/** Removes what a dead process has left: every cgroup of ours whose name begins so, with whatever is in it. */
export async function removeCgroups(home: string, prefix: string): Promise<void> {
  const above = join(home, family)
  await Promise.all(childrenOf(above).map((name) => (name.startsWith(prefix) ? endAndRemove(join(above, name)) : undefined)))
  removeFamily(home)
}

async function endAndRemove(folder: string): Promise<void> {
  const deadline = performance.now() + goneTimeoutMs
  while (!removeFolders(folder)) {
    setIfThere(folder, 'cgroup.kill', 1)
    if (performance.now() > deadline) throw new Error(`The cgroup ${folder} still has processes after ${goneTimeoutMs} ms.`)
    await delay(5)
  }
}

/** false when a process is still in it. */
function removeFolders(folder: string): boolean {
  try {
    for (const name of childrenOf(folder)) rmdirSync(join(folder, name))
    rmdirSync(folder)
    return true
  } catch (error) {
    if (errorCode(error) === 'EBUSY') return false
    if (errorCode(error) === 'ENOENT') return true
    throw error
  }
}

/** Unless another lab is there. */
function removeFamily(home: string): void {
  try {
    rmdirSync(join(home, family))
  } catch (error) {
    if (!['EBUSY', 'ENOENT', 'ENOTEMPTY'].includes(errorCode(error) as string)) throw error
  }
}

function childrenOf(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}
