// The zone cluster.local and the reverse names of its addresses, computed from the API's objects as CoreDNS's kubernetes plugin does.
// Pure; called by plugins/kubernetes.ts.
import { canonicalAddress, familyOf } from '../proxy/addresses.ts'
import { parseClusterName, reverseAddress } from './cluster-names.ts'
import { type DnsRecord, inZone, type Labels, recordTypes, sameName, toLabels } from './message.ts'
import type { DnsConfig, DnsEndpoint, DnsEndpointSlice, DnsService, DnsView } from './view.ts'

/** `alias`: an ExternalName outside the zone; whatever the server has for it follows the CNAME. nodata and nxdomain carry the SOA. */
export type ZoneAnswer =
  | { kind: 'records'; answers: DnsRecord[]; additionals: DnsRecord[] }
  | { kind: 'alias'; answers: DnsRecord[]; target: Labels }
  | { kind: 'nodata' | 'nxdomain'; soa: DnsRecord }

/** What a name stands for: an address with the port and the name it has in SRV records, or another name. */
type Found = { address: string; port: number | undefined; target: Labels } | { alias: Labels }
type Lookup = Found[] | 'invalid'
/** What is looked through, and which of its zones is asked. */
interface Place {
  view: DnsView
  config: DnsConfig
  zone: Labels
  soa: DnsRecord
}

const namespaceOf = (object: { metadata: { namespace?: string } }): string => object.metadata.namespace ?? 'default'
const isExternal = (service: DnsService): boolean => service.spec?.type === 'ExternalName'
const isHeadless = (service: DnsService): boolean => service.spec?.clusterIP === 'None'
/** A pod may have no hostname; its own name, if that is wanted, or its address with dashes stands for it. */
const endpointName = (address: string, endpoint: DnsEndpoint, { endpointPodNames }: DnsConfig): string =>
  endpoint.hostname || (endpointPodNames && endpoint.targetRef?.name) || address.replace(/[.:]/g, '-')

function clusterAddresses({ spec }: DnsService): string[] {
  const all = spec?.clusterIPs?.length ? spec.clusterIPs : spec?.clusterIP ? [spec.clusterIP] : []
  return all.filter((ip) => ip !== 'None')
}

interface ReadyEndpoint {
  address: string
  name: string
  ports: { name: string; protocol: string; port: number | undefined }[]
}

function readyEndpoints(service: string, namespace: string, slices: readonly DnsEndpointSlice[], config: DnsConfig): ReadyEndpoint[] {
  if (!config.endpoints) return []
  const own = slices.filter(
    (s) => namespaceOf(s) === namespace && s.metadata.labels?.['kubernetes.io/service-name'] === service && s.addressType !== 'FQDN',
  )
  return own.flatMap((slice) => {
    const ports = slice.ports?.length ? slice.ports : [{}] // without ports the endpoint still has its address
    const named = ports.map((p) => ({ name: p.name ?? '', protocol: p.protocol ?? 'TCP', port: p.port ?? undefined }))
    return (slice.endpoints ?? [])
      .filter((e) => e.conditions?.ready !== false)
      .flatMap((e) => e.addresses.map((address) => ({ address, name: endpointName(address, e, config), ports: named })))
  })
}

const portMatches = (wanted: { port: string; protocol: string }, port: { name?: string | null; protocol?: string }): boolean =>
  (wanted.port === '' || wanted.port === (port.name ?? '').toLowerCase()) &&
  (wanted.protocol === '' || wanted.protocol === (port.protocol ?? 'TCP').toLowerCase())

function findService(name: Exclude<ReturnType<typeof parseClusterName>, string>, { view, config, zone }: Place): Lookup {
  const service = view.services.find((s) => s.metadata.name === name.service && namespaceOf(s) === name.namespace)
  if (!service || !config.servesService(service)) return 'invalid'
  const own = [service.metadata.name, namespaceOf(service), 'svc', ...zone]
  const endpoints = () => readyEndpoints(name.service, name.namespace, view.endpointSlices, config)
  if (config.ignoreEmptyServices && !isExternal(service) && !isHeadless(service) && endpoints().length === 0) return 'invalid'
  if (isExternal(service)) {
    const externalName = service.spec?.externalName ?? ''
    if (name.endpoint || name.port || name.protocol || !externalName || canonicalAddress(externalName)) return 'invalid'
    return [{ alias: toLabels(externalName) }]
  }
  let found: Found[]
  if (isHeadless(service) || name.endpoint) {
    found = endpoints()
      .filter((e) => !name.endpoint || e.name.toLowerCase() === name.endpoint)
      .flatMap((e) =>
        e.ports.filter((p) => portMatches(name, p)).map((p) => ({ address: e.address, port: p.port, target: [e.name, ...own] })),
      )
  } else {
    const ports: { name?: string; protocol?: string; port?: number }[] = service.spec?.ports?.length ? service.spec.ports : [{}]
    found = ports
      .filter((p) => portMatches(name, p))
      .flatMap((p) => clusterAddresses(service).map((address) => ({ address, port: p.port, target: own })))
  }
  return found.length ? found : 'invalid'
}

