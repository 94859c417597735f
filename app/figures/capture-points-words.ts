// The words of the figure pod-to-pod, in both languages.
import type { Locale } from '../../labs/spec/names.ts'

const en = {
  points: ['client, eth0', 'worker, the link of client', 'worker, eth0', 'worker2, eth0', 'worker2, the link of cart', 'cart, eth0'],
  gaps: ['a veth pair', 'routes, rules and forwarding of worker', 'the wire', 'routes, rules and forwarding of worker2', 'a veth pair'],
  listen: 'Listen',
  listenAt: (point: string) => `Listen at: ${point}`,
  saw: (request: boolean, reply: boolean): string => (reply ? 'request and reply' : request ? 'request, no reply' : 'nothing'),
  suspect: 'suspect',
  cleared: 'cleared',
  ways: { there: 'request', back: 'reply' },
  left: (n: number, of: number) => `${n} of ${of} places are suspect.`,
  heard: (n: number) => (n === 0 ? '' : n === 1 ? 'One capture so far.' : `${n} captures so far.`),
  found: (way: 'there' | 'back', gap: string, n: number, best: number) =>
    `Found after ${n}: the ${way === 'there' ? 'request' : 'reply'} is lost in ${gap}. ${best} captures are enough for every fault.`,
  again: 'Another fault',
  caption: 'One packet is lost in one place. Listen as seldom as you can; what each capture shows and whom it clears is computed.',
}
export type CaptureWords = typeof en

const zh: CaptureWords = {
  points: ['client，eth0', 'worker，client 的链路', 'worker，eth0', 'worker2，eth0', 'worker2，cart 的链路', 'cart，eth0'],
  gaps: ['一个 veth 对', 'worker 的路由、规则和转发', '线路', 'worker2 的路由、规则和转发', '一个 veth 对'],
  listen: '抓包',
  listenAt: (point) => `在这里抓包：${point}`,
  saw: (request, reply) => (reply ? '请求和应答' : request ? '有请求，无应答' : '什么也没有'),
  suspect: '可疑',
  cleared: '已排除',
  ways: { there: '请求', back: '应答' },
  left: (n, of) => `${of} 处里还有 ${n} 处可疑。`,
  heard: (n) => (n === 0 ? '' : `已抓包 ${n} 次。`),
  found: (way, gap, n, best) => `抓了 ${n} 次，找到了：${way === 'there' ? '请求' : '应答'}丢在${gap}。不管是哪一种故障，${best} 次都够。`,
  again: '换一个故障',
  caption: '有一处在丢包。抓得越少越好；每次抓到什么、排除了谁，都是算出来的。',
}

export const captureWords: Record<Locale, CaptureWords> = { en, 'zh-CN': zh }
