// A published proof: what `podwire prove --publish` wrote into docs/proofs. Written by proof, read by catalogue, shown by the app.
import { z } from 'zod'
import { runtimeNames } from './scenario.ts'

export const phaseNames = [
  'healthy',
  'broken',
  'wrong-fix',
  'solution',
  'other-solution',
  'resync',
  'mutations',
  'mutation',
  'reset',
  'withdrawn',
] as const
export type PhaseName = (typeof phaseNames)[number]

export const provedPhase = z.object({
  phase: z.enum(phaseNames),
  of: z.string().optional().describe('the wrong fix, the other solution or the mutation'),
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