/** 10-244-1-5: with `pods insecure` any address is a pod, with `pods verified` those of pods of the namespace are. */
function findPod(dashed: string, namespace: string, labels: Labels, { view, config }: Place): Lookup {
  if (config.pods === 'disabled') return 'invalid'
  const four = dashed.split('-').length === 4 && !dashed.includes('--')
  const address = canonicalAddress(dashed.replaceAll('-', four ? '.' : ':'))
  if (!address) return 'invalid'
  const isPod = () => view.pods.some((pod) => namespaceOf(pod) === namespace && pod.status?.podIP === address)
  return config.pods === 'insecure' || isPod() ? [{ address, port: undefined, target: labels }] : 'invalid'
}

function find(name: Labels, place: Place): Lookup {
  const { view, config, zone } = place
  if (sameName(name, ['ns', 'dns', ...zone])) return nameServer(place)
  const parsed = parseClusterName(name, zone)
  if (parsed === 'apex') return []
  if (parsed === 'invalid' || !view.namespaces.some((n) => n.metadata.name === parsed.namespace && config.servesNamespace(n)))
    return 'invalid'
  if (parsed.kind === 'pod' && config.pods === 'disabled') return 'invalid'
  if (parsed.service === '') return []
  return parsed.kind === 'pod' ? findPod(parsed.service, parsed.namespace, name, place) : findService(parsed, place)
}

/** The zone's name server: the kube-dns Service. */
function nameServer({ view, config }: Place): Found[] {
  const service = view.services.find((s) => s.metadata.name === 'kube-dns' && namespaceOf(s) === 'kube-system')
  const target = toLabels(`kube-dns.kube-system.svc.${config.domain}`)
  return service ? clusterAddresses(service).map((address) => ({ address, port: undefined, target })) : []
}

function soaRecord(zone: Labels, config: DnsConfig): DnsRecord {
  const times = { serial: config.serial, refresh: 7200, retry: 1800, expire: 86_400, minimum: config.ttl }
  return { name: zone, ttl: config.ttl, type: 'SOA', primary: ['ns', 'dns', ...zone], mailbox: ['hostmaster', ...zone], ...times }
}

/** A or AAAA records of the addresses of that family, each once. */
function addressRecords(name: Labels, type: 'A' | 'AAAA', found: readonly Found[], ttl: number): DnsRecord[] {
  const wanted = type === 'A' ? 'IPv4' : 'IPv6'
  const addresses = found.flatMap((f) => ('address' in f && familyOf(f.address) === wanted ? [f.address] : []))
  return [...new Set(addresses)].map((address) => ({ name, type, address, ttl }))
}

/** Follows ExternalNames within the zone; at most eight, and never in a circle. */
function addresses(name: Labels, type: 'A' | 'AAAA', place: Place, before: DnsRecord[] = []): ZoneAnswer {
  const { config, soa } = place
  const found = find(name, place)
  if (found === 'invalid') return { kind: 'nxdomain', soa }
  const nodata: ZoneAnswer = { kind: 'nodata', soa }
  const [first] = found
  if (!first || !('alias' in first)) {
    const answers = addressRecords(name, type, found, config.ttl)
    return answers.length ? { kind: 'records', answers: [...before, ...answers], additionals: [] } : nodata
  }
  if (sameName(first.alias, name) || before.length > 7 || before.some((r) => sameName(r.name, first.alias))) return nodata
  const chain: DnsRecord[] = [...before, { name, type: 'CNAME', target: first.alias, ttl: config.ttl }]
  if (!inZone(first.alias, place.zone)) return { kind: 'alias', answers: chain, target: first.alias }
  const next = addresses(first.alias, type, place, chain)
  return next.kind === 'nxdomain' ? nodata : next // CoreDNS leaves out a CNAME that leads nowhere
}

