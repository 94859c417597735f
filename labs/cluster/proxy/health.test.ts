// What balancers and probes are told, to the letter: bodies as upstream's kube-proxy prints them.
import { describe, expect, test } from 'vitest'
import { healthCheckNodePorts, isNodeEligible, localReadyEndpoints, proxyReply, serviceReply } from './health.ts'
import { planRules } from './render.ts'
import { type SampleEndpoint, service, slice } from './samples.ts'

const node = { name: 'worker', ip: '172.18.0.3' }
const local = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 }
const two = [
  { name: 'http', port: 80, nodePort: 30080 },
  { name: 'admin', port: 81, nodePort: 30081 },
]
const plan = (endpoints: SampleEndpoint[]) =>
  planRules({
    services: [
      service('shop', { ...local, ports: two }),
      service('spread', { ...local, clusterIP: '10.96.1.1', externalTrafficPolicy: 'Cluster' }),
      service('node-port', { ...local, clusterIP: '10.96.1.2', type: 'NodePort' }),
    ],
    endpointSlices: two.map(({ name }) => slice('shop', endpoints, { name, port: 8080 }, name)),
    node,
    clusterCIDR: '10.244.0.0/16',
  })
const here: SampleEndpoint = { ip: '10.244.1.5', node: 'worker', ready: true }

test('only a LoadBalancer with external traffic policy Local has a port', () => {
  expect([...healthCheckNodePorts(plan([]))]).toEqual([[31000, 'default/shop']])
})

test.each<[string, SampleEndpoint[], number]>([
  ['none', [], 0],
  ['one that serves two ports is one', [here], 1],
  ['two', [here, { ...here, ip: '10.244.1.6' }], 2],
  ['those of other nodes do not count', [here, { ...here, ip: '10.244.2.5', node: 'worker2' }], 1],
  ['one that is not ready does not', [{ ...here, ready: false, serving: false }], 0],
  ['one that serves while it terminates does not', [{ ...here, ready: false, serving: true, terminating: true }], 0],
])('ready endpoints on the node: %s', (_, endpoints, count) => {
  expect(localReadyEndpoints(plan(endpoints), 'default/shop')).toBe(count)
})

describe('a Service', () => {
  const body = (count: number, healthy: boolean) =>
    `{\n\t"service": {\n\t\t"namespace": "default",\n\t\t"name": "shop"\n\t},\n\t"localEndpoints": ${count},\n\t"serviceProxyHealthy": ${healthy}\n}`
  test.each<[number, boolean, number]>([
    [2, true, 200],
    [0, true, 503],
    [2, false, 503],
  ])('with %i endpoints here and a proxy whose health is %s: %i', (count, healthy, status) => {
    expect(serviceReply('default/shop', count, healthy)).toEqual({
      status,
      headers: {
        'Content-Type': 'application/json',
        'X-Content-Type-Options': 'nosniff',
        'X-Load-Balancing-Endpoint-Weight': String(count),
      },
      body: body(count, healthy),
    })
  })
})

describe('kube-proxy itself', () => {
  const now = Date.parse('2026-11-28T17:00:10.500Z')
  const lastUpdated = now - 5000
  const told = (path: string, healthy: boolean, eligible = true) => {
    const { status, body } = proxyReply(path, { healthy, lastUpdated }, eligible, now)
    return { status, ...JSON.parse(body) }
  }
  const updated = '2026-11-28T17:00:05.500Z'
  const current = '2026-11-28T17:00:10.500Z'
  test('when all is well', () => {
    expect(proxyReply('/healthz', { healthy: true, lastUpdated }, true, now).body).toBe(
      `{"lastUpdated":"${current}","currentTime":"${current}","nodeEligible":true,"healthy":true,"status":{"IPv4":{"lastUpdated":"${updated}","healthy":true}}}`,
    )
    expect(told('/livez', true)).toEqual({
      status: { IPv4: { lastUpdated: updated, healthy: true } },
      lastUpdated: current,
      currentTime: current,
      healthy: true,
    })
  })
  test('a sync that is overdue turns both to 503', () => {
    for (const path of ['/healthz', '/livez']) {
      expect(proxyReply(path, { healthy: false, lastUpdated }, true, now).status).toBe(503)
      expect(told(path, false)).toMatchObject({ lastUpdated: updated, healthy: false })
    }
  })
  test('a node that is to be removed turns healthz to 503, and livez not', () => {
    expect(proxyReply('/healthz', { healthy: true, lastUpdated }, false, now).status).toBe(503)
    expect(told('/healthz', true, false)).toMatchObject({ nodeEligible: false, healthy: true, lastUpdated: updated })
    expect(proxyReply('/livez', { healthy: true, lastUpdated }, false, now).status).toBe(200)
  })
  test('before the first sync, and elsewhere', () => {
    expect(JSON.parse(proxyReply('/livez', { healthy: true, lastUpdated: undefined }, true, now).body)).not.toHaveProperty('status')
    expect(proxyReply('/metrics', { healthy: true, lastUpdated }, true, now)).toMatchObject({ status: 404, body: '404 page not found\n' })
    expect(proxyReply(undefined, { healthy: true, lastUpdated }, true, now).status).toBe(404)
  })
  test('which nodes are to be removed', () => {
    expect(isNodeEligible({ metadata: {}, spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane' }] } })).toBe(true)
    expect(isNodeEligible({ metadata: {}, spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler' }] } })).toBe(false)
    expect(isNodeEligible({ metadata: { deletionTimestamp: current } })).toBe(false)
    expect(isNodeEligible(undefined)).toBe(false)
  })
})
