// lab.json, the file in a lab's folder that says what the lab is and who runs it. The launcher writes it, labd adds its process, sessions read it.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { errorCodes, LabError } from '../spec/errors.ts'
import { assignment, labId } from '../spec/lab.ts'
import { runtimeNames } from '../spec/scenario.ts'

/** What every lab process is. */
const machine = {
  labId,
  runtime: z.enum(runtimeNames),
  memoryMB: z.number().positive(),
  logLevel: z.enum(['silent', 'error', 'warn', 'info', 'debug', 'trace']),
  /** the build that launched it */
  build: z.string(),
  /** folder of what the sandbox needs (scripts/stage.mjs) */
  assets: z.string(),
  createdAt: z.number(),
  /** the lab process, once it runs */
  process: z.object({ pid: z.number(), startTicks: z.number().optional() }).optional(),
}

const labConfig = z.object({
  ...machine,
  ...assignment.shape,
  /** allows the proof's requests, and keeps the lab out of the store */
  forProof: z.boolean(),
  /** its cluster was a spare of the pool */
  fromPool: z.boolean().default(false),
})
export type LabConfig = z.infer<typeof labConfig>

/** A cluster that waits for its scenario: nobody's lab yet. */
const spareConfig = z.object({
  ...machine,
  warm: z.literal(true),
  /** epoch ms at which the cluster stood */
  readyAt: z.number().optional(),
  /** why it will never be a lab */
  failed: z.object({ code: z.enum(errorCodes), message: z.string(), hint: z.string().optional() }).optional(),
})
export type SpareConfig = z.infer<typeof spareConfig>

export type ProcessConfig = LabConfig | SpareConfig
export const isSpare = (config: ProcessConfig): config is SpareConfig => 'warm' in config

const configFile = (folder: string) => join(folder, 'lab.json')
export const socketFile = (folder: string): string => join(folder, 'labd.sock')
export const eventsFile = (folder: string): string => join(folder, 'events.jsonl')
export const logFile = (folder: string): string => join(folder, 'labd.log')

/** Reads lab.json; throws LabError `lab-unknown` when it is not there, `bad-request` when it is not valid. */
export function readLabConfig(folder: string): ProcessConfig {
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
  const schema = typeof json === 'object' && json && 'warm' in json ? spareConfig : labConfig
  const parsed: z.ZodSafeParseResult<ProcessConfig> = schema.safeParse(json)
  if (!parsed.success) throw new LabError('bad-request', `${configFile(folder)} is not valid: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** Writes lab.json in one move: a reader sees the old file or the new one. */
export function writeLabConfig(folder: string, config: ProcessConfig): void {
  const draft = `${configFile(folder)}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, configFile(folder))
}
