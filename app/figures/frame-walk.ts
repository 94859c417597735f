// Which frames carry a packet from the Pod client to an address: on each wire, whose card is asked for and what stands in the frame. Pure.
import { lookUp, type Route } from './route-walk.ts'

/** How the Pods of a node hang on it: each on a link of its own, or all on one bridge. */
export type Wiring = 'links' | 'bridge'

interface Card {
  machine: string
  mac: string
  ip: string
}
/** A wire with everything that hears a frame on it. */
interface Wire {
  id: string
  cards: Card[]
}
interface Machine {
  ips: string[]
  /** `dev` names a wire */
  routes: Route[]
}
export interface Frame {
  wire: string
  from: string
  /** the machine that takes the frame; undefined: nobody said that the address is theirs */
  to?: string
  /** the address that is asked for */
  asked: string
  source: string
  destination: string
}
export interface FrameWalk {
  frames: Frame[]
  end: 'arrived' | 'nobody' | 'noRoute'
  /** the machine where it ended */
  at: string
}

const card = (machine: string, ip: string, mac: string): Card => ({ machine, ip, mac })
const client = card('client', '10.244.1.2', '2e:32:58:65:b9:df')
const api = card('api', '10.244.1.3', 'ae:46:3b:c6:75:80')
const web = card('web', '10.244.2.2', '7a:03:cb:69:1a:b9')
const ends = { client: '06:46:ea:7b:31:59', api: '22:90:77:03:4c:ae', web: '9a:d8:5e:aa:0b:c9' }

const lan: Wire = {
  id: 'lan',
  cards: [
    card('worker', '172.18.0.3', '02:42:ac:12:00:03'),
    card('worker2', '172.18.0.4', '02:42:ac:12:00:04'),
    card('gateway', '172.18.0.1', '02:42:ac:12:00:01'),
  ],
}

function wires(wiring: Wiring): Wire[] {
  if (wiring === 'bridge')
    return [
      { id: 'cni0', cards: [client, api, card('worker', '10.244.1.1', ends.client)] },
      lan,
      { id: 'cni0 of worker2', cards: [web, card('worker2', '10.244.2.1', ends.web)] },
    ]
  const link = (pod: Card, node: string, gateway: string, mac: string): Wire => ({
    id: `link of ${pod.machine}`,
    cards: [pod, card(node, gateway, mac)],
  })
  return [
    link(client, 'worker', '10.244.1.1', ends.client),
    link(api, 'worker', '10.244.1.1', ends.api),
    lan,
    link(web, 'worker2', '10.244.2.1', ends.web),
  ]
}

function machines(wiring: Wiring): Record<string, Machine> {
  const bridge = wiring === 'bridge'
  const pod = (c: Card, net: string, gateway: string, wire: string): Machine => ({
    ips: [c.ip],
    routes: [{ to: 'default', via: gateway, dev: wire }, ...(bridge ? [{ to: net, dev: wire }] : [])],
  })
  const node = (ip: string, own: Route[], other: Route): Machine => ({
    ips: [ip],
    routes: [{ to: 'default', via: '172.18.0.1', dev: 'lan' }, { to: '172.18.0.0/16', dev: 'lan' }, other, ...own],
  })
  const pods1: Route[] = bridge
    ? [{ to: '10.244.1.0/24', dev: 'cni0' }]
    : [client, api].map((c) => ({ to: `${c.ip}/32`, dev: `link of ${c.machine}` }))
  const pods2: Route[] = bridge ? [{ to: '10.244.2.0/24', dev: 'cni0 of worker2' }] : [{ to: `${web.ip}/32`, dev: 'link of web' }]
  return {
    client: pod(client, '10.244.1.0/24', '10.244.1.1', bridge ? 'cni0' : 'link of client'),
    api: pod(api, '10.244.1.0/24', '10.244.1.1', bridge ? 'cni0' : 'link of api'),
    web: pod(web, '10.244.2.0/24', '10.244.2.1', bridge ? 'cni0 of worker2' : 'link of web'),
    worker: node('172.18.0.3', pods1, { to: '10.244.2.0/24', via: '172.18.0.4', dev: 'lan' }),
    worker2: node('172.18.0.4', pods2, { to: '10.244.1.0/24', via: '172.18.0.3', dev: 'lan' }),
    // a router of the building: it has never heard of Pods
    gateway: { ips: ['172.18.0.1'], routes: [{ to: '172.18.0.0/16', dev: 'lan' }] },
  }
}

/** A packet from client, frame by frame. At each machine: the route names the next owner, ARP finds its card. */
export function frameWalk(wiring: Wiring, destination: string): FrameWalk {
  const all = machines(wiring)
  const frames: Frame[] = []
  let at = 'client'
  for (;;) {
    const machine = all[at] as Machine
    if (machine.ips.includes(destination)) return { frames, end: 'arrived', at }
    const route = lookUp(machine.routes, destination)
    if (!route) return { frames, end: 'noRoute', at }
    const asked = route.via ?? destination
    const wire = wires(wiring).find((w) => w.id === route.dev) as Wire
    const source = wire.cards.find((c) => c.machine === at)?.mac ?? ''
    const owner = wire.cards.find((c) => c.ip === asked)
    frames.push({ wire: wire.id, from: at, to: owner?.machine, asked, source, destination: owner?.mac ?? 'ff:ff:ff:ff:ff:ff' })
    if (!owner) return { frames, end: 'nobody', at }
    at = owner.machine
  }
}
