// The store: versions, order of events, deletion, allocation.
import { describe, expect, test } from 'vitest'
import { createStore } from './memory-store.ts'
import { ApiError, type WatchEvent } from './store.ts'

const pod = (name: string, more = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: 'c', image: 'nginx' }] },
  ...more,
})
const service = (name: string, spec = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { ports: [{ port: 80 }], ...spec },
})

function failure(act: () => unknown): ApiError {
  try {
    act()
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('createStore', () => {
  test('defaults and freezes what it keeps', () => {
    const store = createStore()
    const created = store.create('pods', pod('a'))
    expect(created.spec.restartPolicy).toBe('Always')
    expect(created.spec.containers[0].imagePullPolicy).toBe('Always')
    expect(created.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' })
    expect(() => {
      created.spec.containers[0].image = 'x'
    }).toThrow(TypeError)
  })

  test('a stale resourceVersion conflicts, in upstream words', () => {
    const store = createStore()
    const first = store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: '1' } })
    store.mutate('configmaps', 'default', 'c', (d) => {
      d.data.a = '2'
    })
    const error = failure(() => store.update('configmaps', { ...first, data: { a: '3' } }))
    expect([error.status, error.message]).toEqual([
      409,
      'Operation cannot be fulfilled on configmaps "c": the object has been modified; please apply your changes to the latest version and try again',
    ])
  })

  test('mutate writes nothing when nothing changed', () => {
    const store = createStore()
    store.create('pods', pod('a'))
    const before = store.resourceVersion
    store.mutate('pods', 'default', 'a', (d) => {
      d.spec.restartPolicy = 'Always'
    })
    expect(store.resourceVersion).toBe(before)
    expect(store.mutate('pods', 'default', 'gone', () => {})).toBeUndefined()
  })

  test('every listener sees events in version order, though a listener writes', () => {
    const store = createStore()
    const seen: string[] = []
    const note = (who: string) => (e: WatchEvent) =>
      void seen.push(`${who} ${e.type} ${e.object.metadata.name} ${e.object.metadata.resourceVersion}`)
    store.watch('pods', (e) => {
      if (e.type === 'ADDED')
        store.mutate(
          'pods',
          'default',
          e.object.metadata.name,
          (d) => {
            d.status.phase = 'Running'
          },
          { subresource: 'status' },
        )
    })
    store.watch('pods', note('b'))
    const v = Number(store.resourceVersion)
    store.create('pods', pod('a'))
    expect(seen).toEqual([`b ADDED a ${v + 1}`, `b MODIFIED a ${v + 2}`])
  })

  test('watch replays what is there, then goes on; unsubscribing ends it', () => {
    const store = createStore()
    store.create('pods', pod('a'))
    const seen: string[] = []
    const stop = store.watch('pods', (e) => void seen.push(`${e.type} ${e.object.metadata.name}`))
    store.create('pods', pod('b'))
    stop()
    store.create('pods', pod('c'))
    expect(seen).toEqual(['ADDED a', 'ADDED b'])
  })

  test('a write made during a replay is seen after the replay', () => {
    const store = createStore()
    store.create('pods', pod('a'))
    store.create('pods', pod('b'))
    const seen: string[] = []
    store.watch('pods', (e) => {
      seen.push(`${e.type} ${e.object.metadata.name}`)
      if (e.type === 'ADDED' && e.object.metadata.name === 'a') store.delete('pods', 'default', 'b', { gracePeriodSeconds: 0 })
    })
    expect(seen).toEqual(['ADDED a', 'ADDED b', 'DELETED b'])
  })

  test('pods that run are deleted gracefully; others at once', () => {
    const store = createStore({ now: () => Date.parse('2026-01-01T00:00:00Z') })
    store.create('pods', pod('a'))
    store.mutate('pods', 'default', 'a', (d) => {
      d.spec.nodeName = 'worker'
    })
    store.delete('pods', 'default', 'a')
    const dying = store.get('pods', 'default', 'a')
    expect([dying?.metadata.deletionTimestamp, dying?.metadata.deletionGracePeriodSeconds]).toEqual(['2026-01-01T00:00:30Z', 30])
    store.delete('pods', 'default', 'a', { gracePeriodSeconds: 0 })
    expect(store.get('pods', 'default', 'a')).toBeUndefined()
    store.create('pods', pod('b'))
    store.delete('pods', 'default', 'b')
    expect(store.get('pods', 'default', 'b')).toBeUndefined()
  })

  test('finalizers hold an object until they are gone', () => {
    const store = createStore()
    store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', finalizers: ['x/y'] } })
    store.delete('configmaps', 'default', 'c')
    expect(store.get('configmaps', 'default', 'c')?.metadata.deletionTimestamp).toBeDefined()
    store.mutate('configmaps', 'default', 'c', (d) => {
      d.metadata.finalizers = []
    })
    expect(store.get('configmaps', 'default', 'c')).toBeUndefined()
  })

  test('a namespace being deleted takes nothing new and goes when its finalizer is dropped', () => {
    const store = createStore()
    store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
    store.delete('namespaces', undefined, 'shop')
    expect(store.get('namespaces', undefined, 'shop')?.status.phase).toBe('Terminating')
    const error = failure(() => store.create('pods', pod('a', { metadata: { name: 'a', namespace: 'shop' } })))
    expect(error.message).toBe('pods "a" is forbidden: unable to create new content in namespace shop because it is being terminated')
    store.mutate('namespaces', undefined, 'shop', (d) => {
      d.spec.finalizers = []
    })
    expect(store.get('namespaces', undefined, 'shop')).toBeUndefined()
  })

  test('status and spec are written apart, and generation counts spec changes', () => {
    const store = createStore()
    const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'nginx:1' }] } }
    const made = store.create('deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: { selector: { matchLabels: { app: 'a' } }, template },
    })
    const status = store.update(
      'deployments',
      { ...made, spec: { ...made.spec, replicas: 9 }, status: { readyReplicas: 1 } },
      { subresource: 'status' },
    )
    expect([status.spec.replicas, status.status.readyReplicas, status.metadata.generation]).toEqual([1, 1, 1])
    const noted = { ...status, metadata: { ...status.metadata, annotations: { seen: 'yes' } } }
    expect(store.update('deployments', noted, { subresource: 'status' }).metadata.annotations).toEqual({ seen: 'yes' })
    const { annotations: _, ...unversioned } = { ...noted.metadata, resourceVersion: '' }
    const later = store.update('deployments', { ...noted, metadata: unversioned }, { subresource: 'status' })
    expect(later.metadata.annotations).toEqual({ seen: 'yes' })
    const spec = store.update('deployments', { ...later, spec: { ...status.spec, replicas: 2 }, status: {} })
    expect([spec.spec.replicas, spec.status.readyReplicas, spec.metadata.generation]).toEqual([2, 1, 2])
  })

  test('since answers events, or Expired when they are forgotten', () => {
    const store = createStore({ history: 5 })
    const start = store.resourceVersion
    store.create('pods', pod('a'))
    expect(store.since('pods', start).map((e) => e.type)).toEqual(['ADDED'])
    for (let i = 0; i < 20; i++)
      store.mutate('pods', 'default', 'a', (d) => {
        d.metadata.labels = { i: String(i) }
      })
    expect(failure(() => store.since('pods', start)).reason).toBe('Expired')
  })
})

