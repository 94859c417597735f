// A published proof: what `podwire prove --report` wrote into docs/proofs. Written by proof, read by catalogue, shown by the app.
import { z } from 'zod'
import { runtimeNames } from './scenario.ts'

export const phaseNames = ['healthy', 'broken', 'wrong-fix', 'solution', 'resync', 'reset', 'withdrawn'] as const

export const provedPhase = z.object({
  phase: z.enum(phaseNames),
  wrongFixId: z.string().optional(),
  ok: z.boolean(),
  ms: z.number(),
  problem: z.string().optional(),
  sentence: z.string().optional(),
})

export const provedScenario = z.object({
  scenarioId: z.string(),
  runtime: z.enum(runtimeNames),
  ok: z.boolean(),
  ms: z.number(),
  /** of what was proved: another one now means that the scenario has changed since */
  digest: z.string(),
  phases: z.array(provedPhase),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
})
export type ProvedScenario = z.infer<typeof provedScenario>

export const publishedProofs = z.object({
  /** when the proofs were made */
  at: z.iso.datetime(),
  /** of Podwire, by content */
  build: z.string(),
  scenarios: z.array(provedScenario),
})
export type PublishedProofs = z.infer<typeof publishedProofs>
