// What a learner may see of a lab: the snapshot that lab process, gateway, CLI and page share.
import { z } from 'zod'
import { errorCodes } from './errors.ts'
import { pathRules } from './path.ts'
import { id, locales, runtimeNames } from './scenario.ts'

export const labId = z.string().regex(/^[a-z0-9]{8}$/, 'a lab id is eight lower-case letters or digits')
/** What makes a cluster somebody's lab: the scenario and who it is for. */
export const assignment = z.object({
  scenarioId: id,
  /** absolute path of the scenario's folder */
  scenarioFolder: z.string().regex(/^\//, 'an absolute path'),
  learner: z.string().min(1).max(64),
  locale: z.enum(locales),
  begin: z.enum(['broken', 'healthy']),
  idleMinutes: z.number().positive(),
  memoryMB: z.number().positive(),
})
export type Assignment = z.infer<typeof assignment>

export const labState = z.enum(['starting', 'healthy', 'breaking', 'broken', 'solved', 'resetting', 'stopping', 'stopped', 'failed'])
export type LabState = z.infer<typeof labState>

export const bootStep = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  ms: z.number().optional(),
  detail: z.string().optional(),
  /** epoch ms at which a running step began */
  since: z.number().optional(),
})
export type BootStep = z.infer<typeof bootStep>

export const taskView = z.object({
  id: z.string(),
  title: z.string(),
  kind: z.enum(['probe', 'question']),
  /** unknown: it could not be checked, and is not counted against the learner */
  state: z.enum(['pass', 'fail', 'waiting', 'unknown']),
  /** epoch ms of the last change of state */
  since: z.number(),
  seen: z.string().optional(),
  wanted: z.string().optional(),
  /** the check's own sentence, only when it fails */
  sentence: z.string().optional(),
})
export type TaskView = z.infer<typeof taskView>
export const guardView = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['holds', 'broken', 'unknown']),
  since: z.number(),
  seen: z.string().optional(),
  sentence: z.string().optional(),
})
export type GuardView = z.infer<typeof guardView>

export const terminalView = z.object({
  id: z.string(),
  target: z.string(),
  cols: z.number(),
  rows: z.number(),
  endSeq: z.number(),
  exited: z.boolean(),
})
export type TerminalView = z.infer<typeof terminalView>

export const commandView = z.object({ at: z.number(), target: z.string(), command: z.string(), exitCode: z.number().optional() })
export type CommandView = z.infer<typeof commandView>
export const debriefView = z.object({
  title: z.string(),
  body: z.string(),
  incident: z.object({ text: z.string(), url: z.string().optional() }),
  wrongFixes: z.array(z.object({ title: z.string(), why: z.string() })),
  commands: z.array(commandView),
  /** from broken to solved */
  ms: z.number(),
  hints: z.number(),
  resets: z.number(),
  next: z.object({ id: z.string(), title: z.string() }).optional(),
})

export const labSnapshot = z.object({
  labId,
  scenarioId: z.string(),
  title: z.string(),
  runtime: z.enum(runtimeNames),
  locale: z.enum(locales),
  learner: z.string(),
  build: z.string(),
  state: labState,
  createdAt: z.number(),
  /** from createdAt until it could be used; absent before that */
  readyMs: z.number().optional(),
  brokenAt: z.number().optional(),
  solvedAt: z.number().optional(),
  /** when the idle lab ends unless someone acts; warnAt is when the page starts to say so */
  expiresAt: z.number(),
  warnAt: z.number(),
  steps: z.array(bootStep),
  ticket: z.object({ from: z.string(), body: z.string() }).optional(),
  tasks: z.array(taskView),
  guards: z.array(guardView),
  hints: z.object({ total: z.number(), open: z.array(z.string()) }),
  /** whether packets may be followed now; `costs`: it counts as a hint, and has not been paid yet */
  path: z.object({ rule: z.enum(pathRules), state: z.enum(['open', 'costs', 'closed']) }),
  /** places that can be opened as a terminal */
  targets: z.array(
    z.object({ target: z.string(), label: z.string(), group: z.enum(['laptop', 'node', 'pod', 'host']), address: z.string().optional() }),
  ),
  /** the ones to open first */
  initialTargets: z.array(z.string()),
  terminals: z.array(terminalView),
  checkedAt: z.number().optional(),
  resets: z.number(),
  /** the last 50 commands that finished in a terminal, oldest first; lessons show `Ran 12:31` from it */
  commands: z.array(commandView).optional(),
  failure: z.object({ code: z.enum(errorCodes), message: z.string(), hint: z.string().optional(), logs: z.string().optional() }).optional(),
  debrief: debriefView.optional(),
})
export type LabSnapshot = z.infer<typeof labSnapshot>

/** One line of a lab's event log (events.jsonl), folded into the store by web and CLI. `at` is epoch ms. */
export const labEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('created'),
    at: z.number(),
    labId,
    scenarioId: z.string(),
    runtime: z.enum(runtimeNames),
    learner: z.string(),
  }),
  z.object({ type: z.literal('started'), at: z.number(), ms: z.number() }),
  z.object({ type: z.literal('broken'), at: z.number() }),
  z.object({ type: z.literal('command'), at: z.number(), target: z.string(), command: z.string(), exitCode: z.number().optional() }),
  z.object({
    type: z.literal('flip'),
    at: z.number(),
    id: z.string(),
    kind: z.enum(['check', 'guard']),
    state: z.string(),
    seen: z.string().optional(),
  }),
  z.object({ type: z.literal('hint'), at: z.number(), n: z.number() }),
  /** packets were followed in an unsolved lab, for the price of a hint; once a lab */
  z.object({ type: z.literal('path'), at: z.number() }),
  z.object({ type: z.literal('reset'), at: z.number() }),
  z.object({ type: z.literal('solved'), at: z.number(), ms: z.number(), hints: z.number(), resets: z.number() }),
  z.object({ type: z.literal('stopping'), at: z.number() }),
  z.object({
    type: z.literal('ended'),
    at: z.number(),
    reason: z.enum(['stopped', 'idle', 'failed', 'memory', 'lost']),
    detail: z.string().optional(),
  }),
])
export type LabEvent = z.infer<typeof labEvent>
