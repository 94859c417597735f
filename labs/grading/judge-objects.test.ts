// Checks over Kubernetes objects, commands and answers.
import { describe, expect, it } from 'vitest'
import { commandProbe, kubeProbe, serviceProbe } from '../spec/probe.ts'
import { judgeAnswer } from './judge-answer.ts'
import { judgeCommand } from './judge-command.ts'
import { judgeKube, selectValues } from './judge-kube.ts'
import { judgeService, type ServiceObjects } from './judge-service.ts'
import { resourcePath } from './resource-path.ts'

const kube = (probe: object) => kubeProbe.parse({ kube: probe }).kube
const slices = (...addresses: string[]) => ({
  items: [{ endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })) }],
})

describe('kube', () => {
  const listed = kube({
    get: 'endpointslices',
    selector: 'kubernetes.io/service-name=web',
    path: '$.items[*].endpoints[?@.conditions.ready == true].addresses[*]',
    count: 2,
  })
  it('counts and says what it counted', () => {
    expect(judgeKube(listed, slices())).toEqual({ state: 'fail', seen: 'EndpointSlice lists 0 addresses', wanted: '2' })
    expect(judgeKube(listed, slices('10.244.1.2', '10.244.2.2')).state).toBe('pass')
    expect(judgeKube({ ...listed, count: undefined, atLeast: 1 }, slices()).wanted).toBe('at least 1')
  })
  it('says that an object is not there', () => {
    const probe = kube({ get: 'services', name: 'web', path: '$.spec.clusterIP', equals: '10.96.0.4' })
    expect(judgeKube(probe, undefined)).toEqual({ state: 'fail', seen: 'there is no Service web' })
    expect(judgeKube(probe, { spec: { clusterIP: '10.96.0.9' } })).toEqual({ state: 'fail', seen: 'Service web shows “10.96.0.9”' })
    expect(judgeKube(probe, { spec: { clusterIP: '10.96.0.4' } }).state).toBe('pass')
  })
  it('compares objects by value and lists as sets', () => {
    const selector = kube({ get: 'services', name: 'web', path: '$.spec.selector', equals: { app: 'web', tier: 'x' } })
    expect(judgeKube(selector, { spec: { selector: { tier: 'x', app: 'web' } } }).state).toBe('pass')
    const names = kube({ get: 'pods', path: '$.items[*].metadata.name', equals: ['b', 'a'] })
    const pods = (...all: string[]) => ({ items: all.map((name) => ({ metadata: { name } })) })
    expect(judgeKube(names, pods('a', 'b')).state).toBe('pass')
    expect(judgeKube(names, pods('a')).state).toBe('fail')
  })
  it('compares with the healthy lab, whatever the order, and names what went and came', () => {
    const ids = kube({ get: 'pods', path: '$.items[*].metadata.uid', unchanged: true })
    const pods = (...uids: string[]) => ({ items: uids.map((uid) => ({ metadata: { uid } })) })
    const before = selectValues(ids, pods('a', 'b'))
    expect(judgeKube(ids, pods('b', 'a'), before).state).toBe('pass')
    expect(judgeKube(ids, pods('b', 'c'), before)).toMatchObject({ state: 'fail', seen: 'Pod changed; gone: “a”; new: “c”' })
  })
  it('finds a replaced object unchanged when only the order of its keys differs', () => {
    const specs = kube({ get: 'deployments', path: '$.items[*].spec', unchanged: true })
    const before = selectValues(specs, { items: [{ spec: { a: 2, b: { c: 1, d: 2 } } }, { spec: { a: 1, z: 1 } }] })
    expect(judgeKube(specs, { items: [{ spec: { b: { d: 2, c: 1 }, a: 2 } }, { spec: { z: 1, a: 1 } }] }, before).state).toBe('pass')
  })
  it('names the fields of an object that changed', () => {
    const specs = kube({ get: 'deployments', path: '$.items[*].spec', unchanged: true })
    const list = (...all: object[]) => ({ items: all.map((spec) => ({ spec })) })
    const before = selectValues(specs, list({ app: 'api', nodes: { host: 'worker' } }, { app: 'web', nodes: { host: 'worker2' } }))
    const now = list({ app: 'api', nodes: { host: 'worker' } }, { app: 'web', nodes: { host: 'worker' }, hostNetwork: true })
    expect(judgeKube(specs, now, before).seen).toBe('Deployment: nodes.host was worker2 and is worker, hostNetwork was not set and is true')
    expect(judgeKube(specs, list({ app: 'api', nodes: { host: 'worker' } }), before).seen).toMatch(/^Deployment changed; gone: “/)
  })
  it('builds the API path, and refuses resources it does not know', () => {
    expect(resourcePath({ resource: 'services', name: 'web' })).toBe('/api/v1/namespaces/default/services/web')
    expect(resourcePath({ resource: 'nodes' })).toBe('/api/v1/nodes')
    expect(resourcePath({ resource: 'networkpolicies', namespace: '*' })).toBe('/apis/networking.k8s.io/v1/networkpolicies')
    expect(resourcePath({ resource: 'endpointslices', namespace: 'shop', selector: 'a=b' })).toBe(
      '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices?labelSelector=a%3Db',
    )
    expect(() => resourcePath({ resource: 'svc' })).toThrow(/"svc" is not a resource/)
  })
})

