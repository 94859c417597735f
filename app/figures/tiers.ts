// Who decides about a call to db: the admin tier, the NetworkPolicies, the baseline, or nobody. NetworkPolicies are judged by the function that judges
// packets for the cluster's own tests; the tiers around them as network-policy-api v1alpha2 says. Pure.
import { evaluatePolicy } from '../../labs/cluster/policy/evaluate.ts'
import type { NamespaceObject, PodObject, PolicyObject, PolicyPeer } from '../../labs/cluster/policy/objects.ts'
import { peerMeansPod, policiesOf } from '../../labs/cluster/policy/selection.ts'

export const adminChoices = ['none', 'deny-ops', 'accept-ops', 'pass-shop'] as const
export type AdminChoice = (typeof adminChoices)[number]
export const policyChoices = ['none', 'db-access', 'deny-all'] as const
export type PolicyChoice = (typeof policyChoices)[number]
export const baselineChoices = ['none', 'deny-all'] as const
export type BaselineChoice = (typeof baselineChoices)[number]

export interface TierSettings {
  admin: AdminChoice
  policy: PolicyChoice
  baseline: BaselineChoice
}

/** What a tier says of a call: `none` is no rule that fits, `unasked` that it was decided before. */
export type TierAnswer = 'accept' | 'deny' | 'pass' | 'none' | 'unasked'
export const tiers = ['admin', 'policy', 'baseline'] as const
export type Tier = (typeof tiers)[number]

export interface TierRow {
  caller: string
  answers: Record<Tier, TierAnswer>
  /** undefined: no tier decided, and what nobody forbids is allowed */
  decidedBy: Tier | undefined
  allowed: boolean
}

interface ClusterRule {
  action: 'accept' | 'deny' | 'pass'
  from: PolicyPeer
}

const pod = (namespace: string, app: string, n: number): PodObject => ({
  metadata: { name: app, namespace, uid: `figure-${namespace}-${app}`, labels: { app } },
  spec: { nodeName: 'worker', containers: [] },
  status: { podIP: `10.244.1.${n}`, phase: 'Running' },
})
const db = pod('data', 'db', 2)
const report: PodObject = { ...pod('data', 'report', 5), metadata: { ...pod('data', 'report', 5).metadata, labels: { app: 'api' } } }
const callers = [pod('shop', 'api', 3), pod('shop', 'web', 4), report, pod('ops', 'api', 6)]
const namespaces: NamespaceObject[] = ['shop', 'data', 'ops'].map((name) => ({
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
}))

const namespace = (name: string): PolicyPeer => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } })
const everywhere: PolicyPeer = { namespaceSelector: {} }

/** Within a tier the first rule that fits is the answer. */
const adminRules: Record<AdminChoice, ClusterRule[]> = {
  none: [],
  'deny-ops': [{ action: 'deny', from: namespace('ops') }],
  'accept-ops': [{ action: 'accept', from: namespace('ops') }],
  'pass-shop': [
    { action: 'pass', from: namespace('shop') },
    { action: 'deny', from: everywhere },
  ],
}
const baselineRules: Record<BaselineChoice, ClusterRule[]> = { none: [], 'deny-all': [{ action: 'deny', from: everywhere }] }

const onDb = (name: string, from: PolicyPeer[]): PolicyObject => ({
  metadata: { name, namespace: 'data' },
  spec: { podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress'], ingress: from.length > 0 ? [{ from }] : [] },
})
const policies: Record<PolicyChoice, PolicyObject[]> = {
  none: [],
  'db-access': [onDb('db-access', [{ ...namespace('shop'), podSelector: { matchLabels: { app: 'api' } } }])],
  'deny-all': [onDb('deny-all', [])],
}

function ruleFor(caller: PodObject, rules: readonly ClusterRule[]): TierAnswer {
  // no namespace of its own: a ClusterNetworkPolicy belongs to none
  const owner: PolicyObject = { metadata: { name: 'cluster' } }
  return rules.find(({ from }) => peerMeansPod(from, owner, caller, namespaces))?.action ?? 'none'
}

/** NetworkPolicies that select the Pod decide in any case: what none of them allows is denied. */
function policyFor(caller: PodObject, of: readonly PolicyObject[]): TierAnswer {
  if (policiesOf(db, 'ingress', of).length === 0) return 'none'
  const inputs = { policies: of, pods: [db, ...callers], namespaces }
  return evaluatePolicy(inputs, { pod: caller }, { pod: db }, { protocol: 'TCP', port: 8080 }).allowed ? 'accept' : 'deny'
}

export function decide({ admin, policy, baseline }: TierSettings): TierRow[] {
  return callers.map((caller) => {
    const asked: Record<Tier, TierAnswer> = {
      admin: ruleFor(caller, adminRules[admin]),
      policy: policyFor(caller, policies[policy]),
      baseline: ruleFor(caller, baselineRules[baseline]),
    }
    const decidedBy = tiers.find((tier) => asked[tier] === 'accept' || asked[tier] === 'deny')
    const last = decidedBy ? tiers.indexOf(decidedBy) : tiers.length
    const answers = { ...asked }
    for (const tier of tiers.slice(last + 1)) answers[tier] = 'unasked'
    return {
      caller: `${caller.metadata.namespace}/${caller.metadata.name}`,
      answers,
      decidedBy,
      allowed: decidedBy === undefined || asked[decidedBy] === 'accept',
    }
  })
}
