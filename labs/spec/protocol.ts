// The lab process's protocol: what sessions, gateway, CLI and proof say to labd, and what it says back.
// One byte stream of frames (labs/system/framing.ts): each frame is one JSON message plus an optional binary tail.
import { z } from 'zod'
import { errorCodes } from './errors.ts'
import { assignment, labSnapshot, labState } from './lab.ts'
import { mapTraffic, networkMap } from './map.ts'
import { pathQuestion } from './path.ts'
import { locales, step } from './scenario.ts'
import { targetText } from './target.ts'

export const protocolVersion = 1

const size = { cols: z.number().int().min(2).max(1000), rows: z.number().int().min(2).max(1000) }
/** What a proof has done in its lab: something the scenario knows, or steps of its own. */
export const proofSteps = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('solution'), id: z.string().optional().describe('one of otherSolutions') }),
  z.object({ kind: z.literal('wrongFix'), id: z.string() }),
  z.object({ kind: z.literal('given'), given: z.array(step).min(1) }),
])
export type ProofSteps = z.infer<typeof proofSteps>
/** Requests. `rid` is the caller's number; every request gets exactly one `reply` with the same rid. */
export const request = z.discriminatedUnion('op', [
  z.object({ op: z.literal('hello'), rid: z.number(), version: z.number(), build: z.string(), locale: z.enum(locales) }),
  z.object({ op: z.literal('snapshot'), rid: z.number() }),
  z.object({ op: z.literal('subscribe'), rid: z.number() }), // reply: snapshot; then `snapshot` pushes after each change
  z.object({ op: z.literal('break'), rid: z.number() }), // healthy → broken
  z.object({ op: z.literal('reset'), rid: z.number() }), // → broken, by way of healthy
  z.object({ op: z.literal('withdraw'), rid: z.number() }), // broken → healthy (lessons, proof)
  z.object({ op: z.literal('stop'), rid: z.number() }),
  z.object({ op: z.literal('stay'), rid: z.number() }), // restart the idle timer
  z.object({ op: z.literal('status'), rid: z.number() }), // what it does and needs now; a spare answers too
  z.object({ op: z.literal('assign'), rid: z.number(), ...assignment.shape }), // a spare becomes this lab; lab-state when it is no spare (any more)
  z.object({ op: z.literal('dismiss'), rid: z.number() }), // ends a spare, and nothing but a spare: lab-state when it has become somebody's lab
  z.object({ op: z.literal('hint'), rid: z.number(), n: z.number().int().min(1) }),
  z.object({ op: z.literal('path'), rid: z.number(), ...pathQuestion.shape, pay: z.boolean().default(false), locale: z.enum(locales) }), // reply PathResult; `pay`: also where it counts as a hint
  z.object({ op: z.literal('map.watch'), rid: z.number() }), // reply: NetworkMap; then `map` and `map.traffic` pushes
  z.object({ op: z.literal('map.unwatch'), rid: z.number() }),
  z.object({ op: z.literal('answer'), rid: z.number(), checkId: z.string(), text: z.string().max(500) }),
  // terminals: `seq` counts output bytes since the terminal opened
  z.object({ op: z.literal('terminal.open'), rid: z.number(), target: targetText, ...size }), // reply {terminalId}
  z.object({ op: z.literal('terminal.attach'), rid: z.number(), terminalId: z.string(), fromSeq: z.number().int().min(0) }), // reply {startSeq}; then `output` pushes
  z.object({ op: z.literal('terminal.detach'), rid: z.number(), terminalId: z.string() }),
  z.object({
    op: z.literal('terminal.input'),
    rid: z.number(),
    terminalId: z.string(),
    clientId: z.string().max(64),
    inputSeq: z.number().int().min(1),
  }), // tail: bytes. Repeats (inputSeq already seen from this clientId) are acknowledged and dropped
  z.object({ op: z.literal('terminal.ack'), rid: z.number(), terminalId: z.string(), seq: z.number().int().min(0) }), // output consumed up to seq (flow control)
  z.object({ op: z.literal('terminal.resize'), rid: z.number(), terminalId: z.string(), ...size }),
  z.object({ op: z.literal('terminal.close'), rid: z.number(), terminalId: z.string() }),
  // one command with its own streams; reply {execId}, then `exec.out` / `exec.exit` pushes
  z.object({
    op: z.literal('exec'),
    rid: z.number(),
    target: targetText,
    argv: z.array(z.string()).min(1),
    tty: z.boolean().default(false),
    stdin: z.boolean().default(true),
    record: z.boolean().default(true),
    ...{ cols: size.cols.default(80), rows: size.rows.default(24) },
  }),
  z.object({ op: z.literal('exec.input'), rid: z.number(), execId: z.string(), eof: z.boolean().default(false) }), // tail: bytes
  z.object({ op: z.literal('exec.resize'), rid: z.number(), execId: z.string(), ...size }),
  z.object({
    op: z.literal('exec.signal'),
    rid: z.number(),
    execId: z.string(),
    signal: z.enum(['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGHUP']),
  }),
  z.object({ op: z.literal('exec.ack'), rid: z.number(), execId: z.string(), bytes: z.number().int().min(0) }), // output consumed since the last ack
  // proof only: refused with `forbidden` unless the lab was started for a proof
  z.object({ op: z.literal('proof.grade'), rid: z.number(), what: z.enum(['checks', 'guards', 'symptom']) }), // reply {results: GradeResult[]}
  z.object({ op: z.literal('proof.steps'), rid: z.number(), steps: proofSteps }),
  z.object({ op: z.literal('proof.resync'), rid: z.number() }),
])
export type Request = z.infer<typeof request>
export type RequestBody = Request extends infer R ? (R extends { rid: number } ? Omit<R, 'rid'> : never) : never

export const gradeResult = z.object({
  id: z.string(),
  kind: z.enum(['check', 'guard', 'symptom']),
  state: z.enum(['pass', 'fail', 'waiting', 'unknown']),
  seen: z.string().optional(),
  wanted: z.string().optional(),
  sentence: z.string().optional(),
  ms: z.number(),
})
export type GradeResult = z.infer<typeof gradeResult>

/** What a lab process is busy with, and what it takes. A spare is a cluster that waits for its scenario. */
export const processStatus = z.object({
  state: z.union([labState, z.literal('spare')]),
  /** absent until it is measured for the first time */
  memoryMB: z.number().optional(),
  /** the step of creation that runs */
  step: z.object({ id: z.string(), title: z.string(), since: z.number() }).optional(),
})
export type ProcessStatus = z.infer<typeof processStatus>

/** What labd sends. */
export const push = z.discriminatedUnion('op', [
  z.object({ op: z.literal('reply'), rid: z.number(), ok: z.literal(true), value: z.unknown() }),
  z.object({
    op: z.literal('fail'),
    rid: z.number(),
    error: z.object({ code: z.enum(errorCodes), message: z.string(), hint: z.string().optional() }),
  }),
  z.object({ op: z.literal('snapshot'), snapshot: labSnapshot }),
  z.object({ op: z.literal('map'), map: networkMap }),
  z.object({ op: z.literal('map.traffic'), traffic: mapTraffic }),
  z.object({ op: z.literal('output'), terminalId: z.string(), seq: z.number() }), // tail: bytes that start at seq
  z.object({ op: z.literal('terminal.exit'), terminalId: z.string(), code: z.number() }),
  z.object({ op: z.literal('exec.out'), execId: z.string(), stream: z.enum(['stdout', 'stderr']) }), // tail: bytes
  z.object({ op: z.literal('exec.exit'), execId: z.string(), code: z.number() }),
])
export type Push = z.infer<typeof push>
