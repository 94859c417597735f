// What the embedded runtime (in labd) asks of the control plane (in the sandbox), over one inherited byte stream of frames.
import { z } from 'zod'
import type { ErrorBody } from '../../spec/errors.ts'
import { cniShapes, type Hold } from '../../spec/scenario.ts'
import type { Target } from '../../spec/target.ts'

const lanHost = z.object({
  name: z.string(),
  address: z.string(),
  names: z.array(z.string()).optional(),
  routes: z.array(z.object({ to: z.string(), via: z.string() })),
})
const hostProgram = z.object({ host: z.string(), image: z.string(), args: z.array(z.string()) })
const outside = z.object({ hosts: z.array(lanHost), programs: z.array(hostProgram) })
/** The program's argument: the CNI shape, outside hosts (the laptop among them) and what runs on them from the start. */
export const controlConfig = outside.extend({ cni: z.enum(cniShapes) })
export type ControlConfig = z.infer<typeof controlConfig>
export type OutsideHosts = z.infer<typeof outside>

export interface PlaceInfo {
  target: Target
  address?: string
}
/** Where a process for a target has to be started, and with what. */
export interface ResolvedPlace {
  namespace: string
  env: Record<string, string>
  cwd?: string
}

/** Operation → what it takes and what it gives. */
export interface ControlOperations {
  /** once: the lan is built; answered when nodes are Ready and DNS answers */
  start: { takes: null; gives: null }
  places: { takes: null; gives: PlaceInfo[] }
  /** fails with target-unknown */
  resolve: { takes: Target; gives: ResolvedPlace }
  api: { takes: { method: string; path: string; contentType?: string; body?: unknown }; gives: { status: number; body: unknown } }
  /** objects of manifests, in order: created, or replaced where they exist */
  apply: { takes: { objects: unknown[] }; gives: null }
  /** outside hosts that are on the lan now, and what runs on them */
  addHosts: { takes: OutsideHosts; gives: null }
  settled: { takes: { timeoutMs: number }; gives: null }
  hold: { takes: Hold[]; gives: null }
  release: { takes: null; gives: null }
  resync: { takes: null; gives: null }
}
export type ControlOperation = keyof ControlOperations

/** labd → control. `cancel` names a request whose answer nobody waits for any more. */
export const controlRequest = z.union([
  z.object({
    id: z.number(),
    op: z.enum(['start', 'places', 'resolve', 'api', 'apply', 'addHosts', 'settled', 'hold', 'release', 'resync']),
    body: z.unknown(),
  }),
  z.object({ cancel: z.number() }),
])
export type ControlRequest = z.infer<typeof controlRequest>

/** control → labd. */
export type ControlMessage =
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; error: ErrorBody }
  | { step: string; state: 'running' | 'done' }
  | { failed: string }

/** What the control plane reports, in the order in which it ends. */
export const controlSteps = ['control-plane', 'nodes', 'dns'] as const
export type ControlStep = (typeof controlSteps)[number]
