// Names a lab's cgroups, and finds them again when the process that made them is dead. Used by the embedded runtime and the reaper.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cgroup, type CgroupLimits, makeCgroup, removeCgroups } from './cgroup.ts'
import { sandboxHostname } from './sandbox-processes.ts'

interface LabPlace {
  labId: string
  folder: string
}

/** In the lab's folder: where its cgroups are made, which depends on who started it from where. */
const note = 'cgroup-home'
let made = 0

/** A fresh one for each sandbox: while a lab is restored it has two. Throws what the kernel says when it will not. */
export function makeSandboxCgroup({ labId, folder }: LabPlace, home: string, limits: CgroupLimits | undefined): Cgroup {
  writeFileSync(join(folder, note), home, { mode: 0o600 })
  made++
  return makeCgroup(home, `${sandboxHostname(labId)}.${made}`, limits)
}

/** Removes all of a lab; whatever is in them ends. */
export async function removeSandboxCgroups({ labId, folder }: LabPlace): Promise<void> {
  let home: string
  try {
    home = readFileSync(join(folder, note), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  // empty: it died just then, before it made any
  if (home) await removeCgroups(home, sandboxHostname(labId))
}
