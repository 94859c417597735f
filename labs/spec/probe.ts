// Probes: one observation taken from inside a lab. Scenarios write them, runtimes take them, the grader compares.
// `{ip:pod/client}`, `{ip:deploy/web}`, `{ip:node/worker}` or `{ip:host/partner}` in url, host, server, answers, bodyMatches and run stand for the address
// which that place has at the moment of the probe; the grader fills them in before the runtime sees the probe.
import { z } from 'zod'
import { targetText } from './target.ts'

/** How a connection attempt may end. `blocked` in a scenario means refused, timeout or unreachable. */
export const connectOutcome = z.enum(['answered', 'refused', 'timeout', 'unreachable', 'blocked'])
export type ConnectOutcome = z.infer<typeof connectOutcome>

const from = targetText.describe('where the probe starts: laptop, node/worker, pod/client, deploy/web, host/partner')
const timing = {
  times: z.number().int().min(1).max(200).default(1).describe('how often, all at the same time'),
  timeoutMs: z.number().int().min(20).max(10_000).default(400).describe('one try gives up after this many ms'),
}

export const httpProbe = z.strictObject({
  from,
  http: z.strictObject({
    url: z.string().regex(/^http:\/\//, 'only http:// URLs can be probed'),
    method: z.enum(['GET', 'HEAD', 'POST']).default('GET'),
    headers: z.record(z.string(), z.string()).default({}),
    expect: connectOutcome.default('answered'),
    status: z.number().int().min(100).max(599).optional(),
    bodyMatches: z.string().optional().describe('a JavaScript regular expression'),
  }),
  ...timing,
})
export const tcpProbe = z.strictObject({
  from,
  tcp: z.strictObject({ host: z.string(), port: z.number().int().min(1).max(65535), expect: connectOutcome.default('answered') }),
  ...timing,
})
export const udpProbe = z.strictObject({
  from,
  udp: z.strictObject({
    host: z.string(),
    port: z.number().int().min(1).max(65535),
    send: z.string().default('podwire'),
    expect: connectOutcome.default('answered'),
    bodyMatches: z.string().optional(),
  }),
  ...timing,
})
export const dnsProbe = z.strictObject({
  from,
  dns: z.strictObject({
    name: z.string(),
    type: z.enum(['A', 'AAAA', 'SRV', 'PTR', 'CNAME', 'TXT']).default('A'),
    server: z.string().optional().describe('default: the first nameserver of /etc/resolv.conf there'),
    tcp: z.boolean().default(false),
    expect: z.enum(['NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED', 'timeout']).default('NOERROR'),
    answers: z.array(z.string()).optional().describe('exactly these, in any order'),
  }),
  ...timing,
})
export const pingProbe = z.strictObject({
  from,
  ping: z.strictObject({ host: z.string(), expect: z.enum(['answered', 'timeout', 'unreachable', 'blocked']).default('answered') }),
  ...timing,
})
export const kubeProbe = z.strictObject({
  kube: z
    .strictObject({
      get: z.string().describe('plural resource, e.g. services, endpointslices'),
      namespace: z.string().optional(),
      name: z.string().optional(),
      selector: z.string().optional().describe('label selector'),
      path: z.string().default('$').describe('JSONPath over the object, or over {items} when there is no name'),
      equals: z.unknown().optional(),
      count: z.number().int().min(0).optional(),
      atLeast: z.number().int().min(0).optional(),
      unchanged: z.boolean().optional().describe('equal to what it was when the lab was healthy'),
    })
    .refine(
      (k) => [k.equals !== undefined, k.count !== undefined, k.atLeast !== undefined, k.unchanged === true].filter(Boolean).length === 1,
      'give exactly one of equals, count, atLeast, unchanged',
    ),
})
export const serviceProbe = z.strictObject({
  service: z
    .strictObject({
      name: z.string(),
      namespace: z.string().default('default'),
      deployment: z.string().describe('the Deployment whose Pods the Service stands for'),
      wants: z
        .enum(['endpoints', 'selector'])
        .describe(
          "endpoints: the addresses listed as ready are exactly those of the Deployment's ready Pods; selector: it would find the Pods made from now on",
        ),
    })
    .describe('whether a Service and a Deployment belong together, by whatever labels'),
})
export const commandProbe = z.strictObject({
  command: z.strictObject({
    on: targetText,
    run: z.string().describe("bash, in that place's network namespace with the platform's own tools; $ROOT is that place's root folder"),
    exit: z.number().int().min(0).max(255).default(0),
    stdoutMatches: z.string().optional(),
    unchanged: z.boolean().optional().describe('stdout equal to what it was when the lab was healthy'),
    timeoutMs: z.number().int().min(20).max(10_000).default(1000),
  }),
})
export const questionProbe = z.strictObject({
  question: z.strictObject({
    answer: z.string().describe('a JavaScript regular expression that must match the whole trimmed answer, any case'),
  }),
})

export const probe = z.union([httpProbe, tcpProbe, udpProbe, dnsProbe, pingProbe, kubeProbe, serviceProbe, commandProbe, questionProbe])
export type Probe = z.infer<typeof probe>
export type NetworkProbe =
  | z.infer<typeof httpProbe>
  | z.infer<typeof tcpProbe>
  | z.infer<typeof udpProbe>
  | z.infer<typeof dnsProbe>
  | z.infer<typeof pingProbe>

/** One try of a network probe, as the runtime saw it. Times in ms. */
export interface ProbeTry {
  outcome: 'answered' | 'refused' | 'timeout' | 'unreachable' | 'unresolved' | 'error'
  ms: number
  /** address the name resolved to */
  address?: string
  status?: number
  /** first 4 KiB of a body, or a datagram */
  body?: string
  rcode?: string
  answers?: string[]
  /** errno name or a short reason, for outcome error/unreachable/unresolved */
  reason?: string
}
/** All tries of one network probe. */
export interface ProbeResult {
  tries: ProbeTry[]
}
