// The scenario format, version 1: one zod schema for scenario.yaml and one for text.<locale>.yaml.
import { z } from 'zod'
import { mutationId } from './mutation.ts'
import { runtimeNames, seedCases, topics } from './names.ts'
import { pathRules } from './path.ts'
import { commandProbe, dnsProbe, httpProbe, kubeProbe, pingProbe, questionProbe, serviceProbe, tcpProbe, udpProbe } from './probe.ts'
import { targetText } from './target.ts'

export { type Locale, locales, type RuntimeName, runtimeNames, seedCases, topics } from './names.ts'

/** How Pods hang on their node and nodes reach each other's Pods. kind has the first alone. */
export const cniShapes = ['kindnet', 'bridge-host-gw', 'flannel-vxlan', 'calico'] as const
export type CniName = (typeof cniShapes)[number]

export const id = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'use lower-case words joined by hyphens')

/**
 * One action. `run` and `script` are bash on a target, as a learner would run them; `patch`, `delete` and `apply` act on the Kubernetes API;
 * `answer` answers a question. None leaves an event or a line of history.
 */
export const step = z.union([
  z.strictObject({ on: targetText.default('laptop'), run: z.string() }),
  z.strictObject({ on: targetText.default('laptop'), script: z.string().describe('file in the scenario folder') }),
  z.strictObject({
    patch: z.strictObject({
      resource: z.string(),
      namespace: z.string().default('default'),
      name: z.string(),
      type: z.enum(['strategic', 'merge', 'json']).default('strategic'),
      body: z.unknown(),
    }),
  }),
  z.strictObject({ delete: z.strictObject({ resource: z.string(), namespace: z.string().default('default'), name: z.string() }) }),
  z.strictObject({ apply: z.string().describe('manifest file in the scenario folder') }),
  z.strictObject({
    answer: z
      .strictObject({ check: z.string(), text: z.string() })
      .describe('answers a check that is a question; for solutions and wrong fixes'),
  }),
])
export type Step = z.infer<typeof step>

const owned = { id: id.describe('names its texts in text.<locale>.yaml') }
const withId = <T extends z.ZodRawShape>(o: z.ZodObject<T>) => o.extend(owned)
export const guard = z.union([
  withId(httpProbe),
  withId(tcpProbe),
  withId(udpProbe),
  withId(dnsProbe),
  withId(pingProbe),
  withId(kubeProbe),
  withId(serviceProbe),
  withId(commandProbe),
])
const needs = { needs: z.array(id).default([]).describe('checks that must pass before this one is tried') }
const asCheck = <T extends z.ZodRawShape>(o: z.ZodObject<T>) => o.extend({ ...owned, ...needs })
export const check = z.union([
  asCheck(httpProbe),
  asCheck(tcpProbe),
  asCheck(udpProbe),
  asCheck(dnsProbe),
  asCheck(pingProbe),
  asCheck(kubeProbe),
  asCheck(serviceProbe),
  asCheck(commandProbe),
  asCheck(questionProbe),
])
export type Check = z.infer<typeof check>
export type Guard = z.infer<typeof guard>

/** Agents that would undo a fault, one of each on every node: kube-proxy, and that of the CNI shape. */
export const hold = z.strictObject({ agent: z.enum(['kube-proxy', 'kindnet', 'flannel', 'calico']), node: z.string() })
export type Hold = z.infer<typeof hold>

export const outsideHost = z.strictObject({
  name: id,
  address: z.ipv4(),
  names: z
    .array(z.string().regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, 'use a name with a dot in lower case, such as rates.partner.example'))
    .default([])
    .describe('what it is called in the DNS outside, beside its own name'),
  routes: z.array(z.strictObject({ to: z.string(), via: z.string() })).default([]),
  run: z.array(z.strictObject({ image: z.string(), args: z.array(z.string()).default([]) })).default([]),
})

/** A C file that is compiled when the lab starts, loaded on a node and attached there. Its programs and maps are pinned in the node's /sys/fs/bpf. */
export const ebpfProgram = z.strictObject({
  source: z.string().regex(/\.c$/, 'name a C file').describe('file in the scenario folder, with one program in it'),
  on: z.string().describe('a node'),
  attach: z.union([
    z.strictObject({ xdp: z.string().describe('a link of the node, such as eth0; in generic mode') }),
    z.strictObject({
      tracepoint: z.literal('kfree_skb').describe('of the node alone; for the programs of Podwire that are known to be safe'),
    }),
    z.strictObject({ cgroup: z.literal('connect4').describe('of all processes of the lab: its nodes are one machine') }),
  ]),
})
export type EbpfProgram = z.infer<typeof ebpfProgram>

