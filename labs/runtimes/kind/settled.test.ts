import { describe, expect, it } from 'vitest'
import type { PodObject } from './pod-table.ts'
import { staleRules, waitingDeployments, waitingEndpoints } from './settled.ts'

const meta = (name: string, labels?: Record<string, string>) => ({
  name,
  namespace: 'default',
  generation: 2,
  ...(labels ? { labels } : {}),
})
const pod = (name: string, ready = true): PodObject => ({
  metadata: { name, namespace: 'default', uid: name, creationTimestamp: '', labels: { app: 'web' } },
  spec: { containers: [] },
  status: { podIP: '10.244.1.2', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
})
const service = { metadata: meta('web'), spec: { selector: { app: 'web' }, clusterIP: '10.96.0.5' } }
const slice = (address: string, uid: string) => ({
  metadata: meta('web-x', { 'kubernetes.io/service-name': 'web' }),
  ports: [{ port: 8080 }],
  endpoints: [{ addresses: [address], conditions: { ready: true }, targetRef: { uid } }],
})

describe('a settled cluster', () => {
  it('has Deployments whose newest generation is available', () => {
    const status = { observedGeneration: 2, updatedReplicas: 1, availableReplicas: 1, replicas: 1 }
    expect(waitingDeployments([{ metadata: meta('web'), spec: {}, status }])).toEqual([])
    expect(waitingDeployments([{ metadata: meta('web'), spec: {}, status: { ...status, observedGeneration: 1 } }])).toHaveLength(1)
    expect(waitingDeployments([{ metadata: meta('web'), spec: { replicas: 2 }, status }])[0]).toContain('1 of 2')
  })

  it('has EndpointSlices of exactly the ready Pods', () => {
    expect(waitingEndpoints([service], [slice('10.244.1.2', 'a')], [pod('a')])).toEqual([])
    expect(waitingEndpoints([service], [slice('10.244.1.2', 'a')], [pod('a'), pod('b')])).toHaveLength(1)
    expect(waitingEndpoints([service], [slice('10.244.1.2', 'a')], [pod('a', false)])).toHaveLength(1)
  })

  it('has a rule to every endpoint, and none to Pods that are gone', () => {
    const rule = (name: string) => `-A KUBE-SEP-X -p tcp -m comment --comment "${name}" -m tcp -j DNAT --to-destination 10.244.1.2:8080`
    const table = rule('default/web:http')
    expect(staleRules(table, [service], [slice('10.244.1.2', 'a')])).toEqual([])
    expect(staleRules('', [service], [slice('10.244.1.2', 'a')])).toEqual(['no rule from default/web to 10.244.1.2:8080'])
    // another Service with the same Pods is no proof
    expect(staleRules(rule('default/other'), [service], [slice('10.244.1.2', 'a')])).toHaveLength(1)
    expect(staleRules(rule('default/web').replaceAll('"', ''), [service], [slice('10.244.1.2', 'a')])).toEqual([])
    expect(staleRules(table, [service], [slice('10.244.1.9', 'a')])).toHaveLength(2)
    expect(staleRules('', [{ ...service, spec: { ...service.spec, clusterIP: 'None' } }], [slice('10.244.1.2', 'a')])).toEqual([])
  })
})
