// Sends one packet through a lab and follows it: the whole of labs/path behind one call. Used by labd.
import { randomBytes, randomInt } from 'node:crypto'
import type { Cluster } from '../runtimes/runtime.ts'
import type { PathHop, PathQuestion, PathResult } from '../spec/path.ts'
import type { Locale } from '../spec/scenario.ts'
import { type Ask, askingIn } from './ask.ts'
import type { Finding } from './finding.ts'
import { composeHops } from './hops.ts'
import { judge } from './judge.ts'
import { type LabMap, nodeOf, readLabMap, type ServicePort, serviceAt, startOf } from './lab-map.ts'
import { type Lookup, lookUp } from './lookup.ts'
import { observe, type ProbePacket } from './observe.ts'
import { type Destination, readDestination } from './question.ts'
import { setScene } from './scene.ts'
import { sentences } from './texts.ts'

export interface FollowOptions {
  locale: Locale
  signal: AbortSignal
}

/** Whether it can be asked at all. Throws bad-request, target-unknown. */
export async function checkQuestion(cluster: Cluster, { from, to }: PathQuestion): Promise<void> {
  readDestination(to)
  startOf(await readLabMap(cluster), from)
}

/** Throws bad-request, target-unknown, sandbox-failed. */
export async function followPacket(cluster: Cluster, question: PathQuestion, { locale, signal }: FollowOptions): Promise<PathResult> {
  const started = performance.now()
  const destination = readDestination(question.to)
  const texts = sentences[locale]
  const map = await readLabMap(cluster)
  const from = startOf(map, question.from)
  const ask = askingIn(cluster, signal)
  const base = { at: Date.now(), question }
  const host = destination.host || ((await firstServer(ask, from)) ?? '')
  const lookup: Lookup = host ? await lookUp(cluster, ask, from, host, signal) : { kind: 'no-server' }
  const elapsed = () => performance.now() - started
  if (lookup.kind === 'no-server' || lookup.kind === 'refused') {
    const name = destination.host || (destination.name ?? '')
    const sentence = lookup.kind === 'refused' ? texts['name-unknown']({ name, ...lookup }) : texts['no-nameserver']({ place: from, name })
    const cause = lookup.kind === 'refused' ? 'name-unknown' : 'no-nameserver'
    const verdict = { state: 'unresolved' as const, cause, place: from, sentence }
    return { ...base, outcome: 'unresolved', outcomeMs: elapsed(), hops: [], verdict, evidence: [], ms: elapsed() }
  }
  if (lookup.kind === 'silent') {
    const query: Destination = { scheme: 'dns', host: lookup.server, port: 53, path: '/', name: lookup.name }
    const sent = await send(cluster, ask, map, query, { from, address: lookup.server }, signal)
    const sentence = texts['lookup-died']({ name: host, server: lookup.server, sentence: sent.finding.sentence(texts) })
    return { ...base, ...shown(sent, sentence, (leg) => (leg === 'request' ? 'lookup' : leg)), outcome: 'unresolved', ms: elapsed() }
  }
  const sent = await send(cluster, ask, map, destination, { from, address: lookup.address }, signal)
  return {
    ...base,
    ...(lookup.from ? { resolved: { name: host, address: lookup.address } } : {}),
    ...(sent.service ? { service: sent.service.service } : {}),
    ...shown(sent, sent.finding.sentence(texts), (leg) => leg),
    ms: elapsed(),
  }
}

/** dns:// without a server asks the place's own. */
async function firstServer(ask: Ask, from: string): Promise<string | undefined> {
  return /^nameserver\s+(\S+)/m.exec(await ask(from, 'cat "$ROOT/etc/resolv.conf"'))?.[1]
}

interface Sent {
  at: number
  outcome: PathResult['outcome']
  outcomeMs: number
  finding: Finding
  hops: PathHop[]
  dead: number | undefined
  service: ServicePort | undefined
}

async function send(
  cluster: Cluster,
  ask: Ask,
  map: LabMap,
  destination: Destination,
  ends: { from: string; address: string },
  signal: AbortSignal,
): Promise<Sent> {
  const protocol = destination.scheme === 'ping' ? 'icmp' : destination.scheme === 'udp' || destination.scheme === 'dns' ? 'udp' : 'tcp'
  const service = serviceAt(map, protocol, ends.address, destination.port)
  const packet = probePacket(map, protocol, destination, ends, service)
  const observation = await observe(cluster, packet, placesToWatch(map, packet, service), signal)
  const scene = await setScene({ map, packet, service, observation, ask })
  const finding = await judge(scene)
  const { hops, dead } = composeHops(scene, finding)
  const { outcome, ms } = observation.end
  return { at: observation.at, outcome, outcomeMs: ms, finding, hops, dead, service }
}

/** Above the range from which the kernel gives ports by itself, so that nobody else has it. */
const ownPort = () => randomInt(61_000, 65_500)

function probePacket(
  map: LabMap,
  protocol: ProbePacket['protocol'],
  { scheme, port, path, name }: Destination,
  { from, address }: { from: string; address: string },
  service: ServicePort | undefined,
): ProbePacket {
  const local = protocol === 'icmp' ? 0 : ownPort()
  // of a DNS query the beginning is not ours to choose
  const tag = Buffer.from(`pw${randomBytes(6).toString('hex')}`)
  const toPorts = [port, ...(service?.endpoints.map((e) => e.port) ?? [])]
  const nodeAddresses = map.nodes.flatMap((node) => map.addressOf.get(node) ?? [])
  const localPort = local ? ['--local-port', String(local)] : []
  const argv = {
    http: () => ['http', '--url', `http://${address}:${port}${path}`, ...localPort],
    tcp: () => ['tcp', '--host', address, '--port', String(port), ...localPort],
    udp: () => ['udp', '--host', address, '--port', String(port), '--send', tag.toString('latin1'), ...localPort],
    dns: () => ['dns', '--name', name ?? '', '--type', 'A', '--server', address, ...localPort],
    ping: () => ['ping', '--host', address, '--tag', tag.toString('hex')],
  }[scheme]()
  return {
    from,
    address,
    toPort: port,
    argv,
    protocol,
    ...(local ? { port: local } : {}),
    ...(scheme === 'udp' || scheme === 'ping' ? { tag } : {}),
    ...(protocol === 'icmp' ? {} : { masqueraded: { from: nodeAddresses, ports: [...new Set(toPorts)] } }),
  }
}

/** All nodes and outside hosts, both ends, and every pod that the Service may choose. */
function placesToWatch(map: LabMap, { from, address }: ProbePacket, service: ServicePort | undefined): string[] {
  const ends = [address, ...(service?.endpoints.map((e) => e.address) ?? [])].flatMap((a) => map.placeOf.get(a) ?? [])
  const hosts = map.places.filter((place) => place.startsWith('host/'))
  const between = [from, ...ends].flatMap((place) => nodeOf(map, place) ?? [])
  return [...new Set([from, ...map.nodes, ...hosts, ...ends, ...between])]
}

function shown(sent: Sent, sentence: string, legName: (leg: PathHop['leg']) => PathHop['leg']) {
  const { at, outcome, outcomeMs, finding, hops, dead } = sent
  return {
    at,
    outcome,
    outcomeMs,
    hops: hops.map((hop) => ({ ...hop, leg: legName(hop.leg) })),
    verdict: {
      state: finding.state,
      cause: finding.cause,
      ...(finding.place ? { place: finding.place } : {}),
      ...(dead === undefined ? {} : { hop: dead }),
      sentence,
    },
    evidence: finding.evidence,
  }
}
