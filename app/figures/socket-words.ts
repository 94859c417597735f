// The words of the figure service-at-the-socket, in both languages.
import type { Locale } from '../../labs/spec/names.ts'
import type { Call, Entry, SocketPath } from './socket-path.ts'

interface SocketWords {
  call: string
  calls: Record<Call, string>
  pod: string
  entry: string
  entries: Record<Entry, string>
  rules: string
  ruleStates: Record<'yes' | 'no', string>
  steps: Record<'asked' | 'socket' | 'packet' | 'leaves', string>
  noSocket: string
  counter: (n: number) => string
  ends: Record<SocketPath['end'], string>
  caption: string
}

const en: SocketWords = {
  call: 'till calls 10.96.40.10',
  calls: { connect: 'curl', ping: 'ping' },
  pod: 'The Pod of stock today',
  entry: 'The map says',
  entries: { old: '10.244.1.3', young: '10.244.1.4', none: 'no entry' },
  rules: 'Rules of kube-proxy',
  ruleStates: { yes: 'written', no: 'none' },
  steps: {
    asked: 'strace: asked for',
    socket: 'ss: the socket has',
    packet: 'tcpdump in till: the packet has',
    leaves: 'behind the rules of worker',
  },
  noSocket: 'no connection',
  counter: (n) => `DNAT counted ${n}`,
  ends: {
    answers: 'The Pod answers.',
    stale: 'Sent to a Pod that is gone. Nothing later in the path corrects it.',
    nobody: 'Sent to the Service’s own address, which nobody has.',
  },
  caption:
    'One call, and the address at each of four places. Behind the rules is what kube-proxy’s own rules for today’s Pod make of the packet.',
}

const zh: SocketWords = {
  call: 'till 访问 10.96.40.10，用',
  calls: { connect: 'curl', ping: 'ping' },
  pod: 'stock 今天的 Pod',
  entry: '映射表里写的是',
  entries: { old: '10.244.1.3', young: '10.244.1.4', none: '没有条目' },
  rules: 'kube-proxy 的规则',
  ruleStates: { yes: '已写好', no: '没有' },
  steps: {
    asked: 'strace：要的地址',
    socket: 'ss：套接字上的地址',
    packet: 'till 里的 tcpdump：包上的地址',
    leaves: '过了 worker 的规则之后',
  },
  noSocket: '没有连接',
  counter: (n) => `DNAT 计数 ${n}`,
  ends: {
    answers: 'Pod 应答了。',
    stale: '发给了一个已经消失的 Pod。路径后面再没有谁会纠正。',
    nobody: '发给了 Service 自己的地址，那里没有谁。',
  },
  caption: '一次访问，四个位置上的地址。最后一个位置，是 kube-proxy 为今天的 Pod 写的规则对这个包算出的结果。',
}

export const socketWords: Record<Locale, SocketWords> = { en, 'zh-CN': zh }
