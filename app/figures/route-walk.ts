// Where a packet between two pods goes, computed from each node's routes and forwarding switch. Pure; the node-as-router figure draws what it returns.
import { routerWords, type WalkWords } from './route-walk-words.ts'

export interface Route {
  /** CIDR, or `default` */
  to: string
  /** next hop's address; undefined when the destination hangs on this machine */
  via?: string
  /** what the route leaves by: eth0, or the name of a pod's link */
  dev: string
}
export interface RouterNode {
  name: string
  address: string
  ipForward: boolean
  routes: Route[]
  /** pods whose link ends here: name → address */
  pods: Record<string, string>
}
export interface Hop {
  at: string
  /** what the kernel did there, in one sentence */
  did: string
  /** the packet ends here without arriving */
  dropped?: true
}
export interface Walk {
  arrived: boolean
  hops: Hop[]
}

const toNumber = (ip: string) => ip.split('.').reduce((n, part) => n * 256 + Number(part), 0)

/** Is the address in the CIDR? `default` holds every address. */
export function inPrefix(ip: string, cidr: string): boolean {
  if (cidr === 'default') return true
  const [base = '', bits = '32'] = cidr.split('/')
  const size = 2 ** (32 - Number(bits))
  return Math.floor(toNumber(ip) / size) === Math.floor(toNumber(base) / size)
}
const prefixLength = (cidr: string) => (cidr === 'default' ? 0 : Number(cidr.split('/')[1] ?? '32'))

/** Longest prefix wins, as in the kernel's table. */
export function lookUp(routes: Route[], ip: string): Route | undefined {
  return routes.filter((r) => inPrefix(ip, r.to)).sort((a, b) => prefixLength(b.to) - prefixLength(a.to))[0]
}

/** One packet, one way, from a pod to an address. */
export function walk(
  nodes: RouterNode[],
  from: { pod: string; node: string },
  destination: string,
  words: WalkWords = routerWords.en.walk,
): Walk {
  const hops: Hop[] = []
  const drop = (at: string, did: string): Walk => ({ arrived: false, hops: [...hops, { at, did, dropped: true }] })
  let node = nodes.find((n) => n.name === from.node)
  if (!node) return drop(from.pod, words.noNode(from.node))
  hops.push({ at: from.pod, did: words.sends(destination, node.name) })
  // a packet that meets more nodes than there are goes round in a circle until its TTL is used up
  for (let ttl = nodes.length + 1; ttl > 0; ttl--) {
    if (node.address === destination) {
      hops.push({ at: node.name, did: words.own })
      return { arrived: true, hops }
    }
    if (!node.ipForward) return drop(node.name, words.notForwarding)
    const route = lookUp(node.routes, destination)
    if (!route) return drop(node.name, words.noRoute(destination))
    if (!route.via) {
      const pod = Object.entries(node.pods).find(([, ip]) => ip === destination)?.[0]
      if (!pod) return drop(node.name, words.nobody(route.to, route.dev, destination))
      hops.push({ at: node.name, did: words.here(route.to, route.dev) }, { at: pod, did: words.delivered })
      return { arrived: true, hops }
    }
    const next = nodes.find((n) => n.address === route.via)
    hops.push({ at: node.name, did: words.forwards(route.to, route.via, next?.name ?? route.via) })
    if (!next) return drop(route.via, words.gateway)
    node = next
  }
  return drop(node.name, words.circle)
}
