// NetworkPolicies of one node as text for `nft -f -`: one chain per isolated pod and direction, in the form of kindnetd's table. Pure; called by the CNI
// agent, and by the lesson's figure that shows the rules.
import { canonicalRange, familyOf, rangeContains } from '../proxy/addresses.ts'
import type { PodObject, PolicyInputs, PolicyObject, PolicyPeer, PolicyPort } from './objects.ts'
import {
  blockHolds,
  type Direction,
  fullName,
  isPolicyPod,
  namedPorts,
  peerMeansPod,
  podAddresses,
  policiesOf,
  rulesOf,
} from './selection.ts'

export const policyTable = 'inet kindnet-network-policies'

/** nft keeps 128 bytes of a comment, with its closing NUL. */
const comment = (text: string): string => `comment "${text.slice(0, 127)}"`
const neighbours = 'icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept'

/** One value, or a set of them. */
const among = (values: readonly string[]): string => (values.length === 1 ? (values[0] as string) : `{ ${values.join(', ')} }`)

/** `ip saddr { … }` for each family that occurs. */
function addressMatches(side: 'saddr' | 'daddr', addresses: readonly string[]): string[] {
  const unique = [...new Set(addresses)]
  const four = unique.filter((a) => familyOf(a) === 'IPv4')
  const six = unique.filter((a) => familyOf(a) === 'IPv6')
  return [...(four.length ? [`ip ${side} ${among(four)}`] : []), ...(six.length ? [`ip6 ${side} ${among(six)}`] : [])]
}

/** Does one range hold the whole other one? Both canonical. */
const holds = (outer: string, inner: string): boolean => {
  const [address = '', length] = inner.split('/')
  return Number(outer.split('/')[1]) <= Number(length) && rangeContains(outer, address)
}

/** An address block without its exceptions. A block that is no CIDR matches nothing; the API refuses such policies. */
function blockMatch(side: 'saddr' | 'daddr', { cidr, except = [] }: NonNullable<PolicyPeer['ipBlock']>): string[] {
  const block = canonicalRange(cidr)
  if (!block) return []
  const family = familyOf(block) === 'IPv4' ? 'ip' : 'ip6'
  const inside = [...new Set(except.flatMap((e) => canonicalRange(e) ?? []))].filter((e) => familyOf(e) === familyOf(block))
  const apart = inside.filter((e) => !inside.some((other) => other !== e && holds(other, e))) // nft refuses sets whose ranges overlap
  return [`${family} ${side} ${block}${apart.length ? ` ${family} ${side} != ${among(apart)}` : ''}`]
}

/** Joins ranges that touch or overlap: nft refuses them in one set. */
function joinRanges(ranges: readonly [number, number][]): string[] {
  const joined: [number, number][] = []
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else joined.push([from, to])
  }
  return joined.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
}

/** The matches for a rule's ports, with names looked up in `pod`: undefined pod means that names match nothing. `['']` is every port. */
function portMatches(ports: readonly PolicyPort[] | undefined, pod: PodObject | undefined): string[] {
  if (!ports) return ['']
  const matches: string[] = []
  for (const protocol of [...new Set(ports.map((p) => p.protocol ?? 'TCP'))]) {
    const own = ports.filter((p) => (p.protocol ?? 'TCP') === protocol)
    if (own.some((p) => p.port === undefined)) {
      matches.push(`meta l4proto ${protocol.toLowerCase()}`)
      continue
    }
    const ranges = own.flatMap(({ port, endPort }): [number, number][] => {
      if (typeof port === 'number') return [[port, endPort ?? port]]
      return pod ? namedPorts(pod, port as string, protocol).map((n) => [n, n]) : []
    })
    if (ranges.length) matches.push(`${protocol.toLowerCase()} dport ${among(joinRanges(ranges))}`)
  }
  return matches
}

/** The lines for the port names of an egress rule: a name has its own number in each destination pod. */
function namedEgressMatches(ports: readonly PolicyPort[], destinations: readonly PodObject[]): string[] {
  const addressesByPorts = new Map<string, string[]>()
  for (const pod of destinations) {
    for (const match of portMatches(ports, pod)) addressesByPorts.set(match, [...(addressesByPorts.get(match) ?? []), ...podAddresses(pod)])
  }
  return [...addressesByPorts].flatMap(([ports, addresses]) =>
    addressMatches('daddr', addresses).map((match) => `${match} ${ports}`.trim()),
  )
}

