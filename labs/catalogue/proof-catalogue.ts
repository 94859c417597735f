// Reads the published proofs: the newest of each scenario on each runtime, and whether the scenario is still what was proved. Called by the app's server side
// and, for the digest, by proof.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { LabError } from '../spec/errors.ts'
import { type ProvedScenario, publishedProofs } from '../spec/proof.ts'
import type { LoadedScenario } from './scenario-catalogue.ts'

export interface Proof extends ProvedScenario {
  /** epoch ms */
  at: number
  build: string
}

/** Where a scenario stands in the catalogue, and what surrounds it for a learner: no proof depends on it. */
const besideTheProof = ['version', 'topic', 'seedCase', 'level', 'minutes', 'runtimes', 'lesson', 'next', 'terminals', 'hints', 'path']

/** Of everything that a proof depends on, as it is written: a default that the schema gains makes no other scenario. Texts are none of it. */
export function scenarioDigest({ written, files }: Pick<LoadedScenario, 'written' | 'files'>): string {
  const parts = Object.entries(written).filter(([key]) => !besideTheProof.includes(key))
  return createHash('sha256')
    .update(JSON.stringify([parts.sort(), [...files].sort()]))
    .digest('hex')
    .slice(0, 12)
}

/** All proofs under a folder, of each scenario and runtime the newest. A folder that does not exist holds none. Throws LabError bad-request for a broken file. */
export async function readProofs(folder: string): Promise<Proof[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const newest = new Map<string, Proof>()
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    for (const proof of await readReport(join(folder, name))) {
      const key = `${proof.scenarioId} ${proof.runtime}`
      if (proof.at >= (newest.get(key)?.at ?? 0)) newest.set(key, proof)
    }
  }
  return [...newest.values()]
}

async function readReport(file: string): Promise<Proof[]> {
  try {
    const { at, build, scenarios } = publishedProofs.parse(JSON.parse(await readFile(file, 'utf8')))
    return scenarios.map((scenario) => ({ ...scenario, at: Date.parse(at), build }))
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new LabError('bad-request', `${file} is no report of proofs: ${why}`, {
      hint: `Write it again: npx podwire prove --all --publish ${file}`,
      cause: error,
    })
  }
}