describe('service', () => {
  const probe = (wants: 'endpoints' | 'selector') => serviceProbe.parse({ service: { name: 'web', deployment: 'web', wants } }).service
  const pod = (podIP: string, app: string, ready = 'True') => ({
    metadata: { labels: { app } },
    status: { podIP, conditions: [{ type: 'Ready', status: ready }] },
  })
  const objects = (changes: Partial<ServiceObjects> = {}): ServiceObjects => ({
    service: { spec: { selector: { app: 'web' } } },
    deployment: { spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web', tier: 'front' } } } } },
    slices: slices('10.244.1.2', '10.244.2.2').items,
    pods: [pod('10.244.1.2', 'web'), pod('10.244.2.2', 'web'), pod('10.244.1.9', 'api')],
    ...changes,
  })
  it('passes when exactly the ready Pods are listed', () => {
    expect(judgeService(probe('endpoints'), objects()).state).toBe('pass')
  })
  it('says how many of them are listed, and who else is', () => {
    expect(judgeService(probe('endpoints'), objects({ slices: [] }))).toMatchObject({
      state: 'fail',
      seen: 'EndpointSlice lists 0 of the 2 ready Pods of web',
    })
    expect(judgeService(probe('endpoints'), objects({ slices: slices('10.244.1.2', '10.244.2.2', '10.244.1.9').items })).seen).toBe(
      'EndpointSlice lists 2 of the 2 ready Pods of web, and 10.244.1.9',
    )
  })
  it('does not pass while nothing is ready, and ignores Pods that are not', () => {
    expect(judgeService(probe('endpoints'), objects({ slices: [], pods: [] })).state).toBe('fail')
    expect(
      judgeService(
        probe('endpoints'),
        objects({ slices: slices('10.244.1.2').items, pods: [pod('10.244.1.2', 'web'), pod('10.244.2.2', 'web', 'False')] }),
      ).state,
    ).toBe('pass')
  })
  it('judges a selector by the Pods it would find, not by its words', () => {
    expect(judgeService(probe('selector'), objects()).state).toBe('pass')
    expect(judgeService(probe('selector'), objects({ service: { spec: { selector: { tier: 'front' } } } })).state).toBe('pass')
    expect(judgeService(probe('selector'), objects({ service: { spec: { selector: { app: 'wbe' } } } })).state).toBe('fail')
    expect(judgeService(probe('selector'), objects({ service: { spec: {} } })).state).toBe('fail')
    expect(judgeService(probe('selector'), objects({ service: undefined })).seen).toBe('there is no Service web')
  })
})

describe('command', () => {
  const command = (more: object = {}) => commandProbe.parse({ command: { on: 'node/worker', run: 'true', ...more } }).command
  it('shows the last line that was printed', () => {
    expect(judgeCommand(command(), { exitCode: 1, stdout: 'first\nthe second is what counts\n', stderr: '' })).toEqual({
      state: 'fail',
      seen: 'the second is what counts',
    })
    expect(judgeCommand(command(), { exitCode: 3, stdout: '', stderr: '' }).seen).toBe('ended with exit code 3')
  })
  it('matches output and compares it with the healthy lab', () => {
    expect(judgeCommand(command({ stdoutMatches: '^1$' }), { exitCode: 0, stdout: '0\n', stderr: '' }).state).toBe('fail')
    const same = command({ unchanged: true })
    expect(judgeCommand(same, { exitCode: 0, stdout: 'a\nb\n', stderr: '' }, 'a\nb\n').state).toBe('pass')
    expect(judgeCommand(same, { exitCode: 0, stdout: 'a\nc\n', stderr: '' }, 'a\nb\n').seen).toBe('gone: “b”; new: “c”')
  })
})

describe('answer', () => {
  it('takes the whole trimmed answer in any case', () => {
    expect(judgeAnswer('kube-proxy|iptables', ' Kube-Proxy ').state).toBe('pass')
    expect(judgeAnswer('kube-proxy|iptables', 'not kube-proxy')).toEqual({ state: 'fail', seen: 'you answered “not kube-proxy”' })
  })
})
