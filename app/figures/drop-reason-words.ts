// The words of the figure ask-the-kernel, in both languages.
import type { Locale } from '../../labs/spec/names.ts'
import type { DropPlace, DropStep, Fault, PacketKind, Reply } from './drop-reason.ts'

interface DropWords {
  packet: string
  packets: Record<PacketKind, string>
  fault: string
  faults: Record<Fault, string>
  places: Record<DropPlace, string>
  did: Record<DropStep['did'], string>
  replies: Record<Reply, string>
  caption: string
}

const en: DropWords = {
  packet: 'bench sends',
  packets: {
    shop: 'a SYN to worker, port 30080 (the shop)',
    closed: 'a SYN to worker, port 81 (nobody)',
    archive: 'a SYN to 198.51.100.7, by way of worker',
    ttl: 'a ping with TTL 1 to 203.0.113.9, by way of worker',
  },
  fault: 'On worker',
  faults: {
    none: 'nothing is wrong',
    rule: 'raw: -s bench --dport 30080 -j DROP',
    back: 'the route to bench leads over vpn0',
    unreachable: 'ip rule for both networks: unreachable',
    blackhole: 'ip rule for both networks: blackhole',
  },
  places: { rule: 'rules, raw PREROUTING', back: 'the way back', route: 'the route', ttl: 'the TTL, when forwarding', socket: 'a socket' },
  did: { passes: 'passes', dropped: 'kfree_skb', never: 'never asked' },
  replies: {
    answer: 'bench gets its answer. No drop.',
    reset: 'bench gets a RST: refused at once.',
    icmp: 'bench gets an ICMP error at once.',
    nothing: 'bench gets nothing, and waits.',
  },
  caption:
    'One packet that worker receives, and the places where its kernel may give it up, in order. The first that does writes the reason.',
}

const zh: DropWords = {
  packet: 'bench 发出',
  packets: {
    shop: '一个 SYN，到 worker 的 30080 端口（商店）',
    closed: '一个 SYN，到 worker 的 81 端口（没有谁）',
    archive: '一个 SYN，经由 worker 到 198.51.100.7',
    ttl: '一个 TTL 为 1 的 ping，经由 worker 到 203.0.113.9',
  },
  fault: '在 worker 上',
  faults: {
    none: '一切正常',
    rule: 'raw：-s bench --dport 30080 -j DROP',
    back: '到 bench 的路由走 vpn0',
    unreachable: '对两个网络的 ip rule：unreachable',
    blackhole: '对两个网络的 ip rule：blackhole',
  },
  places: { rule: '规则，raw PREROUTING', back: '回去的路', route: '路由', ttl: '转发时的 TTL', socket: '套接字' },
  did: { passes: '通过', dropped: 'kfree_skb', never: '从未问到' },
  replies: {
    answer: 'bench 得到应答。没有丢包。',
    reset: 'bench 收到 RST：立刻被拒绝。',
    icmp: 'bench 立刻收到一个 ICMP 错误。',
    nothing: 'bench 什么也没收到，一直等。',
  },
  caption: 'worker 收到的一个包，以及内核可能放弃它的各个位置，按先后排列。最先放弃它的位置写下原因。',
}

export const dropWords: Record<Locale, DropWords> = { en, 'zh-CN': zh }
