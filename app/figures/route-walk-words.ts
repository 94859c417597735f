// The words of route-walk.ts and of the figure node-as-router, in both languages.
import type { Locale } from '../../labs/spec/names.ts'

const en = {
  walk: {
    noNode: (node: string) => `No node ${node}.`,
    sends: (destination: string, node: string) => `Sends to ${destination} through its only link, to ${node}.`,
    own: 'The address is its own: delivered.',
    notForwarding: 'net.ipv4.ip_forward is 0: a packet for somebody else is thrown away.',
    noRoute: (destination: string) => `No route to ${destination}.`,
    nobody: (to: string, dev: string, destination: string) => `${to} hangs on ${dev}, but nobody there has ${destination}.`,
    here: (to: string, dev: string) => `${to} dev ${dev}: the pod hangs here.`,
    delivered: 'Delivered.',
    forwards: (to: string, via: string, next: string) => `${to} via ${via}: forwards to ${next}.`,
    gateway: 'The gateway of the network knows no pod addresses.',
    circle: 'The packet goes round in a circle until its TTL is 0.',
  },
  linkOf: (pod: string) => `the link of ${pod}`,
  /** A way and how it ends, as a heading. */
  wayEnds: (way: string) => `${way}: `,
  arrives: 'arrives',
  endsAt: (place: string) => `ends at ${place}`,
  both: (there: string, back: string) => `From client to web: ${there}. Back from web to client: ${back}.`,
  which: 'Which way is drawn',
  there: 'client to web',
  back: 'web to client',
  putBack: 'Put everything back',
  noSuchRoute: 'no such route',
  caption: 'A request needs both ways. Change a route or a switch and read where each packet ends.',
}
export type RouterWords = typeof en
export type WalkWords = RouterWords['walk']

const zh: RouterWords = {
  walk: {
    noNode: (node) => `没有节点 ${node}。`,
    sends: (destination, node) => `目的地是 ${destination}，经由唯一的链路发给 ${node}。`,
    own: '这是它自己的地址：送达。',
    notForwarding: 'net.ipv4.ip_forward 是 0：不是发给自己的包，一律丢弃。',
    noRoute: (destination) => `没有去往 ${destination} 的路由。`,
    nobody: (to, dev, destination) => `${to} 接在 ${dev} 上，但那里没有 ${destination}。`,
    here: (to, dev) => `${to} dev ${dev}：这个 Pod 就接在这里。`,
    delivered: '送达。',
    forwards: (to, via, next) => `${to} via ${via}：转发给 ${next}。`,
    gateway: '这个网络的网关不认识任何 Pod 地址。',
    circle: '包一直绕圈，直到 TTL 减为 0。',
  },
  linkOf: (pod) => `${pod} 的链路`,
  wayEnds: (way) => `${way}：`,
  arrives: '送达',
  endsAt: (place) => `止于 ${place}`,
  both: (there, back) => `从 client 到 web：${there}。从 web 回到 client：${back}。`,
  which: '画出哪个方向',
  there: 'client 到 web',
  back: 'web 到 client',
  putBack: '全部还原',
  noSuchRoute: '没有这条路由',
  caption: '一次请求需要两个方向都通。改一条路由或一个开关，看每个包止于何处。',
}

export const routerWords: Record<Locale, RouterWords> = { en, 'zh-CN': zh }
