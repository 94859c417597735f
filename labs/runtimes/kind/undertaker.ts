// Removes what a killed lab process left in the container engine. Run by `labd.mjs --bury <folder>` for the reaper, because sessions know no runtime.
import { createEngine } from './engine.ts'
import { removeLeftovers } from './leftovers.ts'
import { findEngine } from './tools.ts'

/** Throws what keeps it from being removed: an engine that does not answer. */
export async function buryKindLab(labId: string): Promise<void> {
  const { name, program } = await findEngine()
  await removeLeftovers(createEngine(name, program), labId)
}
