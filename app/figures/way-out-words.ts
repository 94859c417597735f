// The words of the figure pod-to-outside, in both languages.
import type { Locale } from '../../labs/spec/names.ts'
import type { Call, Checkpoint, WayOut, WayOutFault } from './way-out.ts'

interface WayOutWords {
  fault: string
  faults: Record<WayOutFault, string>
  calls: string
  call: (call: Call) => string
  answered: string
  waits: string
  captures: string
  checkpoints: Record<Checkpoint, string>
  nothing: string
  ends: Record<WayOut['end'], string>
  caption: string
}

const en: WayOutWords = {
  fault: 'Fault',
  faults: {
    none: 'none',
    policy: 'an egress policy that selects the Pod',
    rule: 'an ip rule that sends Pods to another table',
    masquerade: 'source NAT is missing on worker',
    gate: 'gate has lost its line for port 443',
  },
  calls: 'Who calls 203.0.113.10',
  call: ({ from, port }) => `${from === 'pod' ? 'client' : 'worker'}, port ${port}`,
  answered: 'answered',
  waits: 'not answered',
  captures: 'Source address in a capture at',
  checkpoints: { 'worker-link': 'worker, link of client', 'worker-eth0': 'worker, eth0', 'gate-in': 'gate, in', 'gate-out': 'gate, out' },
  nothing: 'nothing',
  ends: {
    provider: 'The provider answers, to gate.',
    policy: 'Dropped on worker before it left: a policy.',
    'other-gateway': 'Left worker for another gateway, which does not know the provider.',
    gate: 'Came to gate and did not leave it.',
    answer: 'The provider answered. gate has no way back to 10.244.1.2.',
  },
  caption: 'Choose a fault, then a caller. Which calls differ says on which side the fault is; which capture is the last says where.',
}

const zh: WayOutWords = {
  fault: '故障',
  faults: {
    none: '没有',
    policy: '有出站策略选中了这个 Pod',
    rule: '有一条 ip rule 把 Pod 送去另一张表',
    masquerade: 'worker 上缺少源地址转换',
    gate: 'gate 丢了 443 端口那一行',
  },
  calls: '谁在访问 203.0.113.10',
  call: ({ from, port }) => `${from === 'pod' ? 'client' : 'worker'}，端口 ${port}`,
  answered: '有应答',
  waits: '无应答',
  captures: '各处抓包看到的源地址',
  checkpoints: { 'worker-link': 'worker，client 的链路', 'worker-eth0': 'worker，eth0', 'gate-in': 'gate，进', 'gate-out': 'gate，出' },
  nothing: '没有',
  ends: {
    provider: 'provider 应答，发给 gate。',
    policy: '离开之前就在 worker 上被策略丢弃。',
    'other-gateway': '离开 worker 去了另一个网关，而它不认识 provider。',
    gate: '到了 gate，没有出来。',
    answer: 'provider 应答了，但 gate 没有回 10.244.1.2 的路。',
  },
  caption: '先选一个故障，再选谁来访问。哪几种访问结果不同，说明故障在哪一边；最后在哪里抓得到，说明在哪一处。',
}

export const wayOutWords: Record<Locale, WayOutWords> = { en, 'zh-CN': zh }
