import { describe, expect, test } from 'vitest'
import { evaluatePolicy, type PolicyEnd } from './evaluate.ts'
import type { PolicyObject } from './objects.ts'
import { sampleNamespace, samplePod, samplePolicy } from './samples.ts'

const db = samplePod('data/db', '10.244.1.5', { app: 'db' }, { ports: [{ name: 'sql', containerPort: 5432 }] })
const api = samplePod('shop/api', '10.244.2.5', { app: 'api' }, { nodeName: 'worker2' })
const other = samplePod('shop/other', '10.244.2.6', { app: 'other' }, { nodeName: 'worker2' })
const twin = samplePod('play/api', '10.244.2.7', { app: 'api' }, { nodeName: 'worker2' })
const namespaces = [sampleNamespace('data'), sampleNamespace('shop', { team: 'shop' }), sampleNamespace('play')]
const pods = [db, api, other, twin]

const may = (policies: PolicyObject[], from: PolicyEnd, to: PolicyEnd, port = 5432, protocol = 'TCP') =>
  evaluatePolicy({ policies, pods, namespaces }, from, to, { port, protocol }).allowed
const guard = (from: object[], ports?: object[]) =>
  samplePolicy('data/db', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from, ...(ports ? { ports } : {}) }] })

describe('the np-and-or-selector scenario', () => {
  const namespaceSelector = { matchLabels: { team: 'shop' } }
  const podSelector = { matchLabels: { app: 'api' } }
  test('merged: only the api pods of that namespace', () => {
    const merged = [guard([{ namespaceSelector, podSelector }])]
    expect([api, other, twin].map((pod) => may(merged, { pod }, { pod: db }))).toEqual([true, false, false])
  })
  test('split: every pod of that namespace, and api pods of the own namespace, of which there are none', () => {
    const split = [guard([{ namespaceSelector }, { podSelector }])]
    expect([api, other, twin].map((pod) => may(split, { pod }, { pod: db }))).toEqual([true, true, false])
  })
})

test('a pod that no policy selects is open, in each direction by itself', () => {
  const deny = samplePolicy('shop/deny', { podSelector: {}, policyTypes: ['Egress'] })
  expect(may([deny], { pod: db }, { pod: api })).toBe(true)
  expect(may([deny], { pod: api }, { pod: db })).toBe(false)
  expect(may([deny], { pod: twin }, { pod: db })).toBe(true)
})

test('policies add up, and both ends must agree', () => {
  const deny = samplePolicy('data/deny', { podSelector: {} })
  const allow = guard([{ namespaceSelector: {} }], [{ port: 'sql' }])
  expect(may([deny], { pod: api }, { pod: db })).toBe(false)
  expect(may([deny, allow], { pod: api }, { pod: db })).toBe(true)
  expect(may([deny, allow], { pod: api }, { pod: db }, 5433)).toBe(false)
  expect(may([deny, allow], { pod: api }, { pod: db }, 5432, 'UDP')).toBe(false)
  expect(may([deny, allow, samplePolicy('shop/deny', { podSelector: {}, policyTypes: ['Egress'] })], { pod: api }, { pod: db })).toBe(false)
})

test('policyTypes default to Ingress, and to Egress with egress rules; an address reaches a pod by ipBlock only', () => {
  const block = [guard([{ ipBlock: { cidr: '172.18.0.0/16', except: ['172.18.0.99/32'] } }])]
  expect(may(block, { ip: '172.18.0.50' }, { pod: db })).toBe(true)
  expect(may(block, { ip: '172.18.0.99' }, { pod: db })).toBe(false)
  expect(may([guard([{ namespaceSelector: {} }])], { ip: '172.18.0.50' }, { pod: db })).toBe(false)
  const egress = samplePolicy('shop/out', { podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '10.244.1.0/24' } }] }] })
  expect(may([egress], { pod: api }, { pod: db })).toBe(true)
  expect(may([egress], { pod: api }, { pod: other })).toBe(false) // its egress rules isolate ingress too
})

test("a pod's own node always reaches it, another node does not", () => {
  const deny = samplePolicy('data/deny', { podSelector: {} })
  expect(may([deny], { ip: '172.18.0.3', node: 'worker' }, { pod: db })).toBe(true)
  expect(may([deny], { ip: '172.18.0.4', node: 'worker2' }, { pod: db })).toBe(false)
})

test('the reason names the policy that decides', () => {
  const inputs = { policies: [guard([{ namespaceSelector: { matchLabels: { team: 'shop' } } }])], pods, namespaces }
  const reason = (from: PolicyEnd) => evaluatePolicy(inputs, from, { pod: db }, { port: 1, protocol: 'TCP' }).reason
  expect(reason({ pod: api })).toBe('ingress to data/db: allowed by data/db')
  expect(reason({ pod: twin })).toBe('ingress to data/db: no policy allows it (data/db)')
})
