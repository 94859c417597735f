// A lesson's console blocks in a lab of their own: the healthy lab of its scenario, started for them and taken away afterwards.
import { join } from 'node:path'
import type { ConsoleBlock } from '../spec/lesson.ts'
import { systemClock } from '../system/clock.ts'
import { readInstallation } from '../system/installation.ts'
import { startProofLab } from './proof-lab.ts'
import { runTranscripts, type TranscriptResult } from './transcript-run.ts'

const healthyMs = 20_000

/** Throws what the lab fails with, or the signal's reason. */
export async function runLesson(
  { scenario, consoles }: { scenario: string; consoles: readonly ConsoleBlock[] },
  { scenariosFolder, signal }: { scenariosFolder: string; signal: AbortSignal },
): Promise<TranscriptResult[]> {
  const lab = await startProofLab({
    installation: readInstallation(),
    scenarioFolder: join(scenariosFolder, scenario),
    runtime: 'embedded',
    memoryMB: 1024,
    clock: systemClock,
    signal,
  })
  try {
    await lab.reached('healthy', healthyMs)
    return await runTranscripts(lab.client, consoles)
  } finally {
    await lab.stop()
  }
}