function services(name: Labels, place: Place): ZoneAnswer {
  const { config, soa } = place
  const found = find(name, place)
  if (found === 'invalid') return { kind: 'nxdomain', soa }
  const ported = found.flatMap((f) => ('address' in f && f.port !== undefined ? [{ ...f, port: f.port }] : []))
  const unique = ported.filter((f, i) => ported.findIndex((o) => o.port === f.port && sameName(o.target, f.target)) === i)
  if (unique.length === 0) return { kind: 'nodata', soa }
  const weight = Math.max(1, Math.floor(100 / ported.length))
  const answers = unique.map(
    (f): DnsRecord => ({ name, type: 'SRV', priority: 0, weight, port: f.port, target: f.target, ttl: config.ttl }),
  )
  const hosts = ported.filter((f, i) => ported.findIndex((o) => o.address === f.address && sameName(o.target, f.target)) === i)
  const additionals = hosts.flatMap((f) => addressRecords(f.target, familyOf(f.address) === 'IPv4' ? 'A' : 'AAAA', [f], config.ttl))
  return { kind: 'records', answers, additionals }
}

/** The names of an address: the Service that has it, else every endpoint that has it. */
function pointers(name: Labels, address: string, { view, config, soa }: Place): ZoneAnswer {
  const same = canonicalAddress(address)
  const served = (namespace: string) => view.namespaces.some((n) => n.metadata.name === namespace && config.servesNamespace(n))
  const service = view.services.find(
    (s) => served(namespaceOf(s)) && config.servesService(s) && clusterAddresses(s).some((ip) => canonicalAddress(ip) === same),
  )
  const targets = service
    ? [[service.metadata.name, namespaceOf(service)]]
    : view.endpointSlices.flatMap((slice) => {
        const owner = slice.metadata.labels?.['kubernetes.io/service-name']
        const own = owner && served(namespaceOf(slice)) ? readyEndpoints(owner, namespaceOf(slice), [slice], config) : []
        return own.filter((e) => canonicalAddress(e.address) === same).map((e) => [e.name, owner as string, namespaceOf(slice)])
      })
  if (targets.length === 0) return { kind: 'nxdomain', soa }
  const answers = targets.map((t): DnsRecord => ({ name, type: 'PTR', target: [...t, 'svc', ...toLabels(config.domain)], ttl: config.ttl }))
  return { kind: 'records', answers, additionals: [] }
}

/** Answers one question of class IN for a name in `zone`, which is one of those that the plugin serves. */
export function answerFromZone(question: { name: Labels; type: number }, zone: Labels, view: DnsView, config: DnsConfig): ZoneAnswer {
  const { name, type } = question
  const atApex = name.length === zone.length
  // as CoreDNS: the SOA has the zone as it was spelled by who asks
  const soa = soaRecord(name.slice(name.length - zone.length), config)
  const place: Place = { view, config, zone, soa }
  const nodata: ZoneAnswer = { kind: 'nodata', soa }
  const nxdomain: ZoneAnswer = { kind: 'nxdomain', soa }
  const records = (answers: DnsRecord[], additionals: DnsRecord[] = []): ZoneAnswer =>
    answers.length ? { kind: 'records', answers, additionals } : nodata
  switch (type) {
    case recordTypes.A:
      return addresses(name, 'A', place)
    case recordTypes.AAAA:
      return addresses(name, 'AAAA', place)
    case recordTypes.SRV:
      return services(name, place)
    case recordTypes.PTR: {
      const address = reverseAddress(name)
      if (address) return pointers(name, address, place)
      break
    }
    case recordTypes.TXT: // every other name has no text, whether it exists or not
      if (!sameName(name, ['dns-version', ...zone])) return nodata
      return records([{ name, type: 'TXT', texts: ['1.1.0'], ttl: 28_800 }])
    case recordTypes.CNAME: {
      const found = find(name, place)
      if (found === 'invalid') return nxdomain
      return records(found.flatMap((f) => ('alias' in f ? [{ name, type: 'CNAME' as const, target: f.alias, ttl: config.ttl }] : [])))
    }
    case recordTypes.SOA:
      if (atApex) return records([soa])
      break
    case recordTypes.NS:
      if (atApex) {
        const server = nameServer(place)
        const targets = server.flatMap((f) => ('target' in f ? [f.target] : [])).slice(0, 1)
        return records(
          targets.map((target) => ({ name, type: 'NS', target, ttl: config.ttl })),
          targets.flatMap((target) => addressRecords(target, 'A', server, config.ttl)),
        )
      }
  }
  return find(name, place) === 'invalid' ? nxdomain : nodata
}
