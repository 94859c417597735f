// What an embedded lab may take, and the cgroup that holds it to that on machines where this process may make one; elsewhere the watchdog on its
// memory stands alone (labd). Used by instance.ts and sandbox.ts.
import { LabError, toErrorBody } from '../../spec/errors.ts'
import type { Cgroup } from '../../system/cgroup.ts'
import { findCgroup2Mount, findCgroupHome } from '../../system/cgroup-home.ts'
import type { Log } from '../../system/log.ts'
import { makeSandboxCgroup } from '../../system/sandbox-cgroups.ts'

/** Of students: enough for three nodes, thirty pods and a dozen shells with kubectl; a fork bomb ends here. Threads count. */
export const processLimit = 400
/** For the control plane's threads and the prober's forks: a student's fork bomb leaves them room. */
const platformProcesses = 200
/** A lab that comes up gains nothing from a third processor. */
const cpus = 2

/** For eBPF programs that see what every process of the lab does; on a machine that gives limits by cgroups of version 1, it limits nothing. */
export function openProgramsCgroup(lab: { labId: string; folder: string }): Cgroup {
  const mount = findCgroup2Mount()
  if (!mount)
    throw new LabError(
      'runtime-unavailable',
      'This lab attaches an eBPF program to its cgroup, and cgroups of version 2 are not mounted here.',
    )
  return makeSandboxCgroup(lab, mount, undefined)
}

/** For one sandbox of the lab. undefined: it goes without. */
export function openLabCgroup(lab: { labId: string; folder: string; memoryMB: number }, log: Log): Cgroup | undefined {
  const without = 'no cgroup: a watchdog limits the memory'
  const home = findCgroupHome()
  if ('reason' in home) {
    log.info({ reason: home.reason }, without)
    return undefined
  }
  try {
    return makeSandboxCgroup(lab, home.folder, { memoryBytes: lab.memoryMB * 2 ** 20, processes: processLimit + platformProcesses, cpus })
  } catch (error) {
    log.warn({ error: toErrorBody(error) }, without)
    return undefined
  }
}