/** Programs that a machine may lack: too big to come with Podwire, and few labs run them. `npm run <name>` fetches one. */
export const optionalPrograms = ['envoy'] as const
export type OptionalProgram = (typeof optionalPrograms)[number]

export const scenario = z.strictObject({
  version: z.literal(1),
  id,
  topic: z.enum(topics),
  seedCase: z.enum(seedCases).optional().describe('which way the packets go that do not arrive; dns: a name is what fails'),
  level: z.enum(['basic', 'medium', 'hard', 'expert']),
  minutes: z.number().int().min(1).max(180),
  runtimes: z.array(z.enum(runtimeNames)).min(1),
  privileged: z.boolean().default(false).describe('the lab runs eBPF programs: it needs root, and servers for others refuse it'),
  ebpf: z.array(ebpfProgram).default([]).describe('programs that nodes have from the beginning; needs privileged'),
  cni: z.enum(cniShapes).default('kindnet').describe('how Pods are wired; all but kindnet exist on embedded only'),
  programs: z
    .array(z.enum(optionalPrograms))
    .default([])
    .describe('what runs in it on embedded that a machine may lack: who wants to start it is told, and how to get it'),
  lesson: z.string().optional(),
  next: id.optional(),
  hosts: z.array(outsideHost).default([]),
  manifests: z.array(z.string()).min(1).describe('files in the scenario folder, applied in order'),
  setup: z.array(step).default([]).describe('run after the manifests, while the lab is healthy: what a node or host had before the fault'),
  terminals: z.array(targetText).min(1).default(['laptop']),
  fault: z.strictObject({ holds: z.array(hold).default([]), inject: z.array(step).min(1), withdraw: z.array(step).min(1) }),
  symptom: z.array(check).min(1).describe('what is seen while it is broken'),
  checks: z.array(check).min(1),
  steadyMs: z
    .number()
    .int()
    .min(0)
    .max(4_000)
    .default(0)
    .describe('for how long all must be well before it counts as solved: more than two rounds where a rollout passes a good state by'),
  guards: z.array(guard).default([]),
  hints: z.number().int().min(0).max(9).default(3),
  path: z
    .enum(pathRules)
    .default('hint')
    .describe('whether packets may be followed while it is unsolved: free, hint (counted as one), or solved (only before and after)'),
  solution: z.array(step).min(1),
  otherSolutions: z
    .array(z.strictObject({ id, steps: z.array(step).min(1) }))
    .default([])
    .describe('fixes that are as right as the solution, and proved like it'),
  wrongFixes: z
    .array(z.strictObject({ id, steps: z.array(step).min(1), rejectedBy: id.describe('the check or guard that must reject it') }))
    .min(3),
  acceptedMutations: z
    .array(z.strictObject({ id: mutationId, because: z.string().min(1).describe('why a learner who does that has really mended it') }))
    .default([])
    .describe('fixes that `podwire prove --mutations` makes up and that are right here; all others must be turned down'),
})
export type Scenario = z.infer<typeof scenario>

const sentence = z.string().min(1)
export const scenarioText = z.strictObject({
  title: sentence,
  summary: sentence.describe('one line for the table of labs; no cause in it'),
  ticket: z.strictObject({ from: sentence, body: sentence }),
  checks: z.record(
    id,
    z.strictObject({ title: sentence, failed: sentence.describe('shown when it fails; may use {seen}'), wanted: sentence.optional() }),
  ),
  guards: z.record(id, z.strictObject({ title: sentence, failed: sentence })).default({}),
  hints: z.array(sentence),
  wrongFixes: z.record(id, z.strictObject({ title: sentence, why: sentence })),
  debrief: z.strictObject({
    title: sentence,
    body: sentence.describe('Markdown: what was broken and why the fix holds'),
    incident: z.strictObject({ text: sentence, url: z.url().optional() }),
  }),
  runtimes: z
    .strictObject({ embedded: sentence.optional(), kind: sentence.optional() })
    .optional()
    .describe('why it does not run there, for each runtime that scenario.yaml leaves out'),
})
export type ScenarioText = z.infer<typeof scenarioText>
