// Writes a report of proofs that may be published: no folder of this machine, and only what tells something. Called by `podwire prove --publish`.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type PublishedProofs, publishedProofs } from '../spec/proof.ts'
import type { ProofReport } from './proof-report.ts'

export async function publishProofs(file: string, report: ProofReport, made: { at: Date; build: string }): Promise<void> {
  const draft: PublishedProofs = { at: made.at.toISOString(), build: made.build, scenarios: report.scenarios }
  // what the schema does not name, such as the folder of a lab's logs, is left out
  const published = publishedProofs.parse(draft)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(published, null, 1)}\n`)
}
