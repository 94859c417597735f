// Finds the processes that start a lab's sandbox by the name they carry, whoever their parent is now. Used by the embedded runtime and the reaper.
import { readdirSync, readFileSync } from 'node:fs'
import { identify, type ProcessIdentity } from './processes.ts'

/** The host name of a lab's sandbox; bwrap is told it, so that its command line says which lab it works for. */
export const sandboxHostname = (labId: string): string => `podwire-${labId}`

/**
 * bwrap and, until it has become labinit, its child. A bwrap that dies before its child's id maps are written (its lab process was killed) leaves that
 * child waiting for ever: nothing the kernel does ends it, so the reaper must.
 *
 * bwrap's flags cannot close this window. It is bwrap that reads --userns-block-fd and sees its end when labd dies; the child waits for bwrap, on an
 * eventfd that it holds itself and that therefore never ends, and it ties its life to bwrap's (--die-with-parent) only just before it becomes labinit.
 * Without --die-with-parent bwrap would outlive labd and let the child go on, to end at labinit's closed stdin, but a bwrap that is just telling the
 * child's pid to a labd that is gone dies of that, and the child waits all the same. A parent of our own for bwrap that adopts orphans (a subreaper)
 * would see both deaths, at the price of one more process per lab and of the same window when it is the one that is killed. Whoever sees bwrap's end
 * while labd lives (sandbox.ts) ends the child itself.
 */
export function findSandboxStarters(hostname: string): ProcessIdentity[] {
  let names: string[]
  try {
    names = readdirSync('/proc')
  } catch {
    return [] // no /proc: no embedded labs either
  }
  return names.filter((name) => /^\d+$/.test(name) && isStarter(name, hostname)).map((name) => identify(Number(name)))
}

function isStarter(pid: string, hostname: string): boolean {
  let words: string[]
  try {
    words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return false // it has just ended
  }
  // a shell that is about to become bwrap has the same words behind its own
  return words.some((word) => /(^|\/)bwrap$/.test(word)) && words[words.indexOf('--hostname') + 1] === hostname
}
