// How much memory a sandbox takes: its processes' share (PSS) and what its tmpfs hold. Called by the embedded runtime for labd's watchdog.
// Reads this machine's /proc; whoever started the sandbox owns its user namespace and may.
import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'

const tmpfsMagic = 0x01021994
const overlayMagic = 0x794c7630
const pageBytes = 4096

/** What `read` gives, or undefined when the process it reads about has ended or closed itself to us. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code && ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR', 'ELOOP'].includes(code)) return undefined
    throw error
  }
}

/** Pid → parent's pid, of every process of this machine. */
function readParents(): Map<number, number> {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = attempt(() => readFileSync(`/proc/${name}/stat`, 'latin1'))
    // "pid (any name) state ppid …"
    if (stat) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
  }
  return parents
}

/** The process and all that descend from it. In a sandbox nothing else can become its child's parent: orphans go to its namespaces' inits. */
function findTree(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const [pid, parent] of readParents()) children.set(parent, [...(children.get(parent) ?? []), pid])
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree
}

/** Pages shared by n processes count 1/n in each; resident pages where PSS may not be read. */
function readProcessBytes(pid: number): number {
  const rollup = attempt(() => readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))
  const pss = rollup && /^Pss:\s+(\d+) kB/m.exec(rollup)
  if (pss) return Number(pss[1]) * 1024
  const statm = attempt(() => readFileSync(`/proc/${pid}/statm`, 'latin1'))
  return statm ? Number(statm.split(' ')[1]) * pageBytes : 0
}

/** Used bytes of the file systems in memory that a process sees at the usual places; each file system once. */
function readTmpfsBytes(pid: number, seen: Set<number>): number {
  let bytes = 0
  for (const path of ['', '/run', '/tmp', '/dev/shm']) {
    const where = `/proc/${pid}/root${path}/.`
    const device = attempt(() => statSync(where).dev)
    const about = device === undefined || seen.has(device) ? undefined : attempt(() => statfsSync(where))
    // An overlay answers for the tmpfs of its upper layer. Anything else there is a bind mount of the machine's own.
    if (device === undefined || !about || (about.type !== tmpfsMagic && about.type !== overlayMagic)) continue
    seen.add(device)
    bytes += (about.blocks - about.bfree) * about.bsize
  }
  return bytes
}

/** Bytes used by a sandbox, given the pid of its first process on this machine. Takes a few milliseconds. */
export async function processTreeMemory(pid: number): Promise<number> {
  const seen = new Set<number>()
  let bytes = 0
  for (const member of findTree(pid)) bytes += readProcessBytes(member) + readTmpfsBytes(member, seen)
  return bytes
}
