// Finds one of a lab's own processes to kill. Used by chaos tests.
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive, type ProcessIdentity } from '../../system/processes.ts'
import { familyOf, type ProcessEntry } from './process-table.ts'

export const labVictims = ['labd', 'bwrap', 'labinit', 'control'] as const
export type LabVictim = (typeof labVictims)[number]

/** The process as it is now: bwrap's child is called bwrap until it becomes labinit, and is killed under either name. */
export function findVictim(victim: LabVictim, labd: number): ProcessEntry | undefined {
  const family = familyOf(labd)
  const bwrap = family.find(({ parent, name }) => parent === labd && name === 'bwrap')
  switch (victim) {
    case 'labd':
      return family[0]
    case 'bwrap':
      return bwrap
    case 'labinit':
      return family.find(({ parent }) => bwrap && parent === bwrap.pid)
    case 'control':
      return family.find(({ command }) => command.startsWith('/lab/node '))
  }
}

/** Waits for the process when it is not there yet; undefined when the lab has ended. */
export async function awaitVictim(victim: LabVictim, labd: ProcessIdentity): Promise<ProcessEntry | undefined> {
  for (;;) {
    const found = findVictim(victim, labd.pid)
    if (found || !isAlive(labd)) return found
    await delay(1)
  }
}
