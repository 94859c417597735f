// The words of the figure virtual-ip, in both languages.
import type { Locale } from '../../labs/spec/names.ts'
import type { VipWalk } from './virtual-ip.ts'

const en = {
  source: 'From',
  sources: { client: 'client', web: 'a web Pod', laptop: 'laptop' },
  ask: 'To 10.96.71.12',
  asks: { http: 'TCP port 80', other: 'TCP port 81', ping: 'ping' },
  replicas: 'Replicas',
  again: 'Throw the dice',
  rules: 'Rules that worker looks at, in order; the taken ones in bold',
  ends: ({ end, packet }: VipWalk) => {
    if (end === 'refused') return 'Refused at once: worker itself answers.'
    if (end === 'untouched') return 'No rule rewrites it. It follows the default route, to a gateway that knows nobody of that address.'
    return `Leaves for ${packet.destination}:${packet.port}, with source ${packet.source}.`
  },
  caption: 'The rules are written by the function that writes them in the lab, and read one by one as the kernel does.',
}
export type VipWords = typeof en

const zh: VipWords = {
  source: '来自',
  sources: { client: 'client', web: '一个 web Pod', laptop: 'laptop' },
  ask: '发往 10.96.71.12',
  asks: { http: 'TCP 端口 80', other: 'TCP 端口 81', ping: 'ping' },
  replicas: '副本',
  again: '掷骰子',
  rules: 'worker 依次看过的规则，被采用的为粗体',
  ends: ({ end, packet }) => {
    if (end === 'refused') return '立刻被拒绝：应答的是 worker 自己。'
    if (end === 'untouched') return '没有规则改写它。它走默认路由，交给一个不认识这个地址的网关。'
    return `发往 ${packet.destination}:${packet.port}，源地址是 ${packet.source}。`
  },
  caption: '规则由实验里写规则的同一个函数写出，再像内核那样逐条读。',
}

export const vipWords: Record<Locale, VipWords> = { en, 'zh-CN': zh }
