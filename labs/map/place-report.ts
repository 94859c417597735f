// Reads what the script in a place prints. Everything in it is a student's to write: checked, bounded, without control characters. Pure; used by place-watch.ts.
import { z } from 'zod'
import type { MapInterface } from '../spec/map.ts'

/** An interface with what finds its other end: the kernel's numbers, each meaningful in one namespace only. */
export interface ReadInterface extends MapInterface {
  index: number
  peerIndex?: number
  /** the other end is in another namespace */
  peerElsewhere: boolean
}

export interface PlaceReport {
  interfaces: ReadInterface[]
  routes: string[]
  rules: string[]
  leftOut: number
}

export interface Counters {
  rxBytes: number
  rxPackets: number
  txBytes: number
  txPackets: number
}

const most = { interfaces: 64, addresses: 16, routes: 128, rules: 32 }
const longest = 300

const ipAddress = z.object({ local: z.string(), prefixlen: z.number(), scope: z.string().optional() })
const ipLink = z.object({
  ifindex: z.number(),
  ifname: z.string(),
  flags: z.array(z.string()),
  mtu: z.number(),
  link_type: z.string(),
  address: z.string().optional(),
  master: z.string().optional(),
  link_index: z.number().optional(),
  link_netnsid: z.number().optional(),
  linkinfo: z.object({ info_kind: z.string().optional() }).optional(),
  addr_info: z.array(ipAddress.partial()).optional(),
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through
const clean = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '·').slice(0, longest)

/** Link-local IPv6 addresses, which every interface has, tell nothing. */
const isTold = ({ local, prefixlen, scope }: Partial<z.output<typeof ipAddress>>): boolean =>
  local !== undefined && prefixlen !== undefined && !(scope === 'link' && local.startsWith('fe80:'))

function readInterface(link: z.output<typeof ipLink>): ReadInterface {
  const kind = link.linkinfo?.info_kind ?? link.link_type
  const addresses = (link.addr_info ?? []).filter(isTold).map(({ local, prefixlen }) => `${local}/${prefixlen}`)
  return {
    name: clean(link.ifname),
    kind: clean(kind),
    up: link.flags.includes('UP'),
    carrier: link.flags.includes('LOWER_UP'),
    mtu: link.mtu,
    ...(link.address === undefined || kind === 'loopback' ? {} : { mac: clean(link.address) }),
    ...(link.master === undefined ? {} : { master: clean(link.master) }),
    addresses: addresses.slice(0, most.addresses).map(clean),
    index: link.ifindex,
    ...(link.link_index === undefined ? {} : { peerIndex: link.link_index }),
    peerElsewhere: link.link_netnsid !== undefined,
  }
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => clean(line.replaceAll('\\\t', ' ').replaceAll('\\', '')).trim().replace(/\s+/g, ' '))
    .filter(Boolean)

const ownRule = /^(?:0: from all lookup local|32766: from all lookup main|32767: from all lookup default)$/
/** What the kernel adds by itself for every address and every IPv6 interface. */
const ownRoute = /(?:^| )table local(?: |$)|^(?:multicast )?(?:fe80::\/64|ff00::\/8) /

const ipLinks = z.array(ipLink)

/** Throws when `ip` printed something else than it is known for. */
export function readState(text: string): PlaceReport {
  const [links = '', routes4 = '', routes6 = '', rules = ''] = text.split('\u001f')
  const interfaces = ipLinks.parse(JSON.parse(links)).map(readInterface)
  const routes = [...lines(routes4), ...lines(routes6)].filter((line) => !ownRoute.test(line))
  const ownRules = lines(rules.replaceAll('\t', ' ')).filter((line) => !ownRule.test(line))
  const over = (count: number, limit: number) => Math.max(0, count - limit)
  return {
    interfaces: interfaces.slice(0, most.interfaces),
    routes: routes.slice(0, most.routes),
    rules: ownRules.slice(0, most.rules),
    leftOut: over(interfaces.length, most.interfaces) + over(routes.length, most.routes) + over(ownRules.length, most.rules),
  }
}

/** Lines of /proc/net/dev below its two headers: name, then received and sent bytes and packets among the rest. */
export function readCounters(text: string): Map<string, Counters> {
  const found = new Map<string, Counters>()
  for (const line of text.split('\n')) {
    const at = line.lastIndexOf(':')
    const numbers = line
      .slice(at + 1)
      .trim()
      .split(/\s+/)
      .map(Number)
    if (at < 0 || numbers.length < 10 || numbers.some(Number.isNaN)) continue
    const [rxBytes = 0, rxPackets = 0] = numbers
    found.set(clean(line.slice(0, at).trim()), { rxBytes, rxPackets, txBytes: numbers[8] as number, txPackets: numbers[9] as number })
    if (found.size >= most.interfaces) break
  }
  return found
}
