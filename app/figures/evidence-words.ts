// The words of the figure hypotheses × evidence, in both languages.
import type { Locale } from '../../labs/spec/scenario.ts'
import type { Command, Shown, Suspect } from './evidence.ts'

interface EvidenceWords {
  case: string
  /** the first is the real one; the others are numbered */
  real: string
  other: (n: number) => string
  commands: string
  columns: [string, string, string]
  command: Record<Command, string>
  shown: Record<Command, Partial<Record<Shown, string>>>
  ask: string
  left: (before: number, after: number) => string
  suspects: string
  suspect: Record<Suspect, string>
  cleared: string
  progress: (left: number, of: number) => string
  found: (asked: number, enough: number) => string
  again: string
  caption: string
}

const en: EvidenceWords = {
  case: 'Case',
  real: 'Google Cloud, 2020',
  other: (n) => `unknown ${n}`,
  commands: 'Ask for one piece of evidence',
  columns: ['Command', 'Shows', 'Suspects'],
  command: {
    files: 'cat /etc/resolv.conf /etc/hosts',
    rules: 'iptables-save -c',
    short: 'dig +short web (a short answer)',
    tcp: 'dig +tcp',
    tcpdump: 'tcpdump, in the Pod',
    strace: 'strace, on the program',
    dnsPod: 'tcpdump, in the DNS Pod',
    nstat: 'nstat -az, before and after',
  },
  shown: {
    files: { same: 'as in every Pod', differs: 'another nameserver' },
    rules: { clean: 'no rule counts', counts: 'a DROP counts up' },
    short: { answer: 'an answer', timeout: 'timed out' },
    tcp: { answer: 'an answer', timeout: 'timed out' },
    tcpdump: { both: 'question and answer', question: 'the question only' },
    strace: { waits: 'sent, then waits in the receive call', silent: 'never sends a question' },
    dnsPod: { both: 'question and answer', question: 'the question only', nothing: 'nothing' },
    nstat: { still: 'no counter moves', full: 'UdpRcvbufErrors +1', errors: 'UdpInErrors +1, no other' },
  },
  ask: 'ask',
  left: (before, after) => `${before} → ${after}`,
  suspects: 'Suspects',
  suspect: {
    resolver: "the program's own resolver",
    file: 'a wrong resolv.conf in the Pod',
    server: 'the DNS server',
    question: 'the question is lost on its way',
    size: 'the path is too narrow for long answers',
    answer: 'the answer is lost on its way',
    rule: "a rule in the Pod's own network",
    buffer: 'the kernel: no room in the receive buffer',
    policy: 'the kernel: a policy behind the rules',
  },
  cleared: 'cleared',
  progress: (left, of) => `${left} of ${of} could still be it.`,
  found: (asked, enough) =>
    `One is left, after ${asked} ${asked === 1 ? 'command' : 'commands'}. Whoever asks best needs ${enough} at most, whichever of them it is.`,
  again: 'Begin again',
  caption: 'A lookup of a long answer by UDP times out. Choose the next command; whoever would have shown something else is cleared.',
}

const zh: EvidenceWords = {
  case: '案例',
  real: 'Google Cloud，2020 年',
  other: (n) => `未知 ${n}`,
  commands: '要一份证据',
  columns: ['命令', '显示', '嫌疑'],
  command: {
    files: 'cat /etc/resolv.conf /etc/hosts',
    rules: 'iptables-save -c',
    short: 'dig +short web（短的回答）',
    tcp: 'dig +tcp',
    tcpdump: 'tcpdump，在 Pod 里',
    strace: 'strace，看程序',
    dnsPod: 'tcpdump，在 DNS 的 Pod 里',
    nstat: 'nstat -az，前后各一次',
  },
  shown: {
    files: { same: '和每个 Pod 一样', differs: '写的是别的服务器' },
    rules: { clean: '没有规则计数', counts: '有一条 DROP 在计数' },
    short: { answer: '有回答', timeout: '超时' },
    tcp: { answer: '有回答', timeout: '超时' },
    tcpdump: { both: '问题和回答都在', question: '只有问题' },
    strace: { waits: '发出之后，一直等在接收调用里', silent: '根本没有发出问题' },
    dnsPod: { both: '问题和回答都在', question: '只有问题', nothing: '什么也没有' },
    nstat: { still: '计数器都不动', full: 'UdpRcvbufErrors 加一', errors: '只有 UdpInErrors 加一' },
  },
  ask: '要',
  left: (before, after) => `${before} → ${after}`,
  suspects: '嫌疑',
  suspect: {
    resolver: '程序自带的解析器',
    file: 'Pod 里的 resolv.conf 写错了',
    server: 'DNS 服务器',
    question: '问题丢在去的路上',
    size: '路径太窄，长的回答过不来',
    answer: '回答丢在回来的路上',
    rule: 'Pod 自己网络里的一条规则',
    buffer: '内核：接收缓冲区没有空位',
    policy: '内核：规则之后的一条策略',
  },
  cleared: '排除',
  progress: (left, of) => `${of} 个里还有 ${left} 个可能。`,
  found: (asked, enough) => `用了 ${asked} 条命令，只剩一个。最会问的人，不管是哪一个，最多只要 ${enough} 条。`,
  again: '重新开始',
  caption: '用 UDP 查一个回答较长的名字，超时了。选下一条命令；凡是本该显示别的结果的，就排除掉。',
}

export const evidenceWords: Record<Locale, EvidenceWords> = { en, 'zh-CN': zh }
