// The labs of this machine as their folders tell: no other register exists, so a web process that starts again finds them all. Used by sessions.ts and reaper.ts.
import { readdirSync, statSync } from 'node:fs'
import { isSpare, type LabConfig, type ProcessConfig, readLabConfig, type SpareConfig } from '../labd/client.ts'
import { LabError } from '../spec/errors.ts'
import { labId } from '../spec/lab.ts'
import { labFolder, labsFolder } from '../system/folders.ts'
import { isAlive, type ProcessIdentity } from '../system/processes.ts'

/** A lab process that has not said who it is by then never started. */
const startMs = 10_000

export interface FoundLab {
  labId: string
  folder: string
  /** of somebody's lab; undefined for a spare, and when lab.json is missing or not valid */
  config?: LabConfig
  /** of a spare of the pool */
  spare?: SpareConfig
  process?: ProcessIdentity
  alive: boolean
}

/** All lab folders, in no particular order. */
export function findLabs(): FoundLab[] {
  let names: string[]
  try {
    names = readdirSync(labsFolder())
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return names.filter((name) => labId.safeParse(name).success).flatMap((name) => findLab(name) ?? [])
}

/** One lab's folder; undefined when it is not there. */
export function findLab(id: string): FoundLab | undefined {
  if (!labId.safeParse(id).success) return undefined
  const folder = labFolder(id)
  let madeAt: number
  try {
    madeAt = statSync(folder).mtimeMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const isYoung = Date.now() - madeAt < startMs
  try {
    const found: ProcessConfig = readLabConfig(folder)
    const alive = found.process ? isAlive(found.process) : isYoung
    const { process } = found
    return { labId: id, folder, ...(isSpare(found) ? { spare: found } : { config: found }), ...(process ? { process } : {}), alive }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return { labId: id, folder, alive: isYoung }
  }
}