/** The match part of every line that one pod's policy becomes. */
function policyMatches(policy: PolicyObject, direction: Direction, pod: PodObject, { pods, namespaces }: PolicyInputs): string[] {
  const side = direction === 'ingress' ? 'saddr' : 'daddr'
  return rulesOf(policy, direction).flatMap(({ peers, ports }) => {
    const possible = pods.filter(isPolicyPod)
    const meant = possible.filter((p) => peers?.some((peer) => peerMeansPod(peer, policy, p, namespaces)))
    const blocks = peers?.flatMap((peer) => peer.ipBlock ?? []) ?? []
    const sources = peers ? [...addressMatches(side, meant.flatMap(podAddresses)), ...blocks.flatMap((b) => blockMatch(side, b))] : ['']
    const lines = sources.flatMap((match) =>
      portMatches(ports, direction === 'ingress' ? pod : undefined).map((p) => `${match} ${p}`.trim()),
    )
    const names = direction === 'egress' ? ports?.filter((p) => typeof p.port === 'string') : undefined
    if (!names?.length) return lines
    const inBlocks = possible.filter((p) => !meant.includes(p) && blocks.some((b) => blockHolds(b, podAddresses(p))))
    return [...lines, ...namedEgressMatches(names, peers ? [...meant, ...inBlocks] : possible)]
  })
}

interface PodChain {
  name: string
  direction: Direction
  addresses: string[]
  lines: string[]
}

function podChain(pod: PodObject, direction: Direction, inputs: PolicyInputs): PodChain | undefined {
  const policies = policiesOf(pod, direction, inputs.policies)
  if (policies.length === 0) return undefined
  const allowed = policies.flatMap((policy) =>
    policyMatches(policy, direction, pod, inputs).map((match) => `${match}${match ? ' ' : ''}counter return ${comment(fullName(policy))}`),
  )
  return {
    name: `${direction === 'ingress' ? 'in' : 'out'}-${pod.metadata.uid}`,
    direction,
    addresses: podAddresses(pod),
    lines: [
      comment(`${direction} ${direction === 'ingress' ? 'to' : 'from'}: ${fullName(pod)}`),
      ...allowed,
      `counter drop ${comment('no policy allows it')}`,
    ],
  }
}

function dispatch(chains: readonly PodChain[], direction: Direction): string[] {
  const side = direction === 'ingress' ? 'daddr' : 'saddr'
  return (['IPv4', 'IPv6'] as const).flatMap((family) => {
    const targets = chains
      .filter((c) => c.direction === direction)
      .flatMap((c) => c.addresses.filter((a) => familyOf(a) === family).map((a) => `${a} : jump ${c.name}`))
    return targets.length ? [`${family === 'IPv4' ? 'ip' : 'ip6'} ${side} vmap { ${targets.join(', ')} }`] : []
  })
}

const chainText = (name: string, lines: readonly string[]): string =>
  `\tchain ${name} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`

/**
 * The whole policy table of a node, replacing the one before in one transaction. Ingress is enforced on the node of the receiving pod, egress on that of the
 * sending pod. Packets of the node itself pass the output hook and are never filtered; packets to the node pass input, where only egress counts.
 * Service addresses have been rewritten to pods in prerouting, so rules name pods and pods' ports. Sorted, so that equal inputs give equal text.
 */
export function renderNetworkPolicies({ node, ...inputs }: PolicyInputs & { node: string }): string {
  const sorted = { ...inputs, pods: [...inputs.pods].sort((a, b) => (fullName(a) < fullName(b) ? -1 : 1)) }
  const local = sorted.pods.filter((p) => p.spec?.nodeName === node && isPolicyPod(p))
  const chains = local.flatMap((pod) => (['ingress', 'egress'] as const).flatMap((direction) => podChain(pod, direction, sorted) ?? []))
  const base = (hook: string, lines: string[]) => [
    `type filter hook ${hook} priority filter - 5; policy accept;`,
    'ct state established,related accept',
    neighbours,
    ...lines,
  ]
  const egress = dispatch(chains, 'egress')
  const body = [
    ...chains.map((c) => chainText(c.name, c.lines)),
    chainText('forward', base('forward', [...egress, ...dispatch(chains, 'ingress')])),
    chainText('input', base('input', egress)),
  ]
  return `table ${policyTable}\ndelete table ${policyTable}\ntable ${policyTable} {\n${body.join('\n')}}\n`
}
