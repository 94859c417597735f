// What runs on this machine: labs, the pool of spare clusters, and which runtimes there are. Shared by sessions, gateway, CLI and page.
import { z } from 'zod'
import { errorCodes } from './errors.ts'
import { labId, labState } from './lab.ts'
import { type OptionalProgram, type RuntimeName, runtimeNames } from './scenario.ts'

/** Whether labs can run on a runtime here. */
export type RuntimeAvailability =
  | { available: true /** which optional programs are not there */; lacks?: readonly OptionalProgram[] }
  | { available: false; reason: string; hint?: string }
export type Availability = Record<RuntimeName, RuntimeAvailability> & {
  /** of privileged labs, which want more than embedded does; absent: nothing speaks against them */
  privileged?: RuntimeAvailability
}

/** A runtime as somebody who is about to start a lab sees it; `reason` says why it cannot be chosen. */
export const runtimeOption = z.object({ name: z.enum(runtimeNames), usable: z.boolean(), reason: z.string().optional() })
export type RuntimeOption = z.infer<typeof runtimeOption>
/** All runtimes for one scenario; `auto` is the one that is taken unless somebody chooses, absent when none is usable. */
export interface RuntimeChoice {
  auto?: RuntimeName
  options: RuntimeOption[]
}

const reason = z.object({ code: z.enum(errorCodes), message: z.string(), hint: z.string().optional() })
export const poolFailure = z.object({ at: z.number(), error: reason })
export type PoolFailure = z.infer<typeof poolFailure>

const step = z.object({ id: z.string(), title: z.string(), since: z.number() })
export const machineStatus = z.object({
  labs: z.array(
    z.object({
      /** absent for labs of others, on a page */
      labId: labId.optional(),
      scenarioId: z.string(),
      runtime: z.enum(runtimeNames),
      /** `proof`: of a proof that runs */
      whose: z.enum(['yours', 'others', 'proof']),
      /** for the one who owns the machine: the beginning of the learner's id */
      learner: z.string().optional(),
      state: labState,
      createdAt: z.number(),
      /** of another build: it can only be stopped */
      otherBuild: z.boolean(),
      memoryMB: z.number().optional(),
    }),
  ),
  /** absent where nobody keeps a pool */
  pool: z
    .object({
      runtime: z.enum(runtimeNames),
      wanted: z.number(),
      /** whether the web process that keeps it runs */
      kept: z.boolean(),
      spares: z.array(
        z.object({
          labId,
          state: z.enum(['ready', 'creating', 'ending']),
          /** epoch ms: ready, or in creation, since */
          since: z.number(),
          step: step.optional(),
          memoryMB: z.number().optional(),
        }),
      ),
      /** the last ones, newest first, since a spare came up */
      failures: z.array(poolFailure),
      /** epoch ms of the next try */
      retryAt: z.number().optional(),
      /** why no spare is made now though one is missing */
      waiting: z.string().optional(),
    })
    .optional(),
  /** of all of them, as far as it is known */
  memoryMB: z.number(),
})
export type MachineStatus = z.infer<typeof machineStatus>
