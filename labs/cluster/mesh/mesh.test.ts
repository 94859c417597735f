// What the injector adds, what sidecars are told, and certificates that openssl believes.
import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Json } from '../api/json-value.ts'
import type { KubeObject } from '../api/store.ts'
import { issue, makeRoot } from './certificate.ts'
import { exemptionsOf, hasSidecar, injectSidecar } from './inject.ts'
import { interceptionRules } from './interception.ts'
import { sidecarResources } from './xds.ts'

const object = (kind: string, name: string, fields: Json, metadata: Json = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop', uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
  ...fields,
})
const meshed = object('Namespace', 'shop', {}, { labels: { 'istio-injection': 'enabled' } })
const pod = (name: string, metadata: Json = {}): KubeObject =>
  object('Pod', name, { spec: { serviceAccountName: name, containers: [{ name: 'app' }] } }, { labels: { app: name }, ...metadata })

describe('a Pod gets a sidecar', () => {
  it('in a namespace with the label, once', () => {
    const made = pod('web')
    injectSidecar(made, meshed)
    injectSidecar(made, meshed)
    expect(made.spec.containers.map(({ name }: Json) => name)).toEqual(['app', 'istio-proxy'])
    expect(made.spec.volumes.map(({ secret, configMap }: Json) => secret?.secretName ?? configMap.name)).toEqual([
      'istio-proxy',
      'istio.web',
    ])
  })
  it.each([
    ['no label on the namespace', pod('web'), object('Namespace', 'shop', {})],
    ['its own wish', pod('web', { labels: { 'sidecar.istio.io/inject': 'false' } }), meshed],
    ['the network of its node', { ...pod('web'), spec: { ...pod('web').spec, hostNetwork: true } }, meshed],
  ])('and not with %s', (_, made, namespace) => {
    injectSidecar(made, namespace)
    expect(hasSidecar(made)).toBe(false)
  })
})

describe('a container istio-proxy of the Pod’s own', () => {
  const injected = (own: Json, annotations = {}): KubeObject => {
    const made = pod('web', { annotations })
    made.spec.containers.unshift({ name: 'istio-proxy', ...own })
    injectSidecar(made, meshed)
    return made
  }
  const proxyOf = ({ spec }: KubeObject) => spec.containers.filter(({ name }: Json) => name === 'istio-proxy')

  it('is laid over the injected one', () => {
    const mount = { name: 'captures', mountPath: '/captures' }
    const made = injected({
      image: 'auto',
      resources: { limits: { cpu: '1' } },
      securityContext: { runAsUser: 2000 },
      volumeMounts: [mount],
    })
    const [proxy, ...others] = proxyOf(made)
    expect(others).toEqual([])
    expect(proxy).toMatchObject({
      image: 'docker.io/istio/proxyv2:1.28.0',
      resources: { limits: { cpu: '1' } },
      securityContext: { runAsUser: 2000, runAsGroup: 1337, runAsNonRoot: true },
    })
    expect(proxy.volumeMounts.map(({ name }: Json) => name)).toEqual(['istio-envoy', 'istio-certs', 'captures'])
    expect(proxyOf(injected({ image: 'example.test/proxy:1' }))[0].image).toBe('example.test/proxy:1')
  })
  it('says what the redirect leaves alone, as long as that is not root', () => {
    const idsOf = (securityContext: Json) => {
      const { uid, gid } = exemptionsOf(injected({ securityContext })) ?? {}
      return [uid, gid]
    }
    expect(idsOf({})).toEqual([1337, 1337])
    expect(idsOf({ runAsUser: 2000 })).toEqual([2000, 1337])
    expect(idsOf({ runAsUser: 0, runAsGroup: 3000 })).toEqual([1337, 3000])
    expect(exemptionsOf(pod('web'))).toBeUndefined()
  })
  it('rules name those ids and the ports that annotations exclude', () => {
    const made = injected(
      { securityContext: { runAsUser: 2000 } },
      { 'traffic.sidecar.istio.io/excludeOutboundPorts': '443,5432', 'traffic.sidecar.istio.io/excludeInboundPorts': '9090' },
    )
    const exemptions = exemptionsOf(made)
    expect(exemptions).toBeDefined()
    const output = (exemptions ? interceptionRules(exemptions) : '').split('\n').filter((line) => line.startsWith('-A ISTIO_OUTPUT'))
    // before any rule that redirects
    expect(output.slice(0, 2)).toEqual(['-A ISTIO_OUTPUT -p tcp --dport 443 -j RETURN', '-A ISTIO_OUTPUT -p tcp --dport 5432 -j RETURN'])
    expect(output).toContain('-A ISTIO_OUTPUT -m owner --uid-owner 2000 -j RETURN')
    expect(output).toContain('-A ISTIO_OUTPUT -m owner --gid-owner 1337 -j RETURN')
    expect(exemptions?.inboundPorts).toEqual([9090])
  })
})

describe('sidecars are told', () => {
  const service = object('Service', 'web', {
    spec: { clusterIP: '10.96.0.9', selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'web' }] },
  })
  const endpointSlices = [
    object(
      'EndpointSlice',
      'web-1',
      { ports: [{ name: 'http', port: 8080 }], endpoints: [{ addresses: ['10.244.1.2'], conditions: { ready: true } }] },
      { labels: { 'kubernetes.io/service-name': 'web' } },
    ),
  ]
  const told = (pods: KubeObject[]) => sidecarResources('shop', { services: [service], endpointSlices, pods })
  const outbound = ({ clusters }: { clusters: Json[] }) => clusters.find(({ name }) => name.startsWith('outbound|80||web.shop'))
  const injected = pod('web')
  injectSidecar(injected, meshed)

  it('mutual TLS with the account of the Pods, where all of them have a sidecar', () => {
    const { validation_context } = outbound(told([injected])).transport_socket.typed_config.common_tls_context
    expect(validation_context.match_typed_subject_alt_names).toEqual([
      { san_type: 'URI', matcher: { exact: 'spiffe://cluster.local/ns/shop/sa/web' } },
    ])
    expect(outbound(told([injected, pod('web', { name: 'web-2' })])).transport_socket).toBeUndefined()
  })
  it('to take what comes for the Pods’ own port by TLS only', () => {
    const inbound = told([injected]).listeners.find(({ name }) => name === 'virtualInbound')
    expect(inbound.filter_chains.slice(1).map((chain: Json) => chain.filter_chain_match)).toEqual([
      { destination_port: 8080, transport_protocol: 'tls' },
    ])
  })
})

it('certificates are what X.509 wants', () => {
  const now = Date.now()
  const root = makeRoot(now)
  const ca = new X509Certificate(root.certificate)
  const leaf = new X509Certificate(issue(root, 'spiffe://cluster.local/ns/shop/sa/web', now).certificate)
  expect(ca.ca).toBe(true)
  expect([ca.verify(ca.publicKey), leaf.verify(ca.publicKey), leaf.checkIssued(ca)]).toEqual([true, true, true])
  // whatever their length
  for (const name of ['a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef'])
    new X509Certificate(issue(root, `spiffe://cluster.local/ns/shop/sa/${name}`, now).certificate)
  expect(leaf.subjectAltName).toBe('URI:spiffe://cluster.local/ns/shop/sa/web')
  expect(new Date(leaf.validTo).getTime()).toBeGreaterThan(now)
})
