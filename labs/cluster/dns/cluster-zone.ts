// The zone cluster.local and the reverse names of its addresses, computed from the API's objects as CoreDNS's kubernetes plugin does (`pods insecure`,
// `fallthrough in-addr.arpa ip6.arpa`). Pure; called by server.ts, and by figures.
import { canonicalAddress, familyOf } from '../proxy/addresses.ts'
import { parseClusterName, reverseAddress } from './cluster-names.ts'
import { type DnsRecord, inZone, type Labels, recordTypes, sameName, toLabels } from './message.ts'
import type { DnsConfig, DnsEndpointSlice, DnsService, DnsView } from './view.ts'

/**
 * `forward`: not our name, the upstream resolver knows. `alias`: an ExternalName outside the zone; the upstream's records follow the CNAME.
 * nodata and nxdomain carry the SOA.
 */
export type ZoneAnswer =
  | { kind: 'records'; answers: DnsRecord[]; additionals: DnsRecord[] }
  | { kind: 'alias'; answers: DnsRecord[]; target: Labels }
  | { kind: 'nodata' | 'nxdomain'; soa: DnsRecord }
  | { kind: 'forward' }

/** What a name stands for: an address with the port and the name it has in SRV records, or another name. */
type Found = { address: string; port: number | undefined; target: Labels } | { alias: Labels }
type Lookup = Found[] | 'invalid'

const reverseZones = [toLabels('in-addr.arpa'), toLabels('ip6.arpa')]
const namespaceOf = (object: { metadata: { namespace?: string } }): string => object.metadata.namespace ?? 'default'
const isExternal = (service: DnsService): boolean => service.spec?.type === 'ExternalName'
const isHeadless = (service: DnsService): boolean => service.spec?.clusterIP === 'None'
/** A pod may have no hostname; its address with dashes stands for it. */
const endpointName = (address: string, hostname: string | undefined): string => hostname || address.replace(/[.:]/g, '-')

function clusterAddresses({ spec }: DnsService): string[] {
  const all = spec?.clusterIPs?.length ? spec.clusterIPs : spec?.clusterIP ? [spec.clusterIP] : []
  return all.filter((ip) => ip !== 'None')
}

interface ReadyEndpoint {
  address: string
  name: string
  ports: { name: string; protocol: string; port: number | undefined }[]
}

function readyEndpoints(service: string, namespace: string, slices: readonly DnsEndpointSlice[]): ReadyEndpoint[] {
  const own = slices.filter(
    (s) => namespaceOf(s) === namespace && s.metadata.labels?.['kubernetes.io/service-name'] === service && s.addressType !== 'FQDN',
  )
  return own.flatMap((slice) => {
    const ports = slice.ports?.length ? slice.ports : [{}] // without ports the endpoint still has its address
    const named = ports.map((p) => ({ name: p.name ?? '', protocol: p.protocol ?? 'TCP', port: p.port ?? undefined }))
    return (slice.endpoints ?? [])
      .filter((e) => e.conditions?.ready !== false)
      .flatMap((e) => e.addresses.map((address) => ({ address, name: endpointName(address, e.hostname), ports: named })))
  })
}

const portMatches = (wanted: { port: string; protocol: string }, port: { name?: string | null; protocol?: string }): boolean =>
  (wanted.port === '' || wanted.port === (port.name ?? '').toLowerCase()) &&
  (wanted.protocol === '' || wanted.protocol === (port.protocol ?? 'TCP').toLowerCase())

