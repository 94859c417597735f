// Small Services and EndpointSlices for this folder's tests; not imported by anything else.
import type { EndpointSliceObject, ServiceObject } from './inputs.ts'

type Spec = NonNullable<ServiceObject['spec']>

/** A Service in `default` (or `ns/name`), port 80, unless said otherwise. */
export function service(
  name: string,
  spec: Spec = {},
  ingress?: NonNullable<NonNullable<ServiceObject['status']>['loadBalancer']>['ingress'],
): ServiceObject {
  const [namespace, bare] = name.includes('/') ? (name.split('/') as [string, string]) : ['default', name]
  return {
    metadata: { name: bare, namespace },
    spec: { type: 'ClusterIP', clusterIP: '10.96.10.10', ports: [{ port: 80 }], ...spec },
    ...(ingress ? { status: { loadBalancer: { ingress } } } : {}),
  }
}

export interface SampleEndpoint {
  ip: string
  node?: string
  ready?: boolean
  serving?: boolean
  terminating?: boolean
  zones?: string[]
  nodes?: string[]
}

export function slice(
  service: string,
  endpoints: SampleEndpoint[],
  port: { name?: string; protocol?: string; port: number } = { port: 8080 },
  suffix = 'abcde',
): EndpointSliceObject {
  const [namespace, bare] = service.includes('/') ? (service.split('/') as [string, string]) : ['default', service]
  return {
    metadata: { name: `${bare}-${suffix}`, namespace, labels: { 'kubernetes.io/service-name': bare } },
    addressType: endpoints[0]?.ip.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: endpoints.map((e) => ({
      addresses: [e.ip],
      conditions: { ready: e.ready, serving: e.serving, terminating: e.terminating },
      nodeName: e.node,
      ...(e.zones || e.nodes
        ? { hints: { forZones: e.zones?.map((name) => ({ name })), forNodes: e.nodes?.map((name) => ({ name })) } }
        : {}),
    })),
    ports: [port],
  }
}

/** The rules of one chain, in order, out of a restore text. */
export function chainRules(text: string, table: 'filter' | 'nat', chain: string): string[] {
  const section = text.split(`*${table}\n`)[1]?.split('COMMIT')[0] ?? ''
  return section.split('\n').filter((line) => line.startsWith(`-A ${chain} `))
}

/** What the text says of one service beyond the fixed rules, in order. */
export const rulesAbout = (text: string, words: string): string[] =>
  text.split('\n').filter((line) => line.startsWith('-A ') && line.includes(words))
