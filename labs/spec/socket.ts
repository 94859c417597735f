// The page's socket: socket.io events between browser and gateway, one zod schema each. Every client event is acknowledged with Ack<T>.
import { z } from 'zod'
import type { ErrorBody } from './errors.ts'
import { type LabSnapshot, labId } from './lab.ts'
import type { MapTraffic, NetworkMap } from './map.ts'
import { pathQuestion } from './path.ts'
import { id, locales, type RuntimeName, runtimeNames } from './scenario.ts'
import type { MachineStatus } from './status.ts'
import { targetText } from './target.ts'

const lab = { labId }
const terminal = { labId, terminalId: z.string().max(40) }
const size = { cols: z.number().int().min(2).max(1000), rows: z.number().int().min(2).max(1000) }

/** What the browser may send: event name → payload. */
export const clientEvents = {
  'lab.start': z.strictObject({
    scenarioId: id,
    begin: z.enum(['broken', 'healthy']),
    runtime: z.enum([...runtimeNames, 'auto']).default('auto'),
    locale: z.enum(locales),
  }), // → LabStarted, at once; watch it to see the steps
  'lab.runtimes': z.strictObject({ scenarioId: id, locale: z.enum(locales) }), // → RuntimeChoice
  'status.watch': z.strictObject({ locale: z.enum(locales) }), // → MachineStatus; then `status` after each change
  'status.unwatch': z.strictObject({}),
  'lab.list': z.strictObject({}), // → LabSummary[]
  'lab.watch': z.strictObject({ ...lab, locale: z.enum(locales) }), // → LabSnapshot; then `lab.snapshot` after each change
  'lab.unwatch': z.strictObject(lab),
  'lab.break': z.strictObject(lab),
  'lab.reset': z.strictObject(lab),
  'lab.stop': z.strictObject(lab),
  'lab.stay': z.strictObject(lab),
  'lab.hint': z.strictObject({ ...lab, n: z.number().int().min(1).max(9) }),
  'lab.path': z.strictObject({ ...lab, ...pathQuestion.shape, pay: z.boolean().default(false), locale: z.enum(locales) }), // → PathResult
  'lab.run': z.strictObject({ ...lab, target: targetText, command: z.string().min(1).max(2000) }), // → CommandSeen
  'map.watch': z.strictObject(lab), // → NetworkMap; then `map` after each change and `map.traffic` every second
  'map.unwatch': z.strictObject(lab),
  'lab.answer': z.strictObject({ ...lab, checkId: id, text: z.string().max(500) }),
  'term.open': z.strictObject({ ...lab, target: targetText, ...size }), // → {terminalId}
  'term.attach': z.strictObject({ ...terminal, fromSeq: z.number().int().min(0) }), // → {startSeq}; then `term.output`
  'term.detach': z.strictObject(terminal),
  'term.input': z.strictObject({
    ...terminal,
    clientId: z.string().min(8).max(64),
    inputSeq: z.number().int().min(1),
    data: z.string().max(65_536),
  }), // ack = delivered once
  'term.ack': z.strictObject({ ...terminal, seq: z.number().int().min(0) }),
  'term.resize': z.strictObject({ ...terminal, ...size }),
  'term.close': z.strictObject(terminal),
} as const
export type ClientEventName = keyof typeof clientEvents
export type ClientEvent<N extends ClientEventName> = z.input<(typeof clientEvents)[N]>

export type Ack<T> = { ok: true; value: T } | { ok: false; error: ErrorBody }

export interface LabStarted {
  labId: string
  /** a lab that ran already was continued */
  resumed: boolean
  runtime: RuntimeName
}
/** One command that was run for the page, with what it printed. */
export interface CommandSeen {
  /** stdout and stderr as they came; only the beginning when `cut` */
  output: string
  cut: boolean
  /** absent: it did not end in time, or printed too much, and was killed */
  exitCode?: number
}
export interface LabSummary {
  labId: string
  scenarioId: string
  state: LabSnapshot['state']
  createdAt: number
}

/** What the gateway sends by itself. */
export interface ServerEvents {
  'lab.snapshot': (snapshot: LabSnapshot) => void
  status: (status: MachineStatus) => void
  /** the lab process is gone; the page shows why and offers a new start */
  'lab.gone': (gone: { labId: string; error: ErrorBody }) => void
  map: (change: { labId: string; map: NetworkMap }) => void
  'map.traffic': (change: { labId: string; traffic: MapTraffic }) => void
  /** bytes start at seq */
  'term.output': (output: { labId: string; terminalId: string; seq: number; data: Uint8Array }) => void
  'term.exit': (exit: { labId: string; terminalId: string; code: number }) => void
}
