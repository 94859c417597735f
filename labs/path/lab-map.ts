// What the API and the runtime say about who has which address: read once before a packet is sent. Used by follow.ts and the causes.
import type { Cluster } from '../runtimes/runtime.ts'
import { LabError } from '../spec/errors.ts'
import { formatTarget, parseTarget, type Target } from '../spec/target.ts'

export interface PodFacts {
  /** target text */
  place: string
  address: string
  /** target text of its node */
  node: string
  hostNetwork: boolean
}

export interface ServicePort {
  /** web, or shop:web in another namespace than default */
  service: string
  addresses: string[]
  protocol: 'tcp' | 'udp'
  port: number
  nodePort?: number
  /** ready and not: all that the EndpointSlices name */
  endpoints: { address: string; port: number }[]
}

export interface LabMap {
  places: string[]
  /** by address: nodes, hosts, laptop, and pods that have an address of their own */
  placeOf: ReadonlyMap<string, string>
  addressOf: ReadonlyMap<string, string>
  pods: PodFacts[]
  nodes: string[]
  ports: ServicePort[]
}

// biome-ignore lint/suspicious/noExplicitAny: API objects as JSON
type Json = any

async function list(cluster: Cluster, path: string): Promise<Json[]> {
  const { status, body } = await cluster.api({ method: 'GET', path })
  if (status !== 200) throw new LabError('cluster-failed', `The Kubernetes API answered ${status} to ${path}.`)
  return (body as Json).items ?? []
}

const nameIn = (namespace: string, name: string) => (namespace === 'default' ? name : `${namespace}:${name}`)

export async function readLabMap(cluster: Cluster): Promise<LabMap> {
  const [places, pods, services, slices] = await Promise.all([
    cluster.places(),
    list(cluster, '/api/v1/pods'),
    list(cluster, '/api/v1/services'),
    list(cluster, '/apis/discovery.k8s.io/v1/endpointslices'),
  ])
  const placeOf = new Map<string, string>()
  const addressOf = new Map<string, string>()
  const running = new Set<string>()
  for (const { target, address } of places) {
    const place = formatTarget(target)
    running.add(place)
    if (!address) continue
    addressOf.set(place, address)
    if (target.kind !== 'pod') placeOf.set(address, place)
  }
  const podFacts: PodFacts[] = []
  for (const pod of pods) {
    const place = formatTarget({ kind: 'pod', namespace: pod.metadata.namespace, name: pod.metadata.name })
    const address = pod.status?.podIP
    if (!address || !running.has(place)) continue
    const hostNetwork = pod.spec.hostNetwork === true
    podFacts.push({ place, address, node: `node/${pod.spec.nodeName}`, hostNetwork })
    addressOf.set(place, address)
    if (!hostNetwork) placeOf.set(address, place)
  }
  return {
    places: [...running],
    placeOf,
    addressOf,
    pods: podFacts,
    nodes: [...running].filter((place) => place.startsWith('node/')),
    ports: services.flatMap((service) => servicePorts(service, slices)),
  }
}

function servicePorts(service: Json, slices: Json[]): ServicePort[] {
  const { namespace, name } = service.metadata
  const own = slices.filter(
    (slice) => slice.metadata.namespace === namespace && slice.metadata.labels?.['kubernetes.io/service-name'] === name,
  )
  const addresses = [
    ...(service.spec.clusterIPs ?? [service.spec.clusterIP]),
    ...(service.spec.externalIPs ?? []),
    ...(service.status?.loadBalancer?.ingress ?? []).map((i: Json) => i.ip),
  ].filter((address) => address && address !== 'None')
  return (service.spec.ports ?? []).map((port: Json): ServicePort => {
    const protocol = (port.protocol ?? 'TCP').toLowerCase()
    const endpoints = own.flatMap((slice) => {
      const target = slice.ports?.find((p: Json) => (p.name ?? '') === (port.name ?? ''))?.port
      return target ? (slice.endpoints ?? []).flatMap((e: Json) => e.addresses.map((address: string) => ({ address, port: target }))) : []
    })
    return { service: nameIn(namespace, name), addresses, protocol, port: port.port, nodePort: port.nodePort, endpoints }
  })
}

/** The Service port that an address and port stand for, if any. */
export const serviceAt = (map: LabMap, protocol: string, address: string, port: number): ServicePort | undefined =>
  map.ports.find(
    (p) =>
      p.protocol === protocol &&
      ((p.addresses.includes(address) && p.port === port) || (p.nodePort === port && map.placeOf.get(address)?.startsWith('node/'))),
  )

/** Where a question starts, a Deployment's pod chosen. Throws target-unknown. */
export function startOf(map: LabMap, from: string): string {
  const target: Target = parseTarget(from)
  if (target.kind === 'pod') return known(map, formatTarget({ kind: 'pod', namespace: target.namespace, name: target.name }))
  if (target.kind !== 'deploy') return known(map, formatTarget(target))
  const prefix = formatTarget({ kind: 'pod', namespace: target.namespace, name: target.name })
  const pod = map.pods.find(({ place }) => place.startsWith(`${prefix}-`) && place.slice(prefix.length + 1).split('-').length === 2)
  if (!pod) throw new LabError('target-unknown', `${from} has no running pod.`)
  return pod.place
}

function known(map: LabMap, place: string): string {
  if (map.places.includes(place)) return place
  throw new LabError('target-unknown', `There is no running ${place} in this lab.`, { hint: `There are: ${map.places.join(', ')}.` })
}

/** The node that a place's packets pass: itself, or a pod's. */
export const nodeOf = (map: LabMap, place: string): string | undefined =>
  place.startsWith('node/') ? place : map.pods.find((pod) => pod.place === place)?.node
