// Where a packet went: the question, the hops that were seen, and the one verdict. Made by labs/path in the lab process, shown by page and CLI.
import { z } from 'zod'
import { targetText } from './target.ts'

/** When an unsolved lab lets its packets be followed: `free` always; `hint` when the learner says so, counted as a hint; `solved` only when it is healthy or solved. */
export const pathRules = ['free', 'hint', 'solved'] as const

/** What is asked. `to`: `http://name[:port][/path]`, `tcp://host:port`, `udp://host:port`, `ping://host` or `dns://name[@server]`; names are looked up from `from`. */
export const pathQuestion = z.object({
  from: targetText,
  to: z
    .string()
    .max(300)
    .regex(/^(http|tcp|udp|ping|dns):\/\/[^\s]+$/, 'use http://cart, tcp://10.96.0.1:443, udp://host:53, ping://10.244.1.5 or dns://cart'),
})
export type PathQuestion = z.infer<typeof pathQuestion>

/** Which way the packet was going: the request, its reply, or an error about the request (ICMP, RST). `lookup`: a name's query and answer, before the request. */
export const pathLeg = z.enum(['lookup', 'request', 'reply', 'error'])
export type PathLeg = z.infer<typeof pathLeg>

/** Addresses as they were on the packet; ports where the protocol has them. */
const endpoints = z.object({ from: z.string(), to: z.string() })

export const pathHop = z.object({
  leg: pathLeg,
  /** the place's target text, e.g. node/worker */
  place: z.string(),
  kind: z.enum(['interface', 'rule', 'route', 'link', 'listener', 'neighbour', 'setting', 'conntrack', 'program']),
  /** eth0 (in), nat KUBE-SERVICES, route … in the terms of the tools */
  title: z.string(),
  interface: z.string().optional(),
  direction: z.enum(['in', 'out']).optional(),
  /** the rule, route, setting or listener as its own tool prints it */
  detail: z.string().optional(),
  /** of a rule: table and chain, its number in the chain (1 is first) and how many there are */
  rule: z.object({ table: z.string(), chain: z.string(), number: z.number().optional(), of: z.number().optional() }).optional(),
  /** the packet when it came to this hop; `flags` e.g. SYN, `outer` when it travelled inside another */
  packet: endpoints
    .extend({ protocol: z.enum(['tcp', 'udp', 'icmp']), flags: z.string().optional(), outer: endpoints.optional() })
    .optional(),
  /** the packet after it, where it was rewritten */
  rewritten: endpoints.optional(),
  /** µs since the packet was first seen */
  atUs: z.number().optional(),
  outcome: z.enum([
    'seen',
    'matched',
    'rewritten',
    'routed',
    'accepted',
    'delivered',
    'dropped',
    'rejected',
    'refused',
    'stuck',
    'not-reached',
  ]),
  /** a command that shows the same by hand, to be typed at `place` */
  command: z.string().optional(),
})
export type PathHop = z.infer<typeof pathHop>

export const pathVerdict = z.object({
  /** delivered: an answer came back. unknown: nothing proves where it died */
  state: z.enum([
    'delivered',
    'dropped',
    'rejected',
    'refused',
    'stuck',
    'misrouted',
    'bad-reply',
    'not-sent',
    'no-answer',
    'unresolved',
    'unknown',
  ]),
  /** the cause's id, in labs/path/causes: netfilter-drop, no-route, forwarding-off … */
  cause: z.string(),
  /** the place where it died, if that is known */
  place: z.string().optional(),
  /** index into hops of the one where it died */
  hop: z.number().optional(),
  /** one sentence, or two, in the asker's language */
  sentence: z.string(),
})
export type PathVerdict = z.infer<typeof pathVerdict>

export const pathResult = z.object({
  /** epoch ms at which the packet was sent */
  at: z.number(),
  question: pathQuestion,
  /** what a name in `to` stood for */
  resolved: z.object({ name: z.string(), address: z.string() }).optional(),
  /** the Service that the address belongs to */
  service: z.string().optional(),
  /** how it ended for the sender: answered, timeout … with ms */
  outcome: z.enum(['answered', 'refused', 'timeout', 'unreachable', 'unresolved', 'error']),
  outcomeMs: z.number(),
  hops: z.array(pathHop),
  verdict: pathVerdict,
  /** what the verdict rests on, a line each, as tools print it */
  evidence: z.array(z.string()),
  /** how long all of it took */
  ms: z.number(),
})
export type PathResult = z.infer<typeof pathResult>
