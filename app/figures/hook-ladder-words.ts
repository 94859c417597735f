// The words of the figure outside-to-pod, in both languages.
import type { Locale } from '../../labs/spec/names.ts'
import type { Ladder, LadderStep } from './hook-ladder.ts'

interface LadderWords {
  calls: string
  ports: Record<30080 | 22, string>
  rule: string
  none: string
  drop: (port: number) => string
  otherCard: string
  route: string
  counter: (n: number) => string
  did: Record<LadderStep['did'], string>
  outcome: Record<Ladder['outcome'], string>
  putBack: string
  caption: string
}

const en: LadderWords = {
  calls: 'balancer calls 172.18.0.3, port',
  ports: { 30080: '30080, the NodePort', 22: '22, a program on the node' },
  rule: 'Your rule stands in',
  none: 'no rule',
  drop: (port) => `--dport ${port} -j DROP`,
  otherCard: 'worker would answer by another card (rp_filter=1)',
  route: 'route, reverse path',
  counter: (n) => `counter ${n}`,
  did: {
    passes: 'passes',
    translated: 'translated (DNAT)',
    dropped: 'dropped by your rule',
    'reverse-path': 'dropped: IPReversePathFilter grows',
    never: 'never asked',
  },
  outcome: { pod: 'A Pod answers.', node: 'The node answers.', dropped: 'The balancer waits for ever.' },
  putBack: 'Put everything back',
  caption:
    'One packet from outside, hook by hook. Stand the same rule elsewhere and read its counter. The translation comes from the lab’s own rules.',
}

const zh: LadderWords = {
  calls: 'balancer 访问 172.18.0.3，端口',
  ports: { 30080: '30080，NodePort', 22: '22，节点上的程序' },
  rule: '你的规则放在',
  none: '没有规则',
  drop: (port) => `--dport ${port} -j DROP`,
  otherCard: 'worker 会从另一块网卡回包（rp_filter=1）',
  route: '路由、反向路径',
  counter: (n) => `计数 ${n}`,
  did: {
    passes: '通过',
    translated: '被转换（DNAT）',
    dropped: '被你的规则丢弃',
    'reverse-path': '丢弃：IPReversePathFilter 增长',
    never: '从未问到',
  },
  outcome: { pod: '有 Pod 应答。', node: '节点自己应答。', dropped: 'balancer 一直等下去。' },
  putBack: '全部还原',
  caption: '一个从外部来的包，一个挂载点一个挂载点地走。把同一条规则换个地方，看它的计数。地址转换取自实验自己的规则。',
}

export const ladderWords: Record<Locale, LadderWords> = { en, 'zh-CN': zh }
