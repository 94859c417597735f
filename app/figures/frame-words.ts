// The words of the figure wire, in both languages.
import type { Locale } from '../../labs/spec/names.ts'
import type { FrameWalk } from './frame-walk.ts'

const en = {
  sendsTo: 'client sends to',
  nobodys: 'nobody',
  wiring: 'Pods of a node hang on',
  links: 'links of their own',
  bridge: 'one bridge',
  frames: 'The frames, wire by wire',
  columns: ['Wire', 'Asked for', 'Frame to', 'Frame from'],
  wire: (id: string) => (id === 'lan' ? 'between the nodes' : id),
  noAnswer: 'no answer',
  ends: ({ end, at, frames }: FrameWalk) => {
    if (end === 'arrived') return `Arrives at ${at} after ${frames.length === 1 ? 'one frame' : `${frames.length} frames`}.`
    if (end === 'nobody') return `Ends at ${at}: nobody on this wire has that address, so there is no card to send to.`
    return `Ends at the ${at}: it has no route to this address.`
  },
  caption: 'The packet inside keeps its two IP addresses. Change where it goes and see whose card is asked for.',
}
export type FrameWords = typeof en

const zh: FrameWords = {
  sendsTo: 'client 发给',
  nobodys: '没有主人',
  wiring: '一个节点的 Pod 接在',
  links: '各自的链路上',
  bridge: '同一个网桥上',
  frames: '每段线上的帧',
  columns: ['线', '问的是谁', '帧的目的', '帧的来源'],
  wire: (id) => {
    if (id === 'lan') return '节点之间'
    const pod = /^link of (.+)/.exec(id)?.[1]
    return pod ? `${pod} 的链路` : id.replace('cni0 of worker2', 'worker2 的 cni0')
  },
  noAnswer: '没人应答',
  ends: ({ end, at, frames }) => {
    if (end === 'arrived') return `用了 ${frames.length} 个帧，到达 ${at}。`
    if (end === 'nobody') return `止于 ${at}：这段线上没有谁拥有这个地址，也就没有网卡可发。`
    return `止于${at === 'gateway' ? '网关' : ` ${at}`}：它没有去往这个地址的路由。`
  },
  caption: '里面的包，两个 IP 地址始终不变。换一个目的地，看看问的是谁的网卡。',
}

export const frameWords: Record<Locale, FrameWords> = { en, 'zh-CN': zh }
