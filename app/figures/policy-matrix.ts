// Who reaches which port of ledger under the policies a reader has put together: judged by the function that judges packets for the cluster's own
// tests. Pure.
import { evaluatePolicy } from '../../labs/cluster/policy/evaluate.ts'
import type { NamespaceObject, PodObject, PolicyObject, PolicyPeer } from '../../labs/cluster/policy/objects.ts'

export const peerChoices = ['none', 'pods', 'and', 'or'] as const
export type PeerChoice = (typeof peerChoices)[number]
export const portChoices = ['8080', '80', 'all'] as const
export type PortChoice = (typeof portChoices)[number]

export interface PolicySettings {
  /** the policy ledger-access exists */
  applied: boolean
  peers: PeerChoice
  port: PortChoice
  /** a second policy, which lets lobby in at 8080 */
  second: boolean
}
export interface MatrixRow {
  caller: string
  /** by http://ledger.bank, port 80 of the Service, and to the admin port 9090 of the Pod */
  service: boolean
  admin: boolean
}

const pod = (namespace: string, app: string, n: number): PodObject => ({
  metadata: { name: app, namespace, uid: `figure-${namespace}-${app}`, labels: { app } },
  spec: { nodeName: 'worker', containers: [] },
  status: { podIP: `10.244.1.${n}`, phase: 'Running' },
})
const ledger = pod('bank', 'ledger', 3)
const callers = [pod('bank', 'teller', 2), pod('bank', 'lobby', 4), pod('training', 'teller', 5), pod('training', 'guest', 6)]
const namespaces: NamespaceObject[] = ['bank', 'training'].map((name) => ({
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
}))

const teller = { podSelector: { matchLabels: { app: 'teller' } } }
const training = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'training' } } }
const peersOf: Record<Exclude<PeerChoice, 'none'>, PolicyPeer[]> = {
  pods: [teller],
  and: [{ ...training, ...teller }],
  or: [training, teller],
}

const policy = (name: string, ingress: NonNullable<PolicyObject['spec']>['ingress'] & object): PolicyObject => ({
  metadata: { name, namespace: 'bank' },
  spec: { podSelector: { matchLabels: { app: 'ledger' } }, policyTypes: ['Ingress'], ingress },
})

export function policiesOf({ applied, peers, port, second }: PolicySettings): PolicyObject[] {
  const ports = port === 'all' ? undefined : [{ protocol: 'TCP', port: Number(port) }]
  const rule = peers === 'none' ? [] : [{ from: peersOf[peers], ...(ports && { ports }) }]
  return [
    ...(applied ? [policy('ledger-access', rule)] : []),
    ...(second
      ? [policy('lobby-too', [{ from: [{ podSelector: { matchLabels: { app: 'lobby' } } }], ports: [{ protocol: 'TCP', port: 8080 }] }])]
      : []),
  ]
}

export function matrix(settings: PolicySettings): MatrixRow[] {
  const inputs = { policies: policiesOf(settings), pods: [ledger, ...callers], namespaces }
  return callers.map((caller) => {
    const reaches = (port: number) => evaluatePolicy(inputs, { pod: caller }, { pod: ledger }, { protocol: 'TCP', port }).allowed
    // a call to port 80 of the Service has become one to port 8080 of a Pod before a policy is asked
    return { caller: `${caller.metadata.namespace}/${caller.metadata.name}`, service: reaches(8080), admin: reaches(9090) }
  })
}

/** The ingress part of ledger-access as its author would write it. */
export function yamlOf({ peers, port }: PolicySettings): string {
  if (peers === 'none') return 'ingress: []'
  const items = {
    pods: ['- podSelector: {matchLabels: {app: teller}}'],
    and: ['- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: training}}', '  podSelector: {matchLabels: {app: teller}}'],
    or: ['- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: training}}', '- podSelector: {matchLabels: {app: teller}}'],
  }[peers]
  const lines = ['ingress:', '- from:', ...items.map((line) => `  ${line}`)]
  return [...lines, ...(port === 'all' ? [] : ['  ports:', `  - {protocol: TCP, port: ${port}}`])].join('\n')
}