function findService(name: Exclude<ReturnType<typeof parseClusterName>, string>, view: DnsView, config: DnsConfig): Lookup {
  const service = view.services.find((s) => s.metadata.name === name.service && namespaceOf(s) === name.namespace)
  if (!service) return 'invalid'
  const own = [service.metadata.name, namespaceOf(service), 'svc', ...toLabels(config.domain)]
  if (isExternal(service)) {
    const externalName = service.spec?.externalName ?? ''
    if (name.endpoint || name.port || name.protocol || !externalName || canonicalAddress(externalName)) return 'invalid'
    return [{ alias: toLabels(externalName) }]
  }
  let found: Found[]
  if (isHeadless(service) || name.endpoint) {
    found = readyEndpoints(name.service, name.namespace, view.endpointSlices)
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

/** 10-244-1-5: with `pods insecure` any address is a pod. */
function findPod(dashed: string, labels: Labels): Lookup {
  const four = dashed.split('-').length === 4 && !dashed.includes('--')
  const address = canonicalAddress(dashed.replaceAll('-', four ? '.' : ':'))
  return address ? [{ address, port: undefined, target: labels }] : 'invalid'
}

function find(name: Labels, view: DnsView, config: DnsConfig): Lookup {
  const zone = toLabels(config.domain)
  if (sameName(name, ['ns', 'dns', ...zone])) return nameServer(view, config)
  const parsed = parseClusterName(name, zone)
  if (parsed === 'apex') return []
  if (parsed === 'invalid' || !view.namespaces.some((n) => n.metadata.name === parsed.namespace)) return 'invalid'
  if (parsed.service === '') return []
  return parsed.kind === 'pod' ? findPod(parsed.service, name) : findService(parsed, view, config)
}

/** The zone's name server: the kube-dns Service. */
function nameServer(view: DnsView, config: DnsConfig): Found[] {
  const service = view.services.find((s) => s.metadata.name === 'kube-dns' && namespaceOf(s) === 'kube-system')
  const target = toLabels(`kube-dns.kube-system.svc.${config.domain}`)
  return service ? clusterAddresses(service).map((address) => ({ address, port: undefined, target })) : []
}

export function soaRecord(config: DnsConfig): DnsRecord {
  const zone = toLabels(config.domain)
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
function addresses(name: Labels, type: 'A' | 'AAAA', view: DnsView, config: DnsConfig, before: DnsRecord[] = []): ZoneAnswer {
  const found = find(name, view, config)
  if (found === 'invalid') return { kind: 'nxdomain', soa: soaRecord(config) }
  const nodata: ZoneAnswer = { kind: 'nodata', soa: soaRecord(config) }
  const [first] = found
  if (!first || !('alias' in first)) {
    const answers = addressRecords(name, type, found, config.ttl)
    return answers.length ? { kind: 'records', answers: [...before, ...answers], additionals: [] } : nodata
  }
  if (sameName(first.alias, name) || before.length > 7 || before.some((r) => sameName(r.name, first.alias))) return nodata
  const chain: DnsRecord[] = [...before, { name, type: 'CNAME', target: first.alias, ttl: config.ttl }]
  if (!inZone(first.alias, toLabels(config.domain))) return { kind: 'alias', answers: chain, target: first.alias }
  const next = addresses(first.alias, type, view, config, chain)
  return next.kind === 'nxdomain' ? nodata : next // CoreDNS leaves out a CNAME that leads nowhere
}

function services(name: Labels, view: DnsView, config: DnsConfig): ZoneAnswer {
  const found = find(name, view, config)
  if (found === 'invalid') return { kind: 'nxdomain', soa: soaRecord(config) }
  const ported = found.flatMap((f) => ('address' in f && f.port !== undefined ? [{ ...f, port: f.port }] : []))
  const unique = ported.filter((f, i) => ported.findIndex((o) => o.port === f.port && sameName(o.target, f.target)) === i)
  if (unique.length === 0) return { kind: 'nodata', soa: soaRecord(config) }
  const weight = Math.max(1, Math.floor(100 / ported.length))
  const answers = unique.map(
    (f): DnsRecord => ({ name, type: 'SRV', priority: 0, weight, port: f.port, target: f.target, ttl: config.ttl }),
  )
  const hosts = ported.filter((f, i) => ported.findIndex((o) => o.address === f.address && sameName(o.target, f.target)) === i)
  const additionals = hosts.flatMap((f) => addressRecords(f.target, familyOf(f.address) === 'IPv4' ? 'A' : 'AAAA', [f], config.ttl))
  return { kind: 'records', answers, additionals }
}

/** The names of an address: the Service that has it, else every endpoint that has it. */
function pointers(name: Labels, address: string, view: DnsView, config: DnsConfig): ZoneAnswer {
  const same = canonicalAddress(address)
  const service = view.services.find((s) => clusterAddresses(s).some((ip) => canonicalAddress(ip) === same))
  const targets = service
    ? [[service.metadata.name, namespaceOf(service)]]
    : view.endpointSlices.flatMap((slice) => {
        const owner = slice.metadata.labels?.['kubernetes.io/service-name']
        const own = owner ? readyEndpoints(owner, namespaceOf(slice), [slice]) : []
        return own.filter((e) => canonicalAddress(e.address) === same).map((e) => [e.name, owner as string, namespaceOf(slice)])
      })
  if (targets.length === 0) return { kind: 'forward' }
  const answers = targets.map((t): DnsRecord => ({ name, type: 'PTR', target: [...t, 'svc', ...toLabels(config.domain)], ttl: config.ttl }))
  return { kind: 'records', answers, additionals: [] }
}

/** Answers one question of class IN. */
export function answerFromZone(question: { name: Labels; type: number }, view: DnsView, config: DnsConfig): ZoneAnswer {
  const { name, type } = question
  const zone = toLabels(config.domain)
  const nodata: ZoneAnswer = { kind: 'nodata', soa: soaRecord(config) }
  const records = (answers: DnsRecord[], additionals: DnsRecord[] = []): ZoneAnswer =>
    answers.length ? { kind: 'records', answers, additionals } : nodata
  if (reverseZones.some((z) => inZone(name, z))) {
    const address = reverseAddress(name)
    return address && type === recordTypes.PTR ? pointers(name, address, view, config) : { kind: 'forward' }
  }
  if (!inZone(name, zone)) return { kind: 'forward' }
  const atApex = name.length === zone.length
  switch (type) {
    case recordTypes.A:
      return addresses(name, 'A', view, config)
    case recordTypes.AAAA:
      return addresses(name, 'AAAA', view, config)
    case recordTypes.SRV:
      return services(name, view, config)
    case recordTypes.TXT: // every other name has no text, whether it exists or not
      if (!sameName(name, ['dns-version', ...zone])) return nodata
      return records([{ name, type: 'TXT', text: '1.1.0', ttl: 28_800 }])
    case recordTypes.CNAME: {
      const found = find(name, view, config)
      if (found === 'invalid') return { kind: 'nxdomain', soa: soaRecord(config) }
      return records(found.flatMap((f) => ('alias' in f ? [{ name, type: 'CNAME' as const, target: f.alias, ttl: config.ttl }] : [])))
    }
    case recordTypes.SOA:
      if (atApex) return records([soaRecord(config)])
      break
    case recordTypes.NS:
      if (atApex) {
        const server = nameServer(view, config)
        const targets = server.flatMap((f) => ('target' in f ? [f.target] : [])).slice(0, 1)
        return records(
          targets.map((target) => ({ name, type: 'NS', target, ttl: config.ttl })),
          targets.flatMap((target) => addressRecords(target, 'A', server, config.ttl)),
        )
      }
  }
  return find(name, view, config) === 'invalid' ? { kind: 'nxdomain', soa: soaRecord(config) } : nodata
}
