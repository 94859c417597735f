// Which wrong fixes are made up from what a lab holds.
import { describe, expect, it } from 'vitest'
import { mutationId } from '../../spec/mutation.ts'
import type { Check, Scenario } from '../../spec/scenario.ts'
import { generateMutations } from './generate.ts'
import type { LabObjects } from './lab-objects.ts'

const meta = (name: string, namespace = 'default', labels: Record<string, string> = {}, ownerReferences: unknown[] = []) => ({
  ...{ name, namespace, labels, ownerReferences },
  annotations: {},
})
const pod = (name: string, nodeName: string, podIP: string, labels = {}, owners: unknown[] = []): LabObjects['objects'][number] => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: meta(name, 'default', labels, owners) },
  ...{ spec: { nodeName }, status: { podIP } },
})
const node = (name: string, podCIDR: string, address: string): LabObjects['objects'][number] => ({
  ...{ kind: 'Node', metadata: meta(name), spec: { podCIDR }, status: { addresses: [{ type: 'InternalIP', address }] } },
})
const service = (name: string, namespace = 'default'): LabObjects['objects'][number] => ({
  ...{ apiVersion: 'v1', kind: 'Service', metadata: meta(name, namespace) },
  spec: { clusterIP: '10.96.1.1', selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
})
const lab: LabObjects = {
  rolloutSeconds: 3,
  tables: new Map([
    ['node/worker', ['nat', 'inet/kindnet-network-policies']],
    ['node/worker2', ['nat', 'legacy/filter']],
    ['host/partner', ['filter']],
    ['host/quiet', []],
  ]),
  objects: [
    node('worker', '10.244.1.0/24', '172.18.0.3'),
    node('worker2', '10.244.2.0/24', '172.18.0.4'),
    {
      kind: 'Deployment',
      metadata: meta('web'),
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { spec: {} } },
    },
    {
      kind: 'Deployment',
      metadata: meta('coredns', 'kube-system'),
      spec: { replicas: 2, selector: { matchLabels: {} }, template: { spec: {} } },
    },
    pod('web-1', 'worker2', '10.244.2.7', { app: 'web' }, [{}]),
    pod('web-2', 'worker2', '', { app: 'web' }, [{}]),
    pod('client', 'worker', '10.244.1.5'),
    service('web'),
    service('quiet'),
    service('kubernetes'),
    service('kube-dns', 'kube-system'),
    { kind: 'NetworkPolicy', metadata: meta('deny', 'default') },
  ],
}
const check: Check = {
  ...{ id: 'answers', needs: [], from: 'pod/client', times: 1, timeoutMs: 400 },
  http: { url: 'http://web/hostname', method: 'GET', headers: {}, expect: 'answered' },
}
const scenario = {
  ...{ checks: [check], guards: [], symptom: [], hosts: [] },
  solution: [{ on: 'laptop', run: 'true' }, { answer: { check: 'why', text: 'because' } }],
} as unknown as Scenario
const mutations = generateMutations(lab, scenario, [check])
const stepsOf = (id: string) => mutations.find((each) => each.id === id)?.steps ?? []
const scriptOf = (id: string, on = 'laptop') =>
  stepsOf(id)
    .map((step) => ('run' in step && step.on === on ? step.run : ''))
    .join('')

describe('generateMutations', () => {
  it('enters only Pods that can be entered', () => {
    const asksItself: Check = { ...check, from: 'deploy/web' }
    const [own] = generateMutations(lab, { ...scenario, checks: [asksItself] }, []).filter(
      ({ id }) => id === 'hard-coded-address:default/web',
    )
    expect(own?.steps.map((step) => 'on' in step && step.on)).toEqual(['pod/web-1', false])
  })
  it('makes up what people try, of the lab’s own objects only, under names that a scenario may list', () => {
    expect(mutations.map(({ id }) => id)).toEqual([
      'nonsense',
      'delete-policy:default/deny',
      'allow-all:default',
      'allow-all:firewall',
      'allow-all:host/partner',
      'flush-table:inet/kindnet-network-policies',
      'flush-table:legacy/filter',
      'flush-table:nat',
      'flush-table:host/partner',
      'static-routes:nodes',
      'static-routes:hosts',
      'hard-coded-address:default/web',
      'recreate-service:default/web',
      'scale-to-one',
      'host-network:clients',
      'host-network:default/web',
      'restart-everything',
    ])
    for (const { id } of mutations) expect(mutationId.parse(id)).toBe(id)
  })
  it('flushes a table where it is, with the tool it belongs to', () => {
    expect(stepsOf('flush-table:inet/kindnet-network-policies')).toContainEqual({
      ...{ on: 'node/worker', run: 'nft flush table inet kindnet-network-policies' },
    })
    expect(scriptOf('flush-table:inet/kindnet-network-policies', 'node/worker2')).toBe('')
    expect(scriptOf('flush-table:legacy/filter', 'node/worker2')).toBe('iptables-legacy -w 5 -t filter -F')
    expect(scriptOf('flush-table:host/partner', 'host/partner')).toBe('iptables -w 5 -t filter -F')
  })
  it('names the Pods of the moment, and says so', () => {
    expect(scriptOf('hard-coded-address:default/web', 'pod/client')).toContain('10.244.2.7 web web.default ')
    expect(scriptOf('static-routes:nodes', 'node/worker')).toContain('ip route replace 10.244.2.7/32 via 172.18.0.4')
    expect(mutations.filter(({ namesPods }) => namesPods).map(({ id }) => id)).toEqual([
      'static-routes:nodes',
      'hard-coded-address:default/web',
    ])
  })
  it('makes a Service anew as kubectl expose would, where there is something to expose', () => {
    expect(scriptOf('recreate-service:default/web')).toContain('expose deployment web --port=80 --target-port=8080')
  })
  it('answers questions as the solution does, lest they hide what the checks let through', () => {
    for (const { steps } of mutations) expect(steps.at(-1)).toEqual({ answer: { check: 'why', text: 'because' } })
  })
})
