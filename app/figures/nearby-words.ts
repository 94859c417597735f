// The words of the figure other-proxies, in both languages.
import type { Locale } from '../../labs/spec/scenario.ts'
import type { Nearby, Wish } from './nearby.ts'

const en = {
  wish: 'The Service says',
  wishes: {
    none: 'nothing',
    Local: 'internalTrafficPolicy: Local',
    PreferSameNode: 'PreferSameNode',
    PreferSameZone: 'PreferSameZone',
  } as Record<Wish, string>,
  caller: 'Caller on',
  pods: 'A Pod of agent on each of these nodes',
  zone: { north: 'zone north', south: 'zone south' },
  gets: "Pods that the caller's node deals to",
  end: ({ end, gets }: Nearby): string => {
    if (end === 'dropped') return 'Dropped, and the caller waits: there are Pods, and none is on this node.'
    if (end === 'refused') return 'Refused at once: there is no Pod anywhere.'
    return gets.length === 1 ? 'Served by this Pod alone.' : 'Served by one of these.'
  },
  count: 'Services in the cluster',
  read: (rules: number) =>
    `For a packet to the last of them a node with iptables reads ${rules} rules; one with an nftables map looks up once.`,
  caption: 'Hints, choice and rules come from the functions that write them in the lab.',
}
export type NearbyWords = typeof en

const zh: NearbyWords = {
  wish: 'Service 写着',
  wishes: {
    none: '什么也没写',
    Local: 'internalTrafficPolicy: Local',
    PreferSameNode: 'PreferSameNode',
    PreferSameZone: 'PreferSameZone',
  },
  caller: '访问者在',
  pods: '这些节点上各有一个 agent 的 Pod',
  zone: { north: 'north 区', south: 'south 区' },
  gets: '访问者所在的节点会把它分给这些 Pod',
  end: ({ end, gets }) => {
    if (end === 'dropped') return '丢弃，访问者白等：Pod 是有的，但没有一个在这个节点上。'
    if (end === 'refused') return '立刻被拒绝：哪里都没有 Pod。'
    return gets.length === 1 ? '只由这一个 Pod 应答。' : '由其中之一应答。'
  },
  count: '集群里的 Service',
  read: (rules) => `包发往其中最后一个时，用 iptables 的节点要读 ${rules} 条规则；用 nftables 映射表的节点查一次。`,
  caption: '提示、选择和规则，都出自实验里写它们的函数。',
}

export const nearbyWords: Record<Locale, NearbyWords> = { en, 'zh-CN': zh }
