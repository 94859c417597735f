// Podwire's environment variables, checked. Read by sessions, labd's launcher and the CLI; folders.ts reads the folders' own.
import { z } from 'zod'
import { LabError } from '../spec/errors.ts'
import { type RuntimeName, runtimeNames } from '../spec/scenario.ts'

/** Written as people write numbers: no 0x10, no 1e3. */
const number = (min: number, max: number, fallback: number, form = /^\d+(\.\d+)?$/) =>
  z.string().trim().regex(form).transform(Number).pipe(z.number().min(min).max(max)).default(fallback)
const wholeNumber = (min: number, max: number, fallback: number) => number(min, max, fallback, /^\d+$/)

const variables = z.object({
  /** an idle lab ends after this many minutes; fractions are allowed, for tests */
  PODWIRE_IDLE_MINUTES: number(0.02, 24 * 60, 30).describe('minutes, from 0.02 to 1440'),
  PODWIRE_LAB_MEMORY_MB: wholeNumber(128, 1 << 20, 1024).describe('megabytes, from 128 to 1048576'),
  /** a kind cluster takes about 700 */
  PODWIRE_KIND_MEMORY_MB: wholeNumber(1024, 1 << 20, 4096).describe('megabytes, from 1024 to 1048576'),
  PODWIRE_MAX_LABS: wholeNumber(1, 1000, 20).describe('a whole number from 1 to 1000'),
  PODWIRE_WARM: wholeNumber(0, 50, 0).describe('a whole number from 0 to 50'),
  PODWIRE_WARM_RUNTIME: z.enum(runtimeNames).default('kind').describe('embedded or kind'),
  PODWIRE_LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug', 'trace'])
    .default('info')
    .describe('silent, error, warn, info, debug or trace'),
})

export interface Environment {
  idleMinutes: number
  /** what a lab may take on that runtime */
  memoryMB: Record<RuntimeName, number>
  maxLabs: number
  /** how many clusters the web process keeps ready, and of which runtime */
  warm: number
  warmRuntime: RuntimeName
  logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug' | 'trace'
}

/** Reads the variables; empty ones count as unset. Throws LabError `bad-request` that names the variable and what it takes. */
export function readEnvironment(env: Record<string, string | undefined> = process.env): Environment {
  const given = Object.fromEntries(Object.keys(variables.shape).flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
  const parsed = variables.safeParse(given)
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0]) as keyof typeof variables.shape
    const takes = variables.shape[name].description
    throw new LabError('bad-request', `${name}=${env[name]} is not valid`, { hint: `It takes ${takes}. Unset it for the default.` })
  }
  const v = parsed.data
  return {
    idleMinutes: v.PODWIRE_IDLE_MINUTES,
    memoryMB: { embedded: v.PODWIRE_LAB_MEMORY_MB, kind: v.PODWIRE_KIND_MEMORY_MB },
    maxLabs: v.PODWIRE_MAX_LABS,
    warm: v.PODWIRE_WARM,
    warmRuntime: v.PODWIRE_WARM_RUNTIME,
    logLevel: v.PODWIRE_LOG_LEVEL,
  }
}