describe('services', () => {
  test('get an address and, when asked, node ports; both are freed by deletion', () => {
    const store = createStore()
    const a = store.create('services', service('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }))
    expect(a.spec.clusterIP).toMatch(/^10\.96\.\d+\.\d+$/)
    expect(a.spec).toMatchObject({
      clusterIPs: [a.spec.clusterIP],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      externalTrafficPolicy: 'Cluster',
      internalTrafficPolicy: 'Cluster',
      sessionAffinity: 'None',
    })
    expect(
      failure(() => store.create('services', service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }))).message,
    ).toBe('Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated')
    expect(failure(() => store.create('services', service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }))).message).toBe(
      'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    )
    store.delete('services', 'default', 'a')
    store.create('services', service('b', { type: 'NodePort', clusterIP: a.spec.clusterIP, ports: [{ port: 80, nodePort: 30080 }] }))
  })

  test('the address stays when an update leaves it out, and cannot change', () => {
    const store = createStore()
    const a = store.create('services', service('a'))
    const kept = store.update('services', { ...a, spec: { ports: [{ port: 81 }] } })
    expect(kept.spec.clusterIP).toBe(a.spec.clusterIP)
    const error = failure(() =>
      store.update('services', { ...kept, spec: { ...kept.spec, clusterIP: '10.96.3.3', clusterIPs: ['10.96.3.3'] } }),
    )
    expect(error.message).toBe('Service "a" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.3.3"]: may not change once set')
  })

  test('NodePort and back drops the node port', () => {
    const store = createStore()
    const a = store.create('services', service('a', { type: 'NodePort' }))
    expect(a.spec.ports[0].nodePort).toBeGreaterThanOrEqual(30000)
    const back = store.mutate('services', 'default', 'a', (d) => {
      d.spec.type = 'ClusterIP'
    })
    expect(back?.spec.ports[0]).toEqual({ port: 80, protocol: 'TCP', targetPort: 80 })
    expect(back?.spec.externalTrafficPolicy).toBeUndefined()
  })

  test('LoadBalancer with external traffic policy Local has a port for health checks, its own and for life', () => {
    const store = createStore()
    const local = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }
    const a = store.create('services', service('a', local))
    const port = a.spec.healthCheckNodePort
    expect(port).toBeGreaterThanOrEqual(30000)
    expect(port).not.toBe(a.spec.ports[0].nodePort)
    expect(failure(() => store.create('services', service('b', { ...local, healthCheckNodePort: port })))).toMatchObject({
      status: 500,
      message: `Internal error occurred: failed to allocate requested HealthCheck NodePort ${port}: provided port is already allocated`,
    })
    expect(failure(() => store.create('services', service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: port }] }))).message).toBe(
      `Service "b" is invalid: spec.ports[0].nodePort: Invalid value: ${port}: provided port is already allocated`,
    )
    const { healthCheckNodePort: _, ...without } = a.spec
    expect(store.update('services', { ...a, spec: without }).spec.healthCheckNodePort).toBe(port)
    expect(
      failure(() =>
        store.mutate('services', 'default', 'a', (d) => {
          d.spec.healthCheckNodePort = port + 1
        }),
      ).message,
    ).toBe('Service "a" is invalid: spec.healthCheckNodePort: Forbidden: field is immutable')
    const spread = store.mutate('services', 'default', 'a', (d) => {
      d.spec.externalTrafficPolicy = 'Cluster'
    })
    expect(spread?.spec.healthCheckNodePort).toBeUndefined()
    expect(failure(() => store.create('services', service('b', { type: 'NodePort', healthCheckNodePort: port }))).message).toBe(
      `Service "b" is invalid: spec.healthCheckNodePort: Invalid value: ${port}: may only be set when \`type\` is 'LoadBalancer' and \`externalTrafficPolicy\` is 'Local'`,
    )
  })
})

