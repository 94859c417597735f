// lab.json, the file in a lab's folder that says what the lab is and who runs it. The launcher writes it, labd adds its process, sessions read it.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { LabError } from '../spec/errors.ts'
import { labId } from '../spec/lab.ts'
import { locales, runtimeNames } from '../spec/scenario.ts'

export const labConfig = z.object({
  labId,
  scenarioId: z.string(),
  /** absolute path of the scenario's folder */
  scenarioFolder: z.string(),
  runtime: z.enum(runtimeNames),
  learner: z.string().min(1).max(64),
  locale: z.enum(locales),
  begin: z.enum(['broken', 'healthy']),
  idleMinutes: z.number().positive(),
  memoryMB: z.number().positive(),
  logLevel: z.enum(['silent', 'error', 'warn', 'info', 'debug', 'trace']),
  /** allows the proof's requests, and keeps the lab out of the store */
  forProof: z.boolean(),
  /** the build that launched it */
  build: z.string(),
  /** folder of what the sandbox needs (scripts/stage.mjs) */
  assets: z.string(),
  createdAt: z.number(),
  /** the lab process, once it runs */
  process: z.object({ pid: z.number(), startTicks: z.number().optional() }).optional(),
})
export type LabConfig = z.infer<typeof labConfig>

const configFile = (folder: string) => join(folder, 'lab.json')
export const socketFile = (folder: string): string => join(folder, 'labd.sock')
export const eventsFile = (folder: string): string => join(folder, 'events.jsonl')
export const logFile = (folder: string): string => join(folder, 'labd.log')

/** Reads lab.json; throws LabError `lab-unknown` when it is not there, `bad-request` when it is not valid. */
export function readLabConfig(folder: string): LabConfig {
  let text: string
  try {
    text = readFileSync(configFile(folder), 'utf8')
  } catch (error) {
    throw new LabError('lab-unknown', `There is no lab in ${folder}.`, { cause: error })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new LabError('bad-request', `${configFile(folder)} is not JSON: ${(error as Error).message}`, { cause: error })
  }
  const parsed = labConfig.safeParse(json)
  if (!parsed.success) throw new LabError('bad-request', `${configFile(folder)} is not valid: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** Writes lab.json in one move: a reader sees the old file or the new one. */
export function writeLabConfig(folder: string, config: LabConfig): void {
  const draft = `${configFile(folder)}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, configFile(folder))
}
