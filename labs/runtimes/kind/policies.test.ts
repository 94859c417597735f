import { expect, it } from 'vitest'
import type { PodObject } from './pod-table.ts'
import { stalePolicies } from './policies.ts'

const pod: PodObject = {
  metadata: { name: 'db', namespace: 'data', uid: 'u', creationTimestamp: '', labels: { app: 'db' } },
  spec: { nodeName: 'worker', containers: [] },
  status: { phase: 'Running', podIP: '10.244.1.2' },
}
const policy = { metadata: { name: 'p', namespace: 'data' }, spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } }
const table = `chain in-1 {
  comment "ingress to: data/db"
}
chain out-1 {
  comment "egress to: data/db"
}`

it('waits for the chains of isolated Pods on their node, and for those of others to go', () => {
  expect(stalePolicies('worker', table, [policy], [pod])).toEqual([])
  expect(stalePolicies('worker', '', [policy], [pod])).toHaveLength(2)
  expect(stalePolicies('worker2', '', [policy], [pod])).toEqual([])
  expect(stalePolicies('worker', table, [], [pod])).toHaveLength(2)
})
