// What integration tests look at on this machine: who is there, what is left behind. Test accounts are made and removed here.
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Pids of processes whose command line has the text, zombies left out. */
export function findProcesses(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').includes(text)
      } catch {
        return false // it ended meanwhile
      }
    })
    .map(Number)
}

/** Pids of processes in the same user namespace as `pid`, or in one below it, are found by their outer pid namespace. */
export function processesBelow(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // it ended meanwhile
    }
  }
  const found = [root]
  for (const pid of found) found.push(...[...parents].filter(([, parent]) => parent === pid).map(([child]) => child))
  return found
}

export const isThere = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Mount lines and network links of this machine, to compare before and after. */
export const hostMounts = (): string[] => readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n').sort()
export const hostLinks = (): string[] => readdirSync('/sys/class/net').sort()

export async function until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (!condition()) {
    if (performance.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return true
}

export interface TestUser {
  uid: number
  gid: number
  remove(): void
}

/** An account of its own, with subordinate ids, when this process is root. */
export function makeTestUser(): TestUser {
  const name = 'podwire-test'
  const made = spawnSync('id', ['-u', name]).status !== 0
  if (made) execFileSync('useradd', ['--no-create-home', '--shell', '/usr/sbin/nologin', name])
  if (!readFileSync('/etc/subuid', 'utf8').includes(`${name}:`)) {
    execFileSync('usermod', ['--add-subuids', '600100000-600165535', '--add-subgids', '600100000-600165535', name])
  }
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  return {
    uid: id('-u'),
    gid: id('-g'),
    remove: () => {
      if (made) execFileSync('userdel', [name])
    },
  }
}