describe('validation', () => {
  const store = createStore()
  const template = (labels: Record<string, string>) => ({ metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } })
  const deployment = (spec: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec })
  test.each([
    [
      'deployments',
      deployment({ selector: { matchLabels: { a: '1' } }, template: template({ a: '2' }) }),
      'Deployment.apps "d" is invalid: spec.template.metadata.labels: Invalid value: {"a":"2"}: `selector` does not match template `labels`',
    ],
    ['pods', { ...pod('p'), spec: {} }, 'Pod "p" is invalid: spec.containers: Required value'],
    ['services', service('s', { ports: [] }), 'Service "s" is invalid: spec.ports: Required value'],
    [
      'services',
      service('s', { ports: [{ port: 80 }, { port: 81, name: 'b' }] }),
      'Service "s" is invalid: spec.ports[0].name: Required value',
    ],
    [
      'services',
      service('s', { ports: [{ port: 70000 }] }),
      'Service "s" is invalid: [spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive, spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive]',
    ],
    [
      'configmaps',
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'A' } },
      `ConfigMap "A" is invalid: metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    ],
  ])('%s: upstream words %#', (resource, object, message) => {
    expect(failure(() => store.create(resource, object)).message).toBe(message)
  })
  test('a selector is for life', () => {
    store.create('deployments', deployment({ selector: { matchLabels: { a: '1' } }, template: template({ a: '1', b: '1' }) }))
    expect(
      failure(() =>
        store.mutate('deployments', 'default', 'd', (o) => {
          o.spec.selector.matchLabels = { b: '1' }
        }),
      ).message,
    ).toBe('Deployment.apps "d" is invalid: spec.selector: Invalid value: {"matchLabels":{"b":"1"}}: field is immutable')
  })

  test('a binding is no new generation, an annotation of a Deployment is one unless it is the revision', () => {
    const store = createStore()
    store.create('pods', pod('a'))
    expect(store.mutate('pods', 'default', 'a', (d) => Object.assign(d.spec, { nodeName: 'worker' }))?.metadata.generation).toBe(1)
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
    const spec = { selector: { matchLabels: { a: 'b' } }, template }
    store.create('deployments', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec })
    const annotate = (key: string) =>
      store.mutate('deployments', 'default', 'd', (d) =>
        Object.assign(d.metadata, { annotations: { ...d.metadata.annotations, [key]: '1' } }),
      )
    expect(annotate('deployment.kubernetes.io/revision')?.metadata.generation).toBe(1)
    expect(annotate('note')?.metadata.generation).toBe(2)
  })

  test('an address of a Service is for life, and an address of an EndpointSlice is one', () => {
    const store = createStore()
    store.create('services', service('s'))
    const change = failure(() =>
      store.mutate('services', 'default', 's', (d) => Object.assign(d.spec, { clusterIP: '10.96.0.77', clusterIPs: ['10.96.0.77'] })),
    )
    expect(change.message).toContain('spec.clusterIPs[0]: Invalid value: ["10.96.0.77"]: may not change once set')
    const slice = (address: string) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'x' },
      addressType: 'IPv4',
      endpoints: [{ addresses: [address] }],
      ports: [],
    })
    expect(failure(() => store.create('endpointslices', slice('300.1.1.1'))).message).toContain('must be a valid IP address')
    expect(store.create('endpointslices', slice('10.0.0.1')).ports).toBeNull()
  })

  test('kinds that are never there are empty lists', () => {
    expect(createStore().list('statefulsets')).toEqual([])
  })
})
